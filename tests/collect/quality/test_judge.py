"""The policy on bars that cannot be right: nothing is lost unseen, nothing sound is touched."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.collect.quality.judge import MOST_REJECTED, Judged, judge
from core.errors import BadData
from core.instruments import resolve
from core.records import Instrument, Timeframe
from core.settings import BadBars
from core.tables import BAR_COLUMNS, check_bars
from tests.collect.bars import make_bars

BTC, AAPL, EURUSD = resolve("BTC-USD"), resolve("AAPL"), resolve("EURUSD=X")
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
START = datetime(2024, 1, 1, tzinfo=UTC)
N = 100
NOW = START + N * HOUR
DROP, REPAIR, REFUSE = BadBars.DROP, BadBars.REPAIR, BadBars.REFUSE


def sound() -> pd.DataFrame:
    return make_bars(START, N, HOUR)


def judged(bars: pd.DataFrame, policy: BadBars = DROP, instrument: Instrument = BTC) -> Judged:
    return judge(bars, instrument, Timeframe.H1, policy, NOW)


def plant(column: str, value: float, row: int = 10) -> pd.DataFrame:
    bars = sound()
    bars.iloc[row, BAR_COLUMNS.index(column)] = value
    return bars


def swapped() -> pd.DataFrame:
    bars = sound()
    bars.iloc[10, [1, 2]] = bars.iloc[10, [2, 1]].to_numpy()
    return bars


def moved(by: timedelta, row: int = 10) -> pd.DataFrame:
    bars = sound()
    times = bars.index.to_series()
    times.iloc[row] += by
    return bars.set_index(pd.DatetimeIndex(times, name="date"))


def twin() -> pd.DataFrame:
    bars = sound()
    return pd.concat([bars.iloc[:11], bars.iloc[[10]] * 1.5, bars.iloc[11:]])


FAULTS = {
    "duplicates": (twin, 0),
    "a price of zero": (lambda: plant("low", 0.0), "prices"),
    "a negative price": (lambda: plant("open", -1.0), "prices"),
    "a missing price": (lambda: plant("close", np.nan), "prices"),
    "an endless price": (lambda: plant("high", np.inf), "prices"),
    "a missing volume": (lambda: plant("volume", np.nan), "prices"),
    "a negative volume": (lambda: plant("volume", -1.0), "prices"),
    "high below low": (swapped, "high below low"),
    "open above the high": (lambda: plant("open", 500.0), "open or close out of range"),
    "close below the low": (lambda: plant("close", 1.0), "open or close out of range"),
    "between two bars": (lambda: moved(7 * MINUTE), "off the grid"),
    "a bar of tomorrow": (lambda: moved(24 * HOUR, N - 1), "future"),
}


@pytest.mark.parametrize("kind", FAULTS)
def test_each_fault_is_dropped_and_told_once_with_its_values(kind: str) -> None:
    make, reason = FAULTS[kind]
    bars = make()
    result = judged(bars)
    [row] = result.rejected
    assert row.reason == (reason or kind) and row.action == "dropped"
    assert len(result.bars) == len(bars) - 1 and result.faults.dropped == 1
    served = bars.loc[row.time] if bars.index.is_unique else bars.iloc[10]
    np.testing.assert_array_equal([row.open, row.high, row.low, row.close, row.volume], served.to_numpy())
    assert result.faults.sentence.startswith("1 with ")


def test_sound_bars_are_handed_back_themselves() -> None:
    bars = sound()
    for policy in BadBars:
        result = judged(bars, policy)
        assert result.bars is bars and not result.rejected and not result.faults.sentence


def test_of_doubled_times_the_last_counts() -> None:
    result = judged(twin())
    assert result.bars["close"].iloc[10] == sound()["close"].iloc[10] * 1.5


def test_rows_out_of_order_are_put_in_order_and_nothing_is_rejected() -> None:
    result = judged(sound().iloc[::-1], REFUSE)
    pd.testing.assert_frame_equal(result.bars, sound(), check_freq=False)
    assert result.faults.disordered == N - 1 and not result.rejected


def test_the_bar_under_way_is_no_bar_of_the_future() -> None:
    assert len(judge(sound(), BTC, Timeframe.H1, DROP, NOW - MINUTE).bars) == N


def test_a_swapped_high_and_low_are_put_right_and_the_original_is_kept() -> None:
    result = judged(swapped(), REPAIR)
    pd.testing.assert_frame_equal(result.bars, sound(), check_freq=False)
    [row] = result.rejected
    assert (row.action, row.reason) == ("repaired", "high below low") and row.high < row.low
    assert (result.faults.repaired, result.faults.dropped) == (1, 0)


def test_a_range_is_stretched_to_its_own_prices_and_no_further() -> None:
    result = judged(plant("open", 500.0), REPAIR)
    before, after = sound().iloc[10], result.bars.iloc[10]
    assert after["high"] == after["open"] == 500.0
    assert (after[["low", "close", "volume"]] == before[["low", "close", "volume"]]).all()


def test_a_missing_price_is_not_invented() -> None:
    result = judged(plant("close", np.nan), REPAIR)
    assert len(result.bars) == N - 1 and result.rejected[0].action == "dropped"


def test_a_refused_answer_names_the_faults_and_carries_the_rows() -> None:
    with pytest.raises(
        BadData, match=r"1 of 100 1h bars of BTC-USD.*1 with high below low.*bad_bars"
    ) as caught:
        judged(swapped(), REFUSE)
    assert [(row.action, row.reason) for row in caught.value.rejected] == [("refused", "high below low")]


def test_all_are_counted_but_a_thousand_carried() -> None:
    bars = make_bars(START, 5000, HOUR)
    bars["low"] = -1.0
    result = judge(bars, BTC, Timeframe.H1, DROP, START + 5000 * HOUR)
    assert result.faults.without_price == 5000 and len(result.rejected) == MOST_REJECTED
    assert result.bars.empty and list(result.bars.columns) == list(BAR_COLUMNS)


@pytest.mark.parametrize(
    ("instrument", "timeframe", "offset", "kept"),
    [
        pytest.param(BTC, Timeframe.H4, HOUR, False, id="crypto counts its four hours from midnight"),
        pytest.param(EURUSD, Timeframe.H4, HOUR, True, id="currencies count theirs from 17:00 New York"),
        pytest.param(AAPL, Timeframe.H1, 30 * MINUTE, True, id="exchanges open at half past"),
        pytest.param(AAPL, Timeframe.H1, 7 * MINUTE, False, id="but not at seven past"),
    ],
)
def test_what_is_off_the_grid_depends_on_the_market(
    instrument: Instrument, timeframe: Timeframe, offset: timedelta, kept: bool
) -> None:
    bars = make_bars(START, N, timeframe.delta)
    bars.index = bars.index.where(np.arange(N) != 50, bars.index + offset).rename("date")
    result = judge(bars, instrument, timeframe, DROP, START + (N + 1) * timeframe.delta)
    assert len(result.bars) == (N if kept else N - 1)


def test_a_whole_answer_in_another_zone_is_left_to_the_score() -> None:
    bars = make_bars(START + 5 * HOUR, N, timedelta(days=1))
    assert len(judge(bars, BTC, Timeframe.D1, DROP, START + timedelta(days=N + 1)).bars) == N


def test_an_empty_answer_stays_empty() -> None:
    result = judged(sound().iloc[:0])
    assert result.bars.empty and not result.rejected


PRICE = st.one_of(st.floats(1, 200), st.sampled_from([0.0, -1.0, float("nan"), float("inf")]))
TIME = st.tuples(st.integers(0, 40), st.sampled_from([0, 0, 0, 0, 7, 15, 30]))
ROW = st.tuples(TIME, PRICE, PRICE, PRICE, PRICE, PRICE)


def frame(rows: list[tuple]) -> pd.DataFrame:
    times = [START + hour * HOUR + minute * MINUTE for (hour, minute), *_ in rows]
    index = pd.DatetimeIndex(times, tz="UTC", name="date").as_unit("us")
    return pd.DataFrame([row[1:] for row in rows], index=index, columns=list(BAR_COLUMNS), dtype="float64")


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(ROW, max_size=30), policy=st.sampled_from([DROP, REPAIR]), hours=st.integers(0, 45))
def test_kept_and_dropped_are_all_rows_and_the_kept_keep_the_contract(
    rows: list[tuple], policy: BadBars, hours: int
) -> None:
    bars = frame(rows)
    result = judge(bars, BTC, Timeframe.H1, policy, START + hours * HOUR)
    check_bars(result.bars, "judge")
    dropped = [row for row in result.rejected if row.action == "dropped"]
    assert len(result.bars) + len(dropped) == len(bars) and len(dropped) == result.faults.dropped
    assert len(result.rejected) - len(dropped) == result.faults.repaired
    assert all(row.action in ("dropped", "repaired") for row in result.rejected)
    again = judge(result.bars, BTC, Timeframe.H1, policy, START + hours * HOUR)
    assert (
        len(again.bars) == len(result.bars) or again.faults.off_grid
    )  # fewer rows may make a zone a stray bar


@settings(max_examples=80, deadline=None)
@given(rows=st.lists(ROW, max_size=30))
def test_repair_changes_no_sound_row_and_keeps_what_drop_keeps(rows: list[tuple]) -> None:
    bars, now = frame(rows), START + 50 * HOUR
    dropped, repaired = (judge(bars, BTC, Timeframe.H1, policy, now) for policy in (DROP, REPAIR))
    pd.testing.assert_frame_equal(repaired.bars.loc[dropped.bars.index], dropped.bars, check_freq=False)
    changed = {row.time for row in repaired.rejected if row.action == "repaired"}
    assert set(repaired.bars.index) - set(dropped.bars.index) == changed
    for row in repaired.rejected:
        if row.action == "repaired":
            now_is = repaired.bars.loc[row.time]
            assert (now_is["open"], now_is["close"], now_is["volume"]) == (row.open, row.close, row.volume)
            assert {now_is["high"], now_is["low"]} <= {row.open, row.high, row.low, row.close}


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(ROW, max_size=20))
def test_refuse_takes_all_or_nothing(rows: list[tuple]) -> None:
    bars, now = frame(rows), START + 50 * HOUR
    lenient = judge(bars, BTC, Timeframe.H1, DROP, now)
    if not lenient.rejected:
        assert len(judge(bars, BTC, Timeframe.H1, REFUSE, now).bars) == len(bars)
        return
    with pytest.raises(BadData) as caught:
        judge(bars, BTC, Timeframe.H1, REFUSE, now)
    assert {row.action for row in caught.value.rejected} == {"refused"}
    assert [row.time for row in caught.value.rejected] == [row.time for row in lenient.rejected]


def test_the_schema_library_is_loaded_only_when_it_is_used() -> None:
    code = (
        "import sys; from core.collect.quality.judge import judge; from core.settings import BadBars;"
        "from core.instruments import resolve; from core.records import Timeframe; from datetime import *;"
        "from tests.collect.bars import make_bars; a = datetime(2024, 1, 1, tzinfo=UTC);"
        "b = make_bars(a, 9, timedelta(hours=1)); ask = (resolve('BTC'), Timeframe.H1, BadBars.DROP, a + timedelta(days=1));"
        "judge(b, *ask, schema=False); print('pandera' in sys.modules);"
        "judge(b, *ask); print('pandera' in sys.modules, 'exchange_calendars' in sys.modules);"
        "from core.errors import BadData; from core.tables import check_bars\n"
        "try: check_bars(-b, 'mine')\n"
        "except BadData: print('pandera' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["False", "False", "False", "True"], "sound bars need no library to say so"


def test_two_bad_bars_of_half_a_million_are_rejected() -> None:
    bars = make_bars(START, 500_000, MINUTE)
    bars.iloc[[7, 70_000], 1] = -1.0
    judged = judge(bars, BTC, Timeframe.M1, DROP, bars.index[-1].to_pydatetime() + MINUTE)
    assert [row.time for row in judged.rejected] == [bars.index[n].to_pydatetime() for n in (7, 70_000)]
