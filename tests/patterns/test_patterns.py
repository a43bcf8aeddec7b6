"""Pivots, chart patterns and levels: right on drawn shapes, and never known before their bar."""

from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.collect import SampleSource
from core.instruments import resolve
from core.patterns import (
    ChartPattern,
    LevelRules,
    PatternKind,
    PatternRules,
    level_events,
    levels_of,
    memory,
    patterns_of,
    pivots_of,
)
from core.records import Timeframe
from tests.seeded import seeded_bars

FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    series = SampleSource().series[0]
    return SampleSource().fetch(resolve("BTC-USD"), Timeframe.H1, series.first, series.clock)


def drawn(*turns: tuple[int, float]) -> pd.DataFrame:
    """Hourly bars along straight lines through (row, close), each a tenth high and falling or rising with its line."""
    rows, prices = zip(*turns, strict=True)
    close = np.interp(np.arange(rows[-1] + 1), rows, prices)
    opened = np.concatenate(([close[0]], close[:-1]))
    index = pd.date_range("2024-01-01", periods=len(close), freq="h", tz="UTC", name="date")
    high, low = np.maximum(opened, close) + 0.1, np.minimum(opened, close) - 0.1
    return pd.DataFrame(
        {"open": opened, "high": high, "low": low, "close": close, "volume": 1.0}, index=index
    )


def mirrored(bars: pd.DataFrame, around: float = 200.0) -> pd.DataFrame:
    upside = around - bars[["open", "high", "low", "close"]]
    return upside.rename(columns={"high": "low", "low": "high"})[["open", "high", "low", "close"]].assign(
        volume=bars["volume"]
    )


BEFORE = ((0, 125.0), (10, 118.0), (20, 126.0))
SHAPES = {
    PatternKind.DOUBLE_BOTTOM: (
        drawn(*BEFORE, (40, 100), (52, 108), (64, 100.3), (84, 116)), PatternKind.DOUBLE_TOP, 108.1, 116.25,
    ),
    PatternKind.INVERSE_HEAD_AND_SHOULDERS: (
        drawn(*BEFORE, (36, 102), (46, 108), (58, 96), (70, 108), (80, 102), (100, 122)),
        PatternKind.HEAD_AND_SHOULDERS, 108.1, 120.3,
    ),
    PatternKind.ASCENDING_TRIANGLE: (
        drawn((0, 108), (10, 90), (20, 95), (30, 88), (44, 108), (56, 98), (68, 108), (78, 103), (98, 121)),
        PatternKind.DESCENDING_TRIANGLE, 108.1, 121.0,
    ),
    PatternKind.BULL_FLAG: (
        drawn((0, 100), (15, 99), (30, 101), (45, 100), (53, 112), (65, 109), (75, 119)),
        PatternKind.BEAR_FLAG, 110.35, 122.55,
    ),
}  # fmt: skip
"""Kind → bars that end with its break, its mirror's kind, price of the broken line, target."""


def of_kind(found: tuple[ChartPattern, ...], kind: PatternKind) -> ChartPattern:
    return next(pattern for pattern in found if pattern.kind is kind)


@pytest.mark.parametrize("kind", SHAPES)
def test_a_drawn_shape_is_found_at_its_break_with_its_measured_move(kind: PatternKind) -> None:
    bars, _, broken, target = SHAPES[kind]
    found = of_kind(patterns_of(bars), kind)
    assert found.direction == 1
    assert found.broken == pytest.approx(broken, abs=0.6) and found.target == pytest.approx(target, abs=1.3)
    close = bars["close"].to_numpy()
    assert (
        close[found.confirmed - 1] <= found.broken + 1.0 < close[-1] and close[found.confirmed] > found.broken
    )
    assert found.time == bars.index[found.confirmed]
    assert all(
        point.row <= found.confirmed - 5 for point in found.points if kind is not PatternKind.BULL_FLAG
    )


