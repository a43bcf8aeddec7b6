"""How often a provider is asked, and when it is left alone."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.collect import Gate, Limit
from core.errors import BadData, NeedsKey, NotFound, RateLimited, SourceError, Unreachable
from core.records import SourceCall
from core.store import Store
from core.store.calls import call_summary, read_calls, save_call

START = datetime(2024, 3, 5, 12, tzinfo=UTC)
THREE_A_MINUTE = (Limit(3, 60.0),)


class Clock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def fail_with(err: SourceError):
    def question() -> None:
        raise err

    return question


def test_a_limit_counts_within_a_sliding_window() -> None:
    clock = Clock()
    gate = Gate(60, clock)
    for _ in range(3):
        gate.ask("a", THREE_A_MINUTE, lambda: 1)
        clock.pass_(10)
    with pytest.raises(RateLimited, match=r"3 questions in 1 minute are allowed .* 30 seconds") as caught:
        gate.ask("a", THREE_A_MINUTE, lambda: pytest.fail("asked all the same"))
    assert caught.value.retry_after == 30
    (left,) = gate.allowance("a", THREE_A_MINUTE)
    assert (left.left, left.again_at) == (0, START + timedelta(seconds=60))
    assert gate.ask("b", THREE_A_MINUTE, lambda: "another is free") == "another is free"
    clock.pass_(30)
    assert gate.ask("a", THREE_A_MINUTE, lambda: 4) == 4


@given(st.lists(st.floats(0, 30), min_size=1, max_size=60))
def test_no_window_ever_holds_more_than_allowed(pauses: list[float]) -> None:
    clock = Clock()
    gate, asked = Gate(0, clock), []
    for pause in pauses:
        clock.pass_(pause)
        try:
            gate.ask("a", (Limit(3, 60.0), Limit(7, 300.0)), lambda: asked.append(clock.now))
        except RateLimited:
            continue
    for limit in (Limit(3, 60.0), Limit(7, 300.0)):
        for at in asked:
            window = at + timedelta(seconds=limit.seconds)
            assert sum(at <= other < window for other in asked) <= limit.calls


@pytest.mark.parametrize(
    ("err", "rest"),
    [
        (Unreachable("down"), 60),
        (BadData("rubbish"), 60),
        (NeedsKey("no key"), 60),
        (RateLimited("slow down"), 60),
        (RateLimited("slow down", 10), 60),
        (RateLimited("slow down", 300), 300),
        (RateLimited("slow down", 1e9), 3600),
        (NotFound("unknown"), 0),
    ],
    ids=lambda value: getattr(type(value), "__name__", value) if isinstance(value, Exception) else str(value),
)
def test_a_failing_provider_rests_as_long_as_it_asks(err: SourceError, rest: float) -> None:
    clock = Clock()
    gate = Gate(60, clock)
    with pytest.raises(type(err)):
        gate.ask("a", (), fail_with(err))
    if rest:
        clock.pass_(rest - 1)
        with pytest.raises(Unreachable, match=f"left alone until .* after it failed: {err}"):
            gate.ask("a", (), lambda: 1)
        clock.pass_(1)
    assert gate.resting("a") is None
    assert gate.ask("a", (), lambda: 1) == 1


def test_limits_and_rests_survive_a_restart(store: Store) -> None:
    clock = Clock()

    def keep(call: SourceCall) -> None:
        store.write(save_call(call))

    before = Gate(60, clock, keep=keep)
    for _ in range(3):
        before.ask("counted", THREE_A_MINUTE, lambda: 1)
    with pytest.raises(RateLimited):
        before.ask("resting", (), fail_with(RateLimited("slow down", 600)))
    clock.pass_(20)

    after = Gate(60, clock, read_calls(store, START - timedelta(days=1)), keep)
    with pytest.raises(RateLimited):
        after.ask("counted", THREE_A_MINUTE, lambda: 1)
    assert "slow down" in (after.resting("resting") or "")


def test_health_sees_each_call(tmp_path: Path) -> None:
    store, clock = Store(tmp_path / "a.duckdb"), Clock()
    gate = Gate(0, clock, keep=lambda call: store.write(save_call(call)))
    gate.ask("a", (), lambda: [1, 2, 3], len)
    clock.pass_(5)
    with pytest.raises(Unreachable):
        gate.ask("a", (), fail_with(Unreachable("down")))
    calls = read_calls(store, START)
    assert [(c.outcome, c.rows, c.reason) for c in calls] == [("ok", 3, ""), ("Unreachable", 0, "down")]
    (row,) = call_summary(store).to_dict("records")
    assert (row["calls"], row["failed"], row["last_reason"]) == (2, 1, "down")
    assert row["last_success"].to_pydatetime() == START
    store.close()


def test_many_threads_cannot_pass_a_limit_together() -> None:
    gate, passed = Gate(0, Clock()), []
    together = threading.Barrier(40)

    def ask() -> None:
        together.wait()
        try:
            gate.ask("a", (Limit(7, 60.0),), lambda: passed.append(1))
        except RateLimited:
            return

    threads = [threading.Thread(target=ask) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 7
