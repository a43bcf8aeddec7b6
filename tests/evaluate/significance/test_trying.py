"""One series, and all that was tried before it."""

import math

import numpy as np
import pytest

from core.evaluate.significance import (
    NO_TRIALS,
    Convention,
    expected_max_sharpe,
    significance_of,
    trial_variance,
)
from core.records import TrialTally
from tests.evaluate.test_metrics import R20

TRIED = np.linspace(-0.1, 0.1, 21)
TALLY = TrialTally(runs=30, distinct=21, sharpe_variance=float(TRIED.var(ddof=1)))


def test_r20_among_21_trials() -> None:
    found = significance_of(R20, TALLY)
    assert found.dsr == pytest.approx(0.416091, abs=1e-6)
    assert found.psr == pytest.approx(0.616211, abs=1e-6)
    assert (found.observations, found.trials) == (20, 21)
    assert found.sharpe == pytest.approx(1.10265044 / math.sqrt(252), abs=1e-9)
    assert found.kurtosis is not None and found.kurtosis > 3
    assert found.expected_max_sharpe == expected_max_sharpe(21, TALLY.sharpe_variance or 0)
    assert "2012/2014" in found.convention
    other = significance_of(R20, TALLY, Convention.NULL)
    assert other.psr == pytest.approx(0.621962, abs=1e-6) and "2025" in other.convention


def test_a_first_trial_has_luck_of_its_own_only() -> None:
    for tally in (NO_TRIALS, TrialTally(1, 1, None), TrialTally(9, 1, 0.5)):
        found = significance_of(R20, tally)
        assert (found.trials, found.expected_max_sharpe) == (1, 0.0)
        assert found.dsr == found.psr


def test_an_unknown_variance_is_that_of_noise() -> None:
    unknown = TrialTally(5, 5, None)
    assert trial_variance(unknown, 400) == 1 / 400
    assert trial_variance(TALLY, 400) == TALLY.sharpe_variance
    found = significance_of(np.random.default_rng(0).normal(size=400), unknown)
    assert found.expected_max_sharpe == pytest.approx(expected_max_sharpe(5, 1 / 400))


def test_what_is_not_defined_is_none() -> None:
    for returns in (np.zeros(50), np.array([]), np.array([0.1, np.nan])):
        found = significance_of(returns, TALLY)
        assert (found.sharpe, found.skewness, found.kurtosis, found.psr, found.dsr) == (None,) * 5
        assert found.min_track_record is None and found.observations == len(returns) and found.trials == 21
    loser = significance_of(-np.abs(R20), TALLY)
    assert loser.min_track_record is None and loser.dsr is not None and loser.dsr < 0.01