@pytest.mark.parametrize("kind", SHAPES)
def test_upside_down_it_is_the_other_kind_with_the_same_numbers(kind: PatternKind) -> None:
    bars, other, *_ = SHAPES[kind]
    up, down = of_kind(patterns_of(bars), kind), of_kind(patterns_of(mirrored(bars)), other)
    assert (down.direction, down.confirmed) == (-1, up.confirmed)
    assert [point.row for point in down.points] == [point.row for point in up.points]
    assert 200.0 - down.broken == pytest.approx(up.broken) and 200.0 - down.target == pytest.approx(up.target)
    assert 200.0 - down.wrong == pytest.approx(up.wrong)


@pytest.mark.parametrize(("last", "direction"), [(121.0, 1), (79.0, -1)])
def test_a_symmetric_triangle_goes_the_way_it_is_broken(last: float, direction: int) -> None:
    bars = drawn((0, 100), (8, 96), (16, 100), (24, 90), (36, 110), (48, 93), (60, 107), (70, 97), (80, 103), (84, 101.5), (98, last))  # fmt: skip
    found = of_kind(patterns_of(bars), PatternKind.SYMMETRIC_TRIANGLE)
    assert found.direction == direction
    upper, lower = found.lines
    assert (
        (upper.begin.price - lower.begin.price) * direction
        > (upper.end.price - lower.end.price) * direction
        > 0
    )


def test_lines_end_at_the_confirming_bar_and_points_lie_on_the_bars(sample: pd.DataFrame) -> None:
    bars = sample.iloc[:4000]
    found = patterns_of(bars)
    assert len(set(Counter(pattern.kind for pattern in found))) == len(PatternKind)
    for pattern in found:
        assert pattern.lines[0].end.row == pattern.confirmed and pattern.lines[0].end.price == pytest.approx(pattern.broken)  # fmt: skip
        sign = pattern.direction
        assert sign * (bars["close"].iloc[pattern.confirmed] - pattern.broken) > 0
        assert sign * (pattern.target - pattern.broken) > 0 and pattern.height > 0
        for point in pattern.points:
            bar = bars.iloc[point.row]
            assert point.price in (bar["high"], bar["low"]) and point.time == bars.index[point.row]
            assert point.row < pattern.confirmed


def test_patterns_of_a_beginning_are_the_beginning_of_the_patterns_at_every_bar(sample: pd.DataFrame) -> None:
    bars = sample.iloc[300:1000]
    whole = patterns_of(bars)
    assert len({pattern.kind for pattern in whole}) >= 5
    for rows in range(len(bars) + 1):
        assert patterns_of(bars.iloc[:rows]) == tuple(p for p in whole if p.confirmed < rows)


def test_levels_and_events_of_a_beginning_at_every_bar(sample: pd.DataFrame) -> None:
    bars = sample.iloc[300:800]
    whole = level_events(bars)
    assert (whole.way != 0).any() and whole.broke.any()
    for rows in range(1, len(bars) + 1):
        cut = level_events(bars.iloc[:rows])
        for name in ("way", "price", "strength", "broke"):
            assert np.array_equal(getattr(cut, name), getattr(whole, name)[:rows])
        assert levels_of(bars, rows - 1) == levels_of(bars.iloc[:rows])


@FEW
@given(st.integers(0, 10_000), st.integers(2, 9), st.integers(30, 900))
def test_nothing_is_known_before_its_bar(seed: int, span: int, rows: int) -> None:
    bars = seeded_bars(900, seed=seed)
    rules = PatternRules(span=span, height=1.5, pole=3.0, level=0.25)
    whole, cut = patterns_of(bars, rules), patterns_of(bars.iloc[:rows], rules)
    assert cut == tuple(pattern for pattern in whole if pattern.confirmed < rows)
    assert levels_of(bars, rows - 1, LevelRules(span=span)) == levels_of(
        bars.iloc[:rows], -1, LevelRules(span=span)
    )
    turns, known = pivots_of(bars, span), pivots_of(bars.iloc[:rows], span)
    there = turns.confirmed < rows
    assert np.array_equal(known.row, turns.row[there]) and np.array_equal(known.price, turns.price[there])


