"""The drawdown breaker, the softer level before it, and the pause after losses in a row."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import RiskState, SystemState
from core.risk import Breaker, follow, state_from, telling
from core.risk.breaker import losses_in_a_row
from core.settings import RiskSettings
from tests.risk.proposals import NOW, around, opening, verdict

BEGIN = datetime(2024, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
METHOD = [100.0, 105.0, 103.0, 94.4, 96.0, 99.0, 110.0]
"""METHOD.md, section 5."""


def state_after(equity: list[float], **risk: float) -> RiskState:
    limits = RiskSettings(**risk)  # type: ignore[arg-type]
    times = [BEGIN + number * HOUR for number in range(len(equity))]
    return state_from(follow(Breaker(), times, equity, limits), (), times[-1], limits)


def test_the_breaker_of_the_method_trips_at_bar_3_and_stays_tripped() -> None:
    limits = {"max_drawdown": 0.10, "reduce_drawdown": 0.0}
    states = [state_after(METHOD[: bars + 1], **limits) for bars in range(len(METHOD))]
    assert [s.state for s in states] == [SystemState.ACTIVE] * 3 + [SystemState.HALTED] * 4
    assert states[3].drawdown == pytest.approx(0.100952, abs=1e-6)
    assert {s.since for s in states[3:]} == {BEGIN + 3 * HOUR}
    assert len({s.reason for s in states[3:]}) == 1 and "10.10%" in states[3].reason
    assert (states[6].drawdown, states[6].peak) == (0.0, 110.0), "a new peak does not reset it"


@pytest.mark.parametrize(("limit", "halted"), [(0.1, False), (0.0999, True), (0.0, False)])
def test_the_limit_of_the_breaker(limit: float, halted: bool) -> None:
    """90.01 of 100 is a loss of 9.99 %."""
    said = state_after([100.0, 90.01], max_drawdown=limit, reduce_drawdown=0.0)
    assert (said.state is SystemState.HALTED) is halted


def test_each_new_low_beyond_the_softer_level_pauses_openings() -> None:
    limits = {"reduce_drawdown": 0.05, "max_drawdown": 0.2, "reduce_hours": 3.0}
    course = [100.0, 94.0, 94.5, 94.5, 94.5, 93.0, 95.5, 93.5, 101.0, 97.0]
    told = [state_after(course[: bars + 1], **limits).state for bars in range(len(course))]
    active, reducing = SystemState.ACTIVE, SystemState.REDUCING
    assert told == [active, reducing, reducing, reducing, active, reducing, active, reducing, active, active]


def test_nothing_left_is_a_drawdown_of_one() -> None:
    assert state_after([100.0, 0.0]).drawdown == 1.0
    assert state_after([100.0, -20.0]).state is SystemState.HALTED


@given(st.lists(st.floats(1.0, 200.0), min_size=1, max_size=30), st.integers(0, 29), st.floats(0.01, 0.9))
def test_a_history_in_two_parts_is_the_same_history(equity: list[float], cut: int, limit: float) -> None:
    limits = RiskSettings(max_drawdown=limit, reduce_drawdown=limit / 2)
    times = [BEGIN + number * HOUR for number in range(len(equity))]
    whole = follow(Breaker(), times, equity, limits)
    parts = follow(follow(Breaker(), times[:cut], equity[:cut], limits), times[cut:], equity[cut:], limits)
    assert whole == parts
    assert 0.0 <= whole.drawdown <= 1.0 and whole.peak == max(equity)


@given(
    st.lists(st.sampled_from([90.0, 95.0, 97.0, 100.0, 103.0, 110.0]), max_size=40),
    st.sampled_from([0.0, 100.0, 200.0]),
    st.floats(0.01, 0.3),
)
def test_the_marks_that_tell_are_enough(equity: list[float], peak: float, limit: float) -> None:
    limits = RiskSettings(max_drawdown=limit, reduce_drawdown=limit / 2)
    times = [BEGIN + number * HOUR for number in range(len(equity))]
    start = Breaker(peak, peak, peak)
    told = telling(np.array(equity))
    fewer = [one for one, tells in zip(times, told, strict=True) if tells], np.array(equity)[told].tolist()
    assert follow(start, *fewer, limits) == follow(start, times, equity, limits)


def test_of_a_year_of_minutes_few_marks_tell() -> None:
    walk = 1e4 * np.exp(np.cumsum(np.random.default_rng(1).normal(0.0, 1e-4, 525_600)))
    assert telling(walk).sum() < 20_000


@given(st.lists(st.floats(1.0, 200.0), min_size=2, max_size=30), st.floats(0.01, 0.9))
def test_once_tripped_more_history_changes_neither_moment_nor_reason(
    equity: list[float], limit: float
) -> None:
    limits = {"max_drawdown": limit, "reduce_drawdown": 0.0}
    states = [state_after(equity[: bars + 1], **limits) for bars in range(len(equity))]
    halted = [s for s in states if s.state is SystemState.HALTED]
    assert states[len(states) - len(halted) :] == halted
    assert len({(s.since, s.reason) for s in halted}) <= 1


@pytest.mark.parametrize(
    ("profits", "streak", "pauses"),
    [
        ([], 0, False),
        ([-1.0, -1.0], 2, False),
        ([-1.0, -1.0, -1.0], 3, True),
        ([-1.0, -1.0, -1.0, 0.0], 0, False),
        ([2.0, -1.0, -1.0, -1.0, -1.0], 4, True),
        ([-1.0, -1.0, 3.0, -1.0], 1, False),
    ],
)
def test_losses_in_a_row(profits: list[float], streak: int, pauses: bool) -> None:
    outcomes = [(BEGIN + number * HOUR, profit) for number, profit in enumerate(profits)]
    found = losses_in_a_row(outcomes, RiskSettings(losing_streak=3, cooling_hours=6.0))
    assert found == (streak, outcomes[-1][0] + 6 * HOUR if pauses else None)


def test_a_streak_is_cooled_off_until_its_hour_and_not_longer() -> None:
    state = RiskState(losing_streak=5, cooling_until=NOW)
    before = verdict(
        opening(), replace(around(state=state), moment=NOW - timedelta(microseconds=1)), "losing_streak"
    )
    after = verdict(opening(), around(state=state), "losing_streak")
    assert (before.passed, after.passed, before.value, before.limit) == (False, True, 5, 5)
    assert "until 2024-01-02 12:00 UTC" in before.meaning and "is over" in after.meaning


@pytest.mark.parametrize("state", [SystemState.REDUCING, SystemState.HALTED])
def test_a_system_that_is_not_active_opens_nothing_and_closes_everything(state: SystemState) -> None:
    context = around(state=RiskState(state, NOW, "Because."))
    item = verdict(opening(), context, "system_state")
    assert (item.passed, item.meaning) == (False, f"The system is {state.value}. Because.")
    assert verdict(opening(), around(), "system_state").passed


@pytest.mark.parametrize(("lost", "passed"), [(0.1499999, True), (0.15, False)])
def test_the_check_of_the_drawdown(lost: float, passed: bool) -> None:
    item = verdict(opening(), around(state=RiskState(drawdown=lost)), "drawdown")
    assert (item.value, item.limit, item.passed) == (pytest.approx(lost * 100), 15.0, passed)
    assert verdict(
        opening(), around(state=RiskState(drawdown=lost), risk={"max_drawdown": 0}), "drawdown"
    ).passed
