"""Each planted fault is found; sound bars are left alone."""

import time
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.collect import SampleSource, assess
from core.instruments import resolve
from core.records import DataQuality, Timeframe
from core.tables import check_bars
from tests.collect.bars import make_bars

BTC, AAPL = resolve("BTC-USD"), resolve("AAPL")
HOUR = timedelta(hours=1)
START = datetime(2024, 1, 1, tzinfo=UTC)
N = 600
END = START + N * HOUR


def sound() -> pd.DataFrame:
    return make_bars(START, N, HOUR)


def found(quality: DataQuality) -> dict[str, int]:
    return {check.name: check.count for check in quality.checks if check.count}


def judge(bars: pd.DataFrame, as_of: datetime = END) -> tuple[pd.DataFrame, DataQuality]:
    clean, quality, problems = assess(bars, BTC, Timeframe.H1, as_of)
    check_bars(clean, "assess")
    assert bool(problems) == (len(clean) < len(bars) and quality.score < 100)
    return clean, quality


def test_sound_bars_score_100_and_are_handed_back() -> None:
    bars = sound()
    clean, quality = judge(bars)
    assert clean is bars and quality.score == 100 and quality.rows == N
    assert quality.first == START and quality.last == END - HOUR
    assert all(check.meaning.endswith(".") for check in quality.checks)


def test_gap() -> None:
    _, quality = judge(sound().drop(sound().index[100:160]))
    assert found(quality) == {"gaps": 60} and quality.score == 80


def test_duplicates_keep_the_last() -> None:
    bars = sound()
    twin = bars.iloc[[50]] * 1.001
    clean, quality = judge(pd.concat([bars, twin]))
    assert found(quality) == {"order": 1, "duplicates": 1}
    assert clean["close"].iloc[50] == twin["close"].iloc[0] and len(clean) == N


def test_order() -> None:
    bars = sound()
    clean, quality, _ = assess(bars.iloc[::-1], BTC, Timeframe.H1, END)
    assert found(quality) == {"order": N - 1}
    pd.testing.assert_frame_equal(clean, bars, check_freq=False)


@pytest.mark.parametrize("value", [0.0, -5.0, np.nan, np.inf])
@pytest.mark.parametrize("column", ["open", "high", "low", "close"])
def test_prices_that_are_none(column: str, value: float) -> None:
    bars = sound()
    bars.iloc[200, bars.columns.get_loc(column)] = value
    clean, quality = judge(bars)
    assert found(quality)["prices"] == 1 and len(clean) == N - 1 and quality.score < 98


def test_high_below_low() -> None:
    bars = sound()
    bars.iloc[[10, 11], [1, 2]] = bars.iloc[[10, 11], [2, 1]].to_numpy()
    assert found(judge(bars)[1])["high below low"] == 2


def test_open_outside_the_bar() -> None:
    bars = sound()
    bars.iloc[10, 0] = bars.iloc[10, 1] * 1.01
    assert found(judge(bars)[1])["open or close out of range"] == 1


def test_spike_that_comes_back_is_counted_and_kept() -> None:
    bars = sound()
    close = bars["close"].iloc[300] * 1.3
    bars.iloc[300, [1, 3]] = close * 1.001, close
    clean, quality = judge(bars)
    assert found(quality) == {"spikes": 1} and len(clean) == N


def test_jump_that_stays_is_no_spike() -> None:
    bars = sound()
    bars.iloc[300:, :4] *= 1.3
    assert found(judge(bars)[1]) == {}


def test_flat_run() -> None:
    bars = sound()
    bars.iloc[100:120, :4] = float(bars["close"].iloc[100])
    assert found(judge(bars)[1])["flat"] in (19, 20)


def test_four_flat_bars_are_no_run() -> None:
    bars = sound()
    bars.iloc[100:104, :4] = float(bars["close"].iloc[100])
    assert "flat" not in found(judge(bars)[1])


def test_zero_volume() -> None:
    bars = sound()
    bars.iloc[:60, 4] = 0
    assert found(judge(bars)[1]) == {"zero volume": 60}
    silent, quality = judge(sound().assign(volume=0.0))
    assert quality.score == 95 and len(silent) == N


