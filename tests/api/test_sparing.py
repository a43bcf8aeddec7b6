"""A crowd shares a costly reading; a few get it new."""

import threading

from core.api.sparing import A_SECOND, BURST, Sparing
from core.store import Store


class Clock:
    """Seconds that stand until they are moved."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def _written(store: Store) -> None:
    store.write(lambda cursor: None)


def test_what_was_written_is_read_at_once_by_the_few(store: Store) -> None:
    found, clock = iter(range(100)), Clock()
    sparing = Sparing[int](clock)
    assert [sparing.of(store, lambda: next(found)) for _ in range(3)] == [0, 0, 0]
    _written(store)
    assert sparing.of(store, lambda: next(found)) == 1
    clock.now += 1.0 / A_SECOND
    assert sparing.of(store, lambda: next(found)) == 2, "times move on without a word being written"


def test_a_crowd_gets_what_is_half_a_second_old(store: Store) -> None:
    found, clock = iter(range(1000)), Clock()
    sparing = Sparing[int](clock)
    seen = []
    for _ in range(200):  # two seconds
        _written(store)
        seen.append(sparing.of(store, lambda: next(found)))
        clock.now += 0.01
    assert max(seen) + 1 <= BURST + 2 * A_SECOND
    assert seen.index(max(seen)) >= 200 - 100 / A_SECOND - 1


def test_another_store_is_another_answer(store: Store, tmp_path) -> None:  # type: ignore[no-untyped-def]
    sparing, other = Sparing[str](Clock()), Store(tmp_path / "other.duckdb")
    try:
        assert sparing.of(store, lambda: "one") == "one"
        assert sparing.of(other, lambda: "two") == "two"
    finally:
        other.close()


def test_those_who_ask_at_once_share_one_reading(store: Store) -> None:
    sparing, reads, found = Sparing[int](Clock()), threading.Semaphore(0), list[int]()

    def slow() -> int:
        reads.release()
        return 7

    threads = [threading.Thread(target=lambda: found.append(sparing.of(store, slow))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [7] * 8 and reads.acquire(blocking=False) and not reads.acquire(blocking=False)