@FEW
@given(st.integers(0, 10_000), st.integers(1, 400))
def test_where_the_history_begins_is_forgotten(seed: int, skipped: int) -> None:
    bars = seeded_bars(1000, seed=seed)
    first = skipped + memory()

    def shapes(found: tuple[ChartPattern, ...]) -> list[tuple[object, ...]]:
        return [
            (p.kind, p.time, p.target, tuple(q.time for q in p.points))
            for p in found
            if p.time >= bars.index[first]
        ]

    young = set(shapes(patterns_of(bars.iloc[skipped:])))
    assert young == set(shapes(patterns_of(bars)))
    assert levels_of(bars, -1) == levels_of(bars.iloc[skipped:], -1)


def test_pivots_are_the_turns_that_a_loop_finds() -> None:
    bars = seeded_bars(300, seed=5)
    high, low = bars["high"].to_numpy(), bars["low"].to_numpy()
    found = pivots_of(bars, 4)
    tops = [i for i in range(4, 296) if high[i] == high[i - 4 : i + 5].max()]
    bottoms = [i for i in range(4, 296) if low[i] == low[i - 4 : i + 5].min()]
    assert found.row[found.top].tolist() == tops and found.row[~found.top].tolist() == bottoms
    assert (found.confirmed == found.row + 4).all() and (np.diff(found.confirmed) >= 0).all()


def test_a_price_that_is_touched_thrice_is_a_level() -> None:
    bars = drawn((0, 104), (20, 100), (32, 110), (44, 100.1), (56, 109), (70, 99.95), (84, 106))
    support, *_ = [level for level in levels_of(bars) if level.kind == "support"]
    assert support.touches == 3 and support.price == pytest.approx(99.92, abs=0.1)
    assert (support.first, support.last) == (bars.index[20], bars.index[70])
    later = pd.concat([bars, drawn((0, 106), (120, 106.5)).set_axis(pd.date_range(bars.index[-1] + pd.Timedelta(hours=1), periods=121, freq="h", name="date"))])  # fmt: skip
    faded = [level for level in levels_of(later, -1, LevelRules(width=5.0)) if level.kind == "support"]
    assert faded[0].strength < support.strength < 1 - 0.5**3
    assert [level.touches for level in levels_of(bars, 74)][:1] != [3], (
        "the third turn is known five bars later"
    )


def test_a_bounce_and_a_break_of_a_level() -> None:
    bars = drawn((0, 104), (20, 100), (32, 110), (44, 100), (60, 110), (80, 97), (84, 96))
    events = level_events(bars, LevelRules(touches=2), near=0.25, beyond=0.25)
    broken = np.flatnonzero(events.broke)
    assert events.way[broken[-1]] == -1 and events.price[broken[-1]] == pytest.approx(99.9)
    assert bars["close"].iloc[broken[-1]] < 99.9 < bars["close"].iloc[broken[-1] - 1]


@pytest.mark.parametrize("rows", [0, 1, 2, 14, 30])
def test_a_short_history_has_neither(rows: int) -> None:
    bars = seeded_bars(40).iloc[:rows]
    assert patterns_of(bars) == () and len(pivots_of(bars).row) <= rows // 3
    assert levels_of(bars) == () or rows > 20
    if rows:
        assert not level_events(bars).way[:15].any()


def test_a_price_that_never_moves_has_none() -> None:
    bars = seeded_bars(400)
    bars[["open", "high", "low", "close"]] = 100.0
    assert patterns_of(bars) == () and levels_of(bars) == () and not level_events(bars).way.any()


def test_more_patterns_than_the_first_room_for_them(sample: pd.DataFrame) -> None:
    found = patterns_of(sample)
    assert len(found) > 128
    assert [p.confirmed for p in found] == sorted(p.confirmed for p in found)