def test_stale_last_bar_lowers_the_score_below_the_minimum_to_trade() -> None:
    _, fresh = judge(sound(), END + timedelta(minutes=50))
    _, stale = judge(sound(), END + timedelta(hours=12))
    assert fresh.score == 100
    assert found(stale) == {"stale": 12} and stale.score == 40


def test_future_bars_are_left_out() -> None:
    clean, quality = judge(sound(), END - timedelta(hours=9, minutes=30))
    assert found(quality) == {"future": 9} and clean.index[-1] == END - timedelta(hours=11)


def test_the_bar_under_way_is_left_out_without_blame() -> None:
    clean, quality, problems = assess(sound(), BTC, Timeframe.H1, END - timedelta(minutes=10))
    assert len(clean) == N - 1 and quality.score == 100 and not problems


def test_nights_weekends_and_holidays_of_stocks_are_no_gaps() -> None:
    days = make_bars(START, 200, timedelta(days=1))
    week = days[days.index.dayofweek < 5].drop(pd.Timestamp("2024-01-15", tz="UTC"))
    _, quality, _ = assess(week, AAPL, Timeframe.D1, START + timedelta(days=200))
    assert found(quality) == {} and quality.score == 100
    _, quality, _ = assess(week.drop(week.index[20:40]), AAPL, Timeframe.D1, START + timedelta(days=200))
    assert found(quality) == {"gaps": 1}


def test_a_stock_is_not_stale_over_a_long_weekend() -> None:
    bars = make_bars(START, 30, timedelta(days=1))
    assert assess(bars, AAPL, Timeframe.D1, START + timedelta(days=34))[1].score == 100
    assert found(assess(bars, AAPL, Timeframe.D1, START + timedelta(days=39))[1]) == {"stale": 4}


def test_currencies_have_no_volume() -> None:
    bars = make_bars(START, 30, timedelta(days=1)).assign(volume=0.0)
    assert assess(bars, resolve("EURUSD=X"), Timeframe.D1, START + timedelta(days=30))[1].score == 100


def test_nothing_scores_nothing() -> None:
    clean, quality, _ = assess(sound().iloc[:0], BTC, Timeframe.H1, END)
    assert clean.empty and quality.score == 0 and quality.last is None


@pytest.mark.parametrize("series", SampleSource().series, ids=lambda s: f"{s.symbol}-{s.timeframe}")
def test_the_sample_scores_high(series) -> None:
    instrument, after = resolve(series.symbol), series.clock + series.timeframe.delta
    bars = SampleSource().fetch(instrument, series.timeframe, series.first, after)
    _, quality, problems = assess(bars, instrument, series.timeframe, after)
    assert quality.score > 97 and not problems


NUMBER = st.one_of(st.floats(1, 200), st.sampled_from([0.0, -1.0, float("nan"), float("inf")]))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), NUMBER, NUMBER, NUMBER, NUMBER, NUMBER), max_size=40))
def test_whatever_comes_in_sound_bars_come_out(rows: list[tuple]) -> None:
    index = pd.DatetimeIndex([START + row[0] * HOUR for row in rows], tz="UTC", name="date").as_unit("us")
    bars = pd.DataFrame(
        [row[1:] for row in rows],
        index=index,
        columns=["open", "high", "low", "close", "volume"],
        dtype="float64",
    )
    clean, quality, _ = assess(bars, BTC, Timeframe.H1, START + 41 * HOUR)
    check_bars(clean, "assess")
    assert 0 <= quality.score <= 100 and quality.rows == len(clean)
    dropped = {"duplicates", "prices", "high below low", "open or close out of range", "future"}
    assert len(bars) - len(clean) == sum(n for name, n in found(quality).items() if name in dropped)
    again, second, _ = assess(clean, BTC, Timeframe.H1, START + 41 * HOUR)
    assert again is clean and not dropped & set(found(second))


def test_half_a_million_bars_take_a_blink() -> None:
    bars = make_bars(START, 500_000, timedelta(minutes=1))
    bars.iloc[[7, 70_000], 1] = -1.0
    as_of = bars.index[-1].to_pydatetime() + timedelta(minutes=1)
    best = min(_seconds(bars, as_of) for _ in range(3))
    assert best < 0.3


def _seconds(bars: pd.DataFrame, as_of: datetime) -> float:
    begun = time.perf_counter()
    assess(bars, BTC, Timeframe.M1, as_of)
    return time.perf_counter() - begun
