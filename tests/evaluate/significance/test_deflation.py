"""Expected maxima, deflated Sharpe ratio and shortest backtest (METHOD §2)."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skfolio.measures import deflated_sharpe_ratio, expected_max_sharpe_ratio

from core.evaluate.significance import (
    Convention,
    SharpeSample,
    dsr,
    expected_max,
    expected_max_sharpe,
    min_backtest_length,
    sharpe_sample,
)

EXAMPLE = SharpeSample(2.5 / math.sqrt(250), 1250, -3.0, 10.0)
"""Bailey & López de Prado 2014: 2.5 a year, five years of days; the trials vary by .5 a year."""
VARIANCE = 0.5 / 250


@pytest.mark.parametrize(("trials", "value"), [(10, 1.5746), (45, 2.2356), (100, 2.5306)])
def test_expected_maximum(trials: int, value: float) -> None:
    assert expected_max(trials) == pytest.approx(value, abs=5e-5)
    assert expected_max_sharpe(trials, 0.04) == pytest.approx(
        expected_max_sharpe_ratio(n_trials=trials, trial_sharpe_ratio_std=0.2), abs=1e-12
    )


def test_the_example_of_2014() -> None:
    hurdle = expected_max_sharpe(100, VARIANCE)
    assert hurdle == pytest.approx(0.113172, abs=1e-6)
    assert hurdle * math.sqrt(250) == pytest.approx(1.7894, abs=1e-4)
    assert dsr(EXAMPLE, 100, VARIANCE, Convention.BAILEY) == pytest.approx(0.900397, abs=1e-6)
    assert dsr(EXAMPLE, 46, VARIANCE, Convention.BAILEY) == pytest.approx(0.950502, abs=1e-6)
    normal = SharpeSample(EXAMPLE.sharpe, 1250)
    assert dsr(normal, 88, VARIANCE, Convention.BAILEY) == pytest.approx(0.950491, abs=1e-6)


def test_the_same_example_under_the_null() -> None:
    assert dsr(EXAMPLE, 100, VARIANCE, Convention.NULL) == pytest.approx(0.9128, abs=5e-5)


def test_r20_and_skfolio() -> None:
    from tests.evaluate.test_metrics import R20

    tried = np.linspace(-0.1, 0.1, 21)
    sample = sharpe_sample(R20)
    assert sample is not None
    mine = dsr(sample, 21, float(tried.var(ddof=1)), Convention.BAILEY)
    assert mine == pytest.approx(0.416091, abs=1e-6)
    assert mine == pytest.approx(deflated_sharpe_ratio(R20, tried), abs=1e-10)


def test_no_more_than_45_trials_in_five_years() -> None:
    assert min_backtest_length(45) == pytest.approx(4.998, abs=5e-4)
    assert min_backtest_length(46) > 5.0
    assert min_backtest_length(45, 2.0) == pytest.approx(4.998 / 4, abs=5e-4)
    with pytest.raises(ValueError, match="above 0"):
        min_backtest_length(10, 0.0)


def test_the_best_of_a_hundred_worthless_strategies() -> None:
    """In its own year it shows what the formula says, in the next one nothing."""
    first, later = [], []
    for seed in range(100):
        returns = np.random.default_rng(seed).normal(0, 0.01, (2, 100, 252))
        ratios = returns.mean(axis=2) / returns.std(axis=2, ddof=1) * math.sqrt(252)
        first.append(ratios[0].max())
        later.append(ratios[1, ratios[0].argmax()])
    assert np.mean(first) == pytest.approx(expected_max_sharpe(100, 1.0), abs=0.1)  # 2.53; METHOD saw 2.54
    assert np.mean(later) == pytest.approx(0.0, abs=0.3)


@given(st.integers(0, 10**6), st.integers(1, 10**6), st.floats(0, 1))
def test_more_trials_never_lower_the_hurdle(trials: int, more: int, variance: float) -> None:
    assert expected_max_sharpe(trials, variance) <= expected_max_sharpe(trials + more, variance)
    assert expected_max_sharpe(1, variance) == 0.0
