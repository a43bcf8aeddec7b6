"""Rows as bars: whatever a provider serves ends in bars in order, on their grid, or in BadData."""

from datetime import UTC, datetime

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.collect.venues.rows import to_bars
from core.errors import BadData
from core.records import Timeframe
from core.tables import empty_bars

NOON = int(datetime(2024, 3, 5, 12, tzinfo=UTC).timestamp())
PRICES = [100.0, 102.0, 99.0, 101.0, 5.0]


def at(*seconds: float | str | None) -> list[list]:
    return [[second, *PRICES] for second in seconds]


def test_rows_are_sorted_and_of_doubles_the_later_counts() -> None:
    rows = [*at(NOON + 3600, NOON), [NOON, 1, 1, 1, 1, 1]]
    bars = to_bars(rows, Timeframe.H1, "X")
    assert bars["open"].tolist() == [1, 100] and bars.index[0] == pd.Timestamp(NOON, unit="s", tz="UTC")


def test_milliseconds_text_and_closes() -> None:
    rows = [[str(NOON * 1000), *map(str, PRICES[:4])]]
    bars = to_bars(rows, Timeframe.M30, "X", per_second=1000, closes=True, volume=False)
    assert bars.index[0] == pd.Timestamp(NOON - 1800, unit="s", tz="UTC") and bars.iloc[0].tolist() == [
        *PRICES[:4],
        0,
    ]


@pytest.mark.parametrize(
    "odd", [None, float("nan"), float("inf"), 1e300, -3600.0, NOON + 1, NOON + 3599.5, 4e12]
)
def test_a_row_without_a_time_of_the_grid_is_left_out(odd: float | None) -> None:
    bars = to_bars(at(NOON, odd, NOON + 3600), Timeframe.H1, "X")
    assert len(bars) == 2


@pytest.mark.parametrize(
    "rows", [[[NOON, 1]], [[NOON, *PRICES, 7]], [[NOON, "high", 1, 1, 1, 1]], [NOON], [[NOON] + [None] * 5], [[NOON, {}, 1, 1, 1, 1]]]
)  # fmt: skip
def test_rows_that_are_no_bars_are_bad_data(rows: list) -> None:
    with pytest.raises(BadData, match="X's bars"):
        to_bars(rows, Timeframe.H1, "X")


def test_no_rows_are_no_bars() -> None:
    pd.testing.assert_frame_equal(to_bars([], Timeframe.H1, "X"), empty_bars(), check_freq=False)


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=4), st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=1),
)  # fmt: skip
TIME = st.one_of(JUNK, st.integers(0, 50).map(lambda n: NOON + 3600 * n))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.one_of(st.tuples(TIME, *[st.one_of(st.floats(1, 9), JUNK)] * 5).map(list), JUNK), max_size=6)
)
def test_any_rows_end_in_sound_bars_or_bad_data(rows: list) -> None:
    try:
        bars = to_bars(rows, Timeframe.H1, "X")
    except BadData as err:
        assert len(str(err)) < 100
        return
    assert list(bars.columns) == list(empty_bars().columns) and (bars.dtypes == "float64").all()
    assert bars.index.dtype == empty_bars().index.dtype and bars.index.name == "date"
    assert bars.index.is_unique and bars.index.is_monotonic_increasing
    assert (bars.index.as_unit("s").asi8 % 3600 == 0).all()
