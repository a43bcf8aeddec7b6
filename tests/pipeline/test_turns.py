import threading

from core.pipeline.turns import Turns


def test_one_key_at_a_time_and_keys_do_not_wait_for_each_other() -> None:
    turns, inside, most = Turns(), {"a": 0, "b": 0}, {"a": 0, "b": 0}
    both = threading.Barrier(2, timeout=10)

    def hold(key: str) -> None:
        for _ in range(50):
            with turns.alone(key):
                inside[key] += 1
                most[key] = max(most[key], inside[key])
                inside[key] -= 1

    def meet(key: str) -> None:
        with turns.alone(key):
            both.wait()

    threads = [threading.Thread(target=hold, args=(key,)) for key in "ab" * 8]
    threads += [threading.Thread(target=meet, args=(key,)) for key in ("c", "d")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == {"a": 1, "b": 1}
    assert not turns._locks, "nothing is kept for keys that nobody uses"


def test_the_same_thread_may_enter_again() -> None:
    turns = Turns()
    with turns.alone("a"), turns.alone("a"):
        assert turns._locks
    assert not turns._locks
