"""Each planted fault is found; sound bars are left alone."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.calendars import expected_opens
from core.collect.quality.assess import assess
from core.collect.quality.judge import judge as judge_bars
from core.collect.sample_source import SampleSource
from core.instruments import resolve
from core.records import DataQuality, Instrument, Rejected, Timeframe
from core.settings import BadBars
from core.tables import check_bars
from tests.collect.bars import make_bars

pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")

BTC, AAPL, EURUSD = resolve("BTC-USD"), resolve("AAPL"), resolve("EURUSD=X")
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


def of_calendar(instrument: Instrument, timeframe: Timeframe, start: str, end: str) -> pd.DataFrame:
    """Sound bars at every time at which the market has one."""
    edges = [datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (start, end)]
    opens = expected_opens(instrument, timeframe, *edges)
    return make_bars(START, len(opens), HOUR).set_axis(opens)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@cache
def stock_days() -> pd.DataFrame:
    return of_calendar(AAPL, Timeframe.D1, "2024-01-01", "2024-07-01")


@cache
def stock_hours() -> pd.DataFrame:
    return of_calendar(AAPL, Timeframe.H1, "2024-02-01", "2024-04-01")


def test_nights_weekends_and_holidays_of_stocks_are_no_gaps_and_lost_sessions_are() -> None:
    _, quality, _ = assess(stock_days(), AAPL, Timeframe.D1, at("2024-06-30"))
    assert found(quality) == {} and quality.score == 100
    _, quality, _ = assess(
        stock_days().drop(stock_days().index[[20, 50, 51]]), AAPL, Timeframe.D1, at("2024-06-30")
    )
    assert found(quality) == {"gaps": 3} and quality.score < 96


def test_hours_lost_inside_a_session_are_gaps() -> None:
    _, quality, _ = assess(stock_hours(), AAPL, Timeframe.H1, at("2024-03-29"))
    assert found(quality) == {}
    _, quality, _ = assess(
        stock_hours().drop(stock_hours().index[[31, 32]]), AAPL, Timeframe.H1, at("2024-03-29")
    )
    assert found(quality) == {"gaps": 2}


@pytest.mark.parametrize(
    ("as_of", "late"),
    [
        pytest.param("2024-03-28T23:00", 0, id="the session's evening"),
        pytest.param("2024-04-01T13:00", 0, id="after Good Friday and the weekend, before the open"),
        pytest.param("2024-04-01T14:40", 0, id="the first hour has closed, but may come 15 minutes late"),
        pytest.param("2024-04-01T14:50", 1, id="now it is late"),
        pytest.param("2024-04-02T12:00", 7, id="a whole session"),
    ],
)
def test_a_stock_is_stale_by_the_bars_of_its_calendar(as_of: str, late: int) -> None:
    _, quality, _ = assess(stock_hours(), AAPL, Timeframe.H1, at(as_of))
    assert found(quality).get("stale", 0) == late and quality.score == 100 - 5 * late


def test_a_daily_stock_two_weeks_old_is_below_the_minimum_to_trade() -> None:
    _, quality, _ = assess(stock_days(), AAPL, Timeframe.D1, at("2024-07-13T12:00"))
    assert found(quality) == {"stale": 9} and quality.score == 40


def test_the_delay_of_a_source_can_be_told() -> None:
    as_of = END + timedelta(minutes=10)
    for lag, late in ((timedelta(), 2), (2 * HOUR, 0)):
        _, quality, _ = assess(sound().iloc[:-2], BTC, Timeframe.H1, as_of, source_lag=lag)
        assert found(quality).get("stale", 0) == late


def test_currencies_have_no_volume_and_no_weekends() -> None:
    bars = of_calendar(EURUSD, Timeframe.D1, "2024-01-01", "2024-03-01").assign(volume=0.0)
    _, quality, _ = assess(bars, EURUSD, Timeframe.D1, at("2024-03-01"))
    assert quality.score == 100 and found(quality) == {"zero volume": len(bars)}
    hours = of_calendar(EURUSD, Timeframe.H1, "2024-03-01", "2024-03-15").assign(volume=0.0)
    assert found(assess(hours, EURUSD, Timeframe.H1, at("2024-03-15"))[1]) == {"zero volume": len(hours)}


def test_where_no_calendar_reaches_nothing_is_late_and_that_is_said() -> None:
    bars = make_bars(at("1993-01-01"), 30, timedelta(days=1))
    _, quality, _ = assess(bars, resolve("7203.T"), Timeframe.D1, at("1993-12-31"))
    assert found(quality) == {}
    assert next(check for check in quality.checks if check.name == "stale").meaning.startswith("How old")


@pytest.mark.parametrize(
    ("instrument", "hours"),
    [
        pytest.param(AAPL, 5, id="New York's own time in winter"),
        pytest.param(AAPL, -9, id="Tokyo's time for New York"),
        pytest.param(resolve("SAP.DE"), -1, id="one hour off in Frankfurt"),
    ],
)
def test_hours_of_a_stock_in_another_zone_are_told_with_the_shift(instrument: Instrument, hours: int) -> None:
    right = of_calendar(instrument, Timeframe.H1, "2024-01-02", "2024-03-01")
    bars = right.set_axis(right.index - hours * HOUR)
    _, quality, _ = assess(bars, instrument, Timeframe.H1, bars.index[-1].to_pydatetime() + HOUR)
    zone = next(check for check in quality.checks if check.name == "wrong zone")
    assert zone.count > 0 and zone.penalty == 40
    assert f"{abs(hours)} hours are {'added' if hours > 0 else 'taken away'}" in zone.meaning
    assert set(found(quality)) == {"wrong zone"}


@pytest.mark.parametrize("hours", [-7, -1, 3])
def test_crypto_in_another_zone_is_told_by_the_other_source(hours: int) -> None:
    shifted = sound().set_axis(sound().index - hours * HOUR)
    after = END + 8 * HOUR
    _, quality, _ = assess(shifted, BTC, Timeframe.H1, after, reference=sound(), source_lag=24 * HOUR)
    assert found(quality) == {"wrong zone": N}
    _, quality, _ = assess(shifted, BTC, Timeframe.H1, after, source_lag=24 * HOUR)
    assert found(quality) == {}


def test_daily_bars_that_open_at_another_hour_are_in_another_zone() -> None:
    bars = make_bars(START + 5 * HOUR, 100, timedelta(days=1))
    _, quality, _ = assess(bars, BTC, Timeframe.D1, START + timedelta(days=100, hours=5))
    assert found(quality) == {"wrong zone": 100}


def test_a_bar_between_two_others_is_off_the_grid_and_no_gap() -> None:
    bars = sound()
    times = bars.index.to_series()
    times.iloc[100] += timedelta(minutes=7)
    moved = bars.set_index(pd.DatetimeIndex(times, name="date"))
    assert found(judge(moved)[1]) == {"off the grid": 1}
    kept = judge_bars(moved, BTC, Timeframe.H1, BadBars.DROP, END)
    _, quality, _ = assess(kept.bars, BTC, Timeframe.H1, END, rejected=kept.rejected)
    assert found(quality) == {"off the grid": 1}


def test_a_bar_on_a_holiday_is_off_the_grid() -> None:
    holiday = stock_days().iloc[[0]].set_axis(pd.DatetimeIndex([at("2024-06-19")], name="date").as_unit("us"))
    _, quality, _ = assess(
        pd.concat([stock_days(), holiday]).sort_index(), AAPL, Timeframe.D1, at("2024-06-30")
    )
    assert found(quality) == {"off the grid": 1}


def spiked() -> pd.DataFrame:
    bars = sound()
    close = bars["close"].iloc[300] * 1.3
    bars.iloc[300, [1, 3]] = close * 1.001, close
    return bars


def test_a_spike_costs_most_when_the_other_source_denies_it_and_nothing_when_it_confirms() -> None:
    def spike_points(reference: pd.DataFrame | None) -> float:
        _, quality, _ = assess(spiked(), BTC, Timeframe.H1, END, reference=reference)
        assert found(quality).get("disagreement", 0) == 0
        return next(check.penalty for check in quality.checks if check.name == "spikes")

    assert spike_points(spiked()) == 0 < spike_points(None) < spike_points(sound())


def test_disagreement_is_counted_against_the_bars_compared() -> None:
    other = sound().iloc[-200:].copy()
    other.iloc[50:60, :4] *= 1.02
    _, quality, _ = assess(sound(), BTC, Timeframe.H1, END, reference=other)
    assert found(quality) == {"disagreement": 10} and quality.score == 94
    _, quality, _ = assess(sound(), BTC, Timeframe.H1, END, reference=sound() * 1.001)
    assert found(quality) == {}


def test_prices_adjusted_by_one_source_only_are_named() -> None:
    _, quality, _ = assess(sound(), BTC, Timeframe.H1, END, reference=sound() * 2)
    check = next(check for check in quality.checks if check.name == "disagreement")
    assert check.count == N and check.penalty == 40 and "a factor of about 0.5" in check.meaning


def test_another_source_being_used_costs_points() -> None:
    _, quality, _ = assess(sound(), BTC, Timeframe.H1, END, fallback=True)
    assert found(quality) == {"fallback source": 1} and quality.score == 95


def rejected(hour: int, reason: str = "prices", action: str = "dropped") -> Rejected:
    return Rejected(START + hour * HOUR, 1.0, 1.0, 1.0, 0.0, 0.0, reason, action)


def test_bars_dropped_at_an_earlier_load_count_until_a_sound_one_has_come() -> None:
    row, bars = rejected(100), sound()
    _, quality, problems = assess(bars.drop(bars.index[100]), BTC, Timeframe.H1, END, rejected=[row])
    assert found(quality) == {"prices": 1} and not problems
    assert found(assess(bars, BTC, Timeframe.H1, END, rejected=[row])[1]) == {}


def test_repaired_and_doubled_bars_count_though_a_bar_is_there() -> None:
    rows = [rejected(100, "high below low", "repaired"), rejected(200, "duplicates")]
    _, quality, _ = assess(sound(), BTC, Timeframe.H1, END, rejected=rows)
    assert found(quality) == {"repaired": 1, "duplicates": 1}


def test_quarantine_outside_the_window_says_nothing() -> None:
    rows = [rejected(-5), rejected(N + 3)]
    assert found(assess(sound(), BTC, Timeframe.H1, END, rejected=rows)[1]) == {}


def test_a_quarantine_for_a_reason_of_others_counts_too() -> None:
    bars = sound()
    rows = [rejected(100, "cannot be read")]
    _, quality, _ = assess(bars.drop(bars.index[100]), BTC, Timeframe.H1, END, rejected=rows)
    assert found(quality) == {"quarantine": 1}


FAULTS = ("drop", "price", "swap", "range", "spike", "silence", "twin", "off grid")


def plant(bars: pd.DataFrame, fault: str, row: int) -> pd.DataFrame:
    """The bars with one more fault in a row that had none."""
    bars, time = bars.copy(), START + row * HOUR
    place = int(bars.index.searchsorted(pd.Timestamp(time)))
    if fault == "drop":
        return bars.drop(bars.index[place])
    if fault == "twin":
        return pd.concat([bars.iloc[:place], bars.iloc[[place]], bars.iloc[place:]])
    if fault == "off grid":
        times = bars.index.to_series()
        times.iloc[place] += timedelta(minutes=7)
        return bars.set_index(pd.DatetimeIndex(times, name="date"))
    opened, high, low, close, volume = bars.iloc[place]
    bars.iloc[place] = {
        "price": (opened, high, -1.0, close, volume),
        "swap": (opened, low, high, close, volume),
        "range": (high * 1.5, high, low, close, volume),
        "spike": (opened, close * 1.5, low, close * 1.4, volume),
        "silence": (opened, high, low, close, 0.0),
    }[fault]
    return bars


COUNTED = {
    "drop": "gaps", "price": "prices", "swap": "high below low", "range": "open or close out of range",
    "spike": "spikes", "silence": "zero volume", "twin": "duplicates", "off grid": "off the grid",
}  # fmt: skip


@pytest.mark.parametrize("policy", [None, BadBars.DROP, BadBars.REPAIR])
@pytest.mark.parametrize("fault", FAULTS)
def test_each_planted_fault_is_counted_exactly_once(fault: str, policy: BadBars | None) -> None:
    bars, rows = plant(sound(), fault, 100), ()
    if policy is not None:
        kept = judge_bars(bars, BTC, Timeframe.H1, policy, END)
        bars, rows = kept.bars, kept.rejected
    _, quality, _ = assess(bars, BTC, Timeframe.H1, END, rejected=rows)
    name = "repaired" if policy is BadBars.REPAIR and fault in ("swap", "range") else COUNTED[fault]
    assert found(quality) == {name: 1} and quality.score < 100


def test_worse_faults_cost_more() -> None:
    def score(policy: BadBars | None, *faults: str) -> float:
        bars, rows = sound(), ()
        for number, fault in enumerate(faults):
            bars = plant(bars, fault, 100 + 10 * number)
        if policy is not None:
            kept = judge_bars(bars, BTC, Timeframe.H1, policy, END)
            bars, rows = kept.bars, kept.rejected
        return assess(bars, BTC, Timeframe.H1, END, rejected=rows)[1].score

    in_order = [
        score(None, "silence"), score(None, "drop"), score(None, "off grid"), score(BadBars.REPAIR, "swap"),
        score(BadBars.DROP, "swap"), score(None, "spike"), score(None, "spike", "swap"),
    ]  # fmt: skip
    assert in_order == sorted(in_order, reverse=True) and len(set(in_order)) == len(in_order)


@settings(max_examples=60, deadline=None)
@given(
    faults=st.dictionaries(st.integers(1, 28), st.sampled_from(FAULTS), max_size=8),
    place=st.integers(1, 28),
    more=st.sampled_from(FAULTS),
    policy=st.sampled_from([None, BadBars.DROP, BadBars.REPAIR]),
)
def test_one_more_fault_never_raises_the_score(
    faults: dict[int, str], place: int, more: str, policy: BadBars | None
) -> None:
    faults.pop(place, None)
    bars = sound()
    for number, fault in faults.items():
        bars = plant(bars, fault, 20 * number)
    scores = []
    for served in (bars, plant(bars, more, 20 * place)):
        rows: tuple[Rejected, ...] = ()
        if policy is not None:
            kept = judge_bars(served, BTC, Timeframe.H1, policy, END)
            served, rows = kept.bars, kept.rejected
        scores.append(assess(served, BTC, Timeframe.H1, END, rejected=rows)[1].score)
    assert scores[1] <= scores[0]


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


def test_assessing_crypto_loads_no_exchange() -> None:
    code = (
        "import sys; from core.collect.quality.assess import assess; from core.collect.quality.flags import *;"
        "from core.instruments import resolve; from core.records import Timeframe; from datetime import *;"
        "from tests.collect.bars import make_bars; a = datetime(2024, 1, 1, tzinfo=UTC);"
        "b = make_bars(a, 99, timedelta(hours=1)); ask = (resolve('BTC'), Timeframe.H1);"
        "assess(b, *ask, a + timedelta(days=9), reference=b); bar_flags(b, *ask); holes(b, *ask);"
        "print({'pandera', 'exchange_calendars', 'scipy'} & set(sys.modules))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "set()"


def test_two_bad_bars_of_half_a_million_are_counted() -> None:
    bars = make_bars(START, 500_000, timedelta(minutes=1))
    bars.iloc[[7, 70_000], 1] = -1.0
    as_of = bars.index[-1].to_pydatetime() + timedelta(minutes=1)
    clean, quality, _ = assess(bars, BTC, Timeframe.M1, as_of)
    assert len(clean) == 499_998
    assert next(check.count for check in quality.checks if check.name == "prices") == 2
