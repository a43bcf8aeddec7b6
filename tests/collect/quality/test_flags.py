"""Flags and trust of single bars, and the ranges that are missing."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendars import expected_opens
from core.collect.quality.flags import WEIGHTS, bar_flags, holes
from core.collect.sample_source import SampleSource
from core.instruments import resolve
from core.records import Rejected, Timeframe
from tests.collect.bars import make_bars

pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")

BTC, AAPL, EURUSD = resolve("BTC-USD"), resolve("AAPL"), resolve("EURUSD=X")
H1 = Timeframe.H1
HOUR = timedelta(hours=1)
START = datetime(2024, 1, 1, tzinfo=UTC)
N = 300


def sound() -> pd.DataFrame:
    return make_bars(START, N, HOUR)


def spiked(row: int = 100) -> pd.DataFrame:
    bars = sound()
    close = bars["close"].iloc[row] * 1.3
    bars.iloc[row, [1, 3]] = close * 1.001, close
    return bars


def flagged(flags: pd.DataFrame) -> dict[str, list[int]]:
    return {name: np.flatnonzero(flags[name]).tolist() for name in WEIGHTS if flags[name].any()}


def test_sound_bars_carry_no_flag_and_full_trust() -> None:
    bars = sound()
    flags = bar_flags(bars, BTC, H1, reference=bars)
    assert flags.index is bars.index and flagged(flags) == {} and (flags["trust"] == 100).all()
    assert all(flags[name].dtype == bool for name in WEIGHTS) and flags["trust"].dtype == float


def test_each_flag_marks_its_bars() -> None:
    flat = sound()
    flat.iloc[50:60, :4] = float(flat["close"].iloc[50])
    silent = sound()
    silent.iloc[[7, 9], 4] = 0.0
    repaired = Rejected(START + 20 * HOUR, 1.0, 1.0, 2.0, 1.0, 0.0, "high below low", "repaired")
    other = sound() * np.where(np.arange(N) == 30, 1.1, 1.0)[:, None]
    cases = [
        (bar_flags(spiked(), BTC, H1), {"spike": [100]}),
        (bar_flags(flat, BTC, H1), {"flat": list(range(51, 60))}),
        (bar_flags(silent, BTC, H1), {"no_volume": [7, 9]}),
        (bar_flags(silent, EURUSD, H1), None),
        (bar_flags(sound().drop(sound().index[40:44]), BTC, H1), {"gap_before": [40]}),
        (bar_flags(sound(), BTC, H1, rejected=[repaired]), {"repaired": [20]}),
        (bar_flags(sound(), BTC, H1, reference=other), {"disagrees": [30]}),
    ]
    for flags, expected in cases:
        if expected is None:
            assert not flags["no_volume"].any()
        else:
            assert flagged(flags) == expected or flagged(flags) == {"flat": list(range(50, 60))}


def test_a_spike_that_the_other_source_has_too_is_none() -> None:
    assert flagged(bar_flags(spiked(), BTC, H1, reference=spiked())) == {}
    assert flagged(bar_flags(spiked(), BTC, H1, reference=sound())) == {"spike": [100], "disagrees": [100]}


def test_trust_is_lowest_at_the_fault_and_fades_to_both_sides() -> None:
    trust = bar_flags(spiked(), BTC, H1)["trust"].to_numpy()
    assert trust[100] == 100 - WEIGHTS["spike"]
    np.testing.assert_allclose(trust[101:105], 100 - 0.5 * 0.3 * 60 * 0.7 ** np.arange(4))
    np.testing.assert_allclose(trust[96:100], trust[104:100:-1])
    assert trust[:50].min() > 99.9 and trust[150:].min() > 99.9


def test_the_first_bar_s_fault_fades_like_any_other() -> None:
    bars = sound()
    bars.iloc[0, 4] = 0.0
    trust = bar_flags(bars, BTC, H1)["trust"].to_numpy()
    np.testing.assert_allclose(trust[:2], [90.0, 98.5])


@settings(max_examples=40, deadline=None)
@given(rows=st.sets(st.integers(0, N - 1), min_size=1, max_size=40), more=st.integers(0, N - 1))
def test_another_fault_lowers_no_bar_s_trust_less(rows: set[int], more: int) -> None:
    fewer, all_of_them = sound(), sound()
    fewer.iloc[sorted(rows - {more}), 4] = 0.0
    all_of_them.iloc[sorted(rows | {more}), 4] = 0.0
    before, after = (bar_flags(bars, BTC, H1)["trust"].to_numpy() for bars in (fewer, all_of_them))
    assert (after <= before + 1e-9).all() and after.min() >= 0


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        pytest.param([], [], id="none"),
        pytest.param([5], [("2024-01-01T05:00", "2024-01-01T06:00")], id="one bar"),
        pytest.param([5, 6, 7], [("2024-01-01T05:00", "2024-01-01T08:00")], id="three together"),
        pytest.param([5, 7], [("2024-01-01T05:00", "2024-01-01T06:00"), ("2024-01-01T07:00", "2024-01-01T08:00")], id="two apart"),
        pytest.param([0, N - 1], [], id="the ends are no holes"),
    ],
)  # fmt: skip
def test_holes_of_crypto(missing: list[int], expected: list[tuple[str, str]]) -> None:
    bars = sound().drop(sound().index[missing])
    assert [(f"{a:%Y-%m-%dT%H:%M}", f"{b:%Y-%m-%dT%H:%M}") for a, b in holes(bars, BTC, H1)] == expected


def stock_hours(start: str, end: str) -> pd.DataFrame:
    opens = expected_opens(
        AAPL, H1, *(datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (start, end))
    )
    return make_bars(START, len(opens), HOUR).set_axis(opens)


def test_holes_inside_a_session_are_found_and_nights_and_holidays_are_none() -> None:
    bars = stock_hours("2024-06-24", "2024-07-12")
    assert holes(bars, AAPL, H1) == ()
    broken = bars.drop(
        [pd.Timestamp("2024-07-02T15:30", tz="UTC"), pd.Timestamp("2024-07-02T16:30", tz="UTC")]
    )
    [(start, stop)] = holes(broken, AAPL, H1)
    assert (f"{start:%d %H:%M}", f"{stop:%d %H:%M}") == ("02 15:30", "02 17:30")
    assert np.flatnonzero(bar_flags(broken, AAPL, H1)["gap_before"]).tolist() == [
        int(broken.index.searchsorted(pd.Timestamp("2024-07-02T17:30", tz="UTC")))
    ]


def test_a_lost_day_before_a_holiday_is_one_hole() -> None:
    bars = stock_hours("2024-06-24", "2024-07-12")
    day = bars.index.normalize() == pd.Timestamp("2024-07-03", tz="UTC")
    [(start, stop)] = holes(bars[~day], AAPL, H1)
    assert (f"{start:%d %H:%M}", f"{stop:%d %H:%M}") == ("03 13:30", "03 17:30")


@pytest.mark.parametrize("symbol", ["NVDA", "AAPL"])
def test_daily_stocks_of_the_sample_have_no_holes(symbol: str) -> None:
    source = SampleSource()
    [series] = [item for item in source.series if item.symbol == symbol]
    bars = source.fetch(resolve(symbol), Timeframe.D1, series.first, series.clock + timedelta(days=1))
    assert holes(bars, resolve(symbol), Timeframe.D1) == ()
    flags = bar_flags(bars, resolve(symbol), Timeframe.D1)
    assert not flags["gap_before"].any() and flags["trust"].mean() > 99.9


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_bars_are_no_trouble(count: int) -> None:
    bars = sound().iloc[:count]
    for instrument in (BTC, AAPL, EURUSD):
        assert len(bar_flags(bars, instrument, H1, reference=bars)) == count
        assert holes(bars, instrument, H1) == ()


def test_half_a_million_sound_bars_have_full_trust() -> None:
    bars = make_bars(START, 500_000, timedelta(minutes=1))
    assert (bar_flags(bars, BTC, Timeframe.M1, reference=bars)["trust"] == 100).mean() > 0.999
