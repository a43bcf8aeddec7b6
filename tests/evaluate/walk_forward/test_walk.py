"""Windows, the blindness of searches for their tests, stitching and efficiency."""

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError, NotEnoughHistory
from core.evaluate import Rules, run_backtest
from core.evaluate.search import Case, Crew, Found, History, Terms, sweep_grid
from core.evaluate.walk_forward import (
    chained,
    cut_windows,
    efficiency,
    stitch,
    trade_cell,
    usual_plan,
    walk_window,
    yearly_growth,
)
from core.features import build_features
from core.instruments import resolve
from core.pipeline.search_case import StrategyFactory
from core.records import Costs, Dimension, Objective, Timeframe, WindowPlan
from tests.seeded import seeded_bars

SPACE = (
    Dimension("fast", 4, 16, 4), Dimension("slow", 20, 44, 12),
    Dimension("stop", 0.02, 0.02, whole=False), Dimension("target", 0.0, 0.0, whole=False),
)  # fmt: skip


def case_of(bars: pd.DataFrame) -> Case:
    asset = resolve("BTC-USD")
    terms = Terms(Rules(0.5, 0.02, math.nan, True, lot=asset.lot), Costs(0.001, 0.0002, 0.0003, 0.03), 10_000.0, asset, Timeframe.H1)  # fmt: skip
    history = History(bars, build_features(bars), 50, len(bars))
    return Case(history, StrategyFactory("sma_cross"), SPACE, terms, (Objective.SHARPE,))


def searching(case: Case, number: int) -> Found:
    return sweep_grid(case, Crew(1), lambda position, found: None)


@pytest.fixture(scope="module")
def bars() -> pd.DataFrame:
    return seeded_bars(1200, 8)


@given(
    st.integers(0, 300), st.integers(60, 3000), st.integers(50, 400), st.integers(5, 200), st.integers(0, 30), st.booleans()
)  # fmt: skip
def test_tests_follow_each_other_and_no_search_reaches_its_test(
    first: int, length: int, train: int, test: int, gap: int, anchored: bool
) -> None:
    plan = WindowPlan(train, test, gap, anchored)
    stop = first + length
    try:
        windows = cut_windows(first, stop, plan)
    except NotEnoughHistory:
        assert length < train + gap + test
        return
    assert windows[0].test_first == first + train + gap
    for window in windows:
        assert window.train_stop + gap == window.test_first < window.test_stop <= stop
        assert window.train_first == (first if anchored else window.train_stop - train) >= first
    for one, other in pairwise(windows):
        assert one.test_stop == other.test_first and one.test_stop - one.test_first == test
    assert stop - windows[-1].test_stop < max(5, (test + 1) // 2)


def test_plans_that_make_no_sense_are_sentences() -> None:
    for plan, said in ((WindowPlan(10, 50), "chooses by chance"), (WindowPlan(100, 2), "tells nothing"), (WindowPlan(100, 20, -1), "negative")):  # fmt: skip
        with pytest.raises(InputError, match=said):
            cut_windows(0, 1000, plan)
    assert cut_windows(0, 6000, usual_plan(6000))


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 24), st.booleans())
def test_bars_out_of_sample_change_no_choice(seed: int, gap: int, anchored: bool) -> None:
    """Whatever the bars from the train's end on are, the same parameters are chosen."""
    bars = seeded_bars(700, 8)
    window = cut_windows(50, 700, WindowPlan(300, 100, gap, anchored))[1]
    poisoned = bars.copy()
    rng = np.random.default_rng(seed)
    future = poisoned.iloc[window.train_stop :]
    poisoned.iloc[window.train_stop :] = future.to_numpy() * rng.uniform(0.3, 3.0, (len(future), 1))
    one, other = (walk_window(case_of(b), window, 1, searching) for b in (bars, poisoned))
    assert one.result.parameters == other.result.parameters != {}
    assert one.result.in_sample == other.result.in_sample
    assert one.result.out_of_sample != other.result.out_of_sample


def test_a_test_is_a_backtest_from_the_eve_less_the_cost_to_close(bars: pd.DataFrame) -> None:
    case = case_of(bars)
    history = History(bars, case.history.features, 500, 700)
    cell = np.array([4.0, 20.0, 0.02, 0.0])
    tested = trade_cell(history, case.factory, case.names, cell, case.terms)
    direction = case.factory({"fast": 4, "slow": 20})(bars, case.history.features)[499:700]
    done = run_backtest(
        bars.iloc[499:700],
        direction,
        case.terms.rules,
        case.terms.costs,
        10_000.0,
        case.terms.instrument,
        Timeframe.H1,
    )
    np.testing.assert_array_equal(tested.equity[:-1], done.curves["equity"].to_numpy()[:-1])
    left = abs(done.fills["quantity"].sum())
    assert left > 0, "the example must hold something at its end"
    assert done.curves["equity"].iloc[-1] - tested.equity[-1] == pytest.approx(
        left * bars["close"].iloc[699] * 0.0015
    )
    assert len(tested.equity) == 201


def test_stitching_multiplies_the_tests(bars: pd.DataFrame) -> None:
    case = case_of(bars)
    windows = cut_windows(50, len(bars), WindowPlan(400, 150))
    runs = [walk_window(case, window, number, searching) for number, window in enumerate(windows)]
    walked = stitch(case, windows, runs)
    product = math.prod(1 + run.result.out_of_sample.total_return for run in runs)
    assert walked.equity.iloc[-1] == pytest.approx(10_000.0 * product)
    assert walked.equity.index[0] == bars.index[windows[0].test_first - 1]
    assert walked.equity.index[-1] == bars.index[windows[-1].test_stop - 1]
    assert (
        walked.equity.index.is_unique
        and len(walked.equity) == windows[-1].test_stop - windows[0].test_first + 1
    )
    assert walked.summary.out_of_sample.trades == len(walked.trade_returns)
    assert walked.summary.growth_in is not None and walked.summary.growth_out is not None


def test_growth_and_efficiency_by_hand() -> None:
    assert yearly_growth(math.log(1.21), 2 * 8760, 8760) == pytest.approx(0.1)
    assert efficiency(0.2, 0.1) == pytest.approx(0.5)
    assert efficiency(0.2, -0.1) == pytest.approx(-0.5)
    assert efficiency(-0.2, 0.1) is None and efficiency(None, 0.1) is None
    assert chained([np.array([100.0, 110.0]), np.array([50.0, 40.0, 60.0])], 10.0).tolist() == pytest.approx(
        [10, 11, 8.8, 13.2]
    )


def test_a_window_without_a_cell_stays_in_cash(bars: pd.DataFrame) -> None:
    from dataclasses import replace

    case = replace(case_of(bars), least_trades=10_000)
    windows = cut_windows(50, 700, WindowPlan(400, 150))
    run = walk_window(case, windows[0], 0, searching)
    assert run.result.parameters == {} and set(run.equity) == {10_000.0}
    walked = stitch(case, windows[:1], [run])
    assert walked.summary.efficiency is None and walked.summary.out_of_sample.total_return == 0
