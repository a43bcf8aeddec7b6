"""Which assets are about to be looked at, and when it is quiet enough to prepare for it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.llm.preload import LOOKED_AT, QUIET, is_quiet, ranking
from core.records import Visit

NOW = datetime(2026, 3, 20, 8, 0, tzinfo=UTC)


def at(symbol: str, **ago: float) -> Visit:
    return Visit(symbol, NOW - timedelta(**ago))


def test_a_habit_of_this_hour_beats_as_many_visits_at_another() -> None:
    mornings = [at("ETH-USD", days=day, minutes=-20) for day in range(2, 9)]  # 08:20, a week long
    evenings = [at("BTC-USD", days=day, hours=-11) for day in range(2, 9)]  # 19:00
    first, second = ranking([*evenings, *mornings], (), NOW)
    assert (first.symbol, second.symbol) == ("ETH-USD", "BTC-USD")
    assert first.expected > 10 * second.expected


def test_what_was_looked_at_just_now_comes_before_what_was_looked_at_yesterday() -> None:
    order = ranking([at("AAPL", hours=30), at("NVDA", minutes=10)], (), NOW)
    assert [item.symbol for item in order] == ["NVDA", "AAPL"]


def test_open_positions_come_first_also_unvisited() -> None:
    order = ranking([at("NVDA", minutes=10)] * 3, {"AAPL"}, NOW)
    assert [(item.symbol, item.held) for item in order] == [("AAPL", True), ("NVDA", False)]
    assert order[0].expected == order[0].popularity == 0.0


def test_popularity_breaks_ties() -> None:
    """Visits of 9 to 10 o'clock weeks ago say nothing about 8 to 9, but more of them do say something of interest."""
    order = ranking(
        [at("A", days=27, hours=-1.5), at("B", days=27, hours=-1.5), at("B", days=26, hours=-1.5)], (), NOW
    )
    assert [item.symbol for item in order] == ["B", "A"] and order[0].popularity > order[1].popularity


def test_a_visit_every_hour_is_expected_about_once_an_hour() -> None:
    hourly = [at("BTC-USD", hours=hour) for hour in range(1, LOOKED_AT.days * 24)]
    (only,) = ranking(hourly, (), NOW)
    assert only.expected == pytest.approx(1.0, rel=0.1)


@given(
    st.lists(
        st.tuples(st.sampled_from(["A", "B", "C"]), st.floats(-100, 40 * 24)).map(lambda pair: at(pair[0], hours=pair[1])),
        max_size=30,
    ),
    st.sets(st.sampled_from(["B", "D"])),
)  # fmt: skip
def test_every_order_is_whole_and_sees_no_future(visits: list[Visit], held: set[str]) -> None:
    order = ranking(visits, held, NOW)
    past = [visit for visit in visits if visit.at <= NOW]
    assert order == ranking(past, held, NOW) == ranking(visits[::-1], held, NOW)
    assert {item.symbol for item in order} == {v.symbol for v in past if v.at >= NOW - LOOKED_AT} | held
    flags = [item.held for item in order]
    assert flags == sorted(flags, reverse=True) and all(item.expected >= 0 for item in order)


def test_quiet_is_when_nobody_works() -> None:
    busy, idle = NOW - QUIET / 2, NOW - QUIET
    assert is_quiet(None, 0, None, NOW) and is_quiet(idle, 0, idle, NOW)
    assert not is_quiet(busy, 0, None, NOW)
    assert not is_quiet(None, 0, busy, NOW)
    assert not is_quiet(None, 1, None, NOW)
