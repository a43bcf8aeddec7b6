import threading
from datetime import UTC, datetime, timedelta

from core.collect import CoolDown

NOW = datetime(2024, 3, 5, 12, tzinfo=UTC)


def test_rest_ends_and_success_forgets() -> None:
    moment = [NOW]
    rest = CoolDown(60, lambda: moment[0])
    assert rest.resting("a") is None
    rest.fail("a", "no answer")
    assert (
        rest.resting("a") == "left alone until 12:01:00 UTC after it failed: no answer"
        and rest.resting("b") is None
    )
    rest.clear("a")
    assert rest.resting("a") is None
    rest.fail("a", "slow", retry_after=90)
    moment[0] = NOW + timedelta(seconds=89)
    assert rest.resting("a")
    moment[0] = NOW + timedelta(seconds=90)
    assert rest.resting("a") is None


def test_no_source_can_demand_more_than_an_hour() -> None:
    moment = [NOW]
    rest = CoolDown(0, lambda: moment[0])
    rest.fail("a", "slow", retry_after=1e9)
    moment[0] = NOW + timedelta(hours=1)
    assert rest.resting("a") is None


def test_many_threads() -> None:
    rest = CoolDown(60, lambda: NOW)

    def work(number: int) -> None:
        for turn in range(300):
            rest.fail(f"s{(number + turn) % 5}", "x")
            rest.resting(f"s{turn % 5}")
            rest.clear(f"s{(turn + 1) % 5}")

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rest.fail("s0", "last")
    assert rest.resting("s0")
