"""Each score against the numbers of METHOD.md §3 or a library's."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.evaluate import break_even, wilson
from core.evaluate.forecasts import (
    auc,
    brier_losses,
    calibration_error,
    diebold_mariano,
    effective_rows,
    information_coefficient,
    log_losses,
    matthews,
    pinball_losses,
    skill,
)

CAME = np.array([1, 0, 1, 1, 0, 0, 1, 0, 1, 0])
P = np.array([0.9, 0.2, 0.6, 0.7, 0.4, 0.1, 0.8, 0.5, 0.3, 0.35])
BOTH = np.column_stack((1.0 - P, P))


def test_brier_log_loss_and_skill():
    brier = brier_losses(CAME, BOTH).mean()
    assert brier == pytest.approx(0.13725)
    assert log_losses(CAME, BOTH).mean() == pytest.approx(0.436324, abs=5e-7)
    half = brier_losses(CAME, np.full((10, 2), 0.5)).mean()
    assert skill(brier, half) == pytest.approx(0.451, abs=5e-4)


def test_three_classes_as_scikit_learn_has_them():
    from sklearn.metrics import brier_score_loss, log_loss

    rng = np.random.default_rng(3)
    outcome, said = rng.integers(0, 3, 200), rng.dirichlet(np.ones(3), 200)
    assert brier_losses(outcome, said).mean() == pytest.approx(brier_score_loss(outcome, said))
    assert log_losses(outcome, said).mean() == pytest.approx(log_loss(outcome, said))


def test_calibration_error_depends_on_the_bins():
    from mapie.metrics.calibration import expected_calibration_error

    assert calibration_error(CAME == 1, P, 5, equal_width=True) == pytest.approx(0.215)
    assert expected_calibration_error(CAME, P, num_bins=5) == pytest.approx(0.185)
    assert calibration_error(CAME == 1, P, 5) == pytest.approx(0.255), "two rows to a bin"


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=60), st.booleans())
def test_calibration_error_is_a_mean_gap(rows, equal_width):
    came, said = np.array([c for c, _ in rows]), np.array([p for _, p in rows])
    found = calibration_error(came, said, 7, equal_width)
    assert abs(said.mean() - came.mean()) - 1e-9 <= found <= 1.0


@pytest.mark.parametrize(("level", "loss"), [(0.1, 0.18333), (0.5, 0.25), (0.9, 0.31667)])
def test_pinball(level, loss):
    came, said = np.array([1.0, 2.0, 3.0]), np.array([1.5, 1.5, 2.5])
    assert pinball_losses(came, said, level).mean() == pytest.approx(loss, abs=5e-6)


E1 = np.array([0.5, -0.3, 0.8, -1, 0.4, 0.2, -0.6, 0.9, -0.1, 0.3])
E2 = np.array([0.2, -0.4, 0.5, -0.6, 0.3, 0.1, -0.2, 0.5, -0.2, 0.4])


@pytest.mark.parametrize(("horizon", "statistic", "p_value"), [(1, 2.4738, 0.0353), (2, 2.2307, 0.0526)])
def test_diebold_mariano(horizon, statistic, p_value):
    found = diebold_mariano(E1**2, E2**2, horizon)
    assert found == (pytest.approx(statistic, abs=5e-5), pytest.approx(p_value, abs=5e-5))
    turned = diebold_mariano(E2**2, E1**2, horizon)
    assert turned == (pytest.approx(-statistic, abs=5e-5), pytest.approx(p_value, abs=5e-5))


def test_diebold_mariano_of_the_same_forecasts_has_no_number():
    assert diebold_mariano(E1**2, E1**2) == (None, None)
    assert diebold_mariano(E1[:2] ** 2, E2[:2] ** 2) == (None, None)


def test_diebold_mariano_is_right_about_overlapping_noise():
    """Losses that overlap over eight steps and do not differ in truth: about one test in twenty is wrong."""
    rng = np.random.default_rng(5)
    found, careless = [], []
    for _ in range(400):
        gap = pd.Series(rng.normal(size=607)).rolling(8).mean().dropna().to_numpy()
        found.append(diebold_mariano(gap, np.zeros(600), 8)[1])
        careless.append(diebold_mariano(gap, np.zeros(600), 1)[1])
    assert np.mean(np.array(found) < 0.05) < 0.11
    assert np.mean(np.array(careless) < 0.05) > 0.4


def test_break_even_and_wilson():
    assert break_even(1, 1, 0.1) == pytest.approx(0.55) and break_even(1, 1, 0.2) == pytest.approx(0.60)
    assert break_even(0.5, 1, 0.1) == pytest.approx(0.733, abs=5e-4)
    assert break_even(2, 1, 0.1) == pytest.approx(0.367, abs=5e-4)
    assert wilson(560, 1000) == pytest.approx((0.529, 0.591), abs=6e-4)
    assert wilson(0.56 * 50, 50) == pytest.approx((0.423, 0.689), abs=7e-4)


def test_overlapping_labels_are_worth_their_spans():
    every = np.arange(1000)
    assert effective_rows(every, every + 19) == pytest.approx(50.0, rel=0.05)
    apart = np.arange(0, 1000, 20)
    assert effective_rows(apart, apart + 19) == pytest.approx(50.0)
    spans = np.array([0, 2, 4]), np.array([2, 3, 5])
    assert effective_rows(*spans) == pytest.approx(5 / 6 + 3 / 4 + 1)
    assert effective_rows(every[:0], every[:0]) == 0.0


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9)), min_size=1, max_size=50))
def test_effective_rows_are_at_most_the_rows(drawn):
    start = np.cumsum([gap for gap, _ in drawn])
    stop = start + np.array([length for _, length in drawn])
    assert 0.0 < effective_rows(start, stop) <= len(start) + 1e-9


def test_information_coefficient_by_effective_rows():
    from scipy.stats import spearmanr

    rng = np.random.default_rng(1)
    lead = rng.normal(size=80)
    came = 0.3 * lead + rng.normal(size=80)
    theirs = spearmanr(lead, came)
    assert information_coefficient(lead, came, 80) == (
        pytest.approx(theirs.statistic),
        pytest.approx(theirs.pvalue),
    )
    wary = information_coefficient(lead, came, 8)
    assert wary[0] == pytest.approx(theirs.statistic) and wary[1] > theirs.pvalue
    assert information_coefficient(np.zeros(80), came, 80) == (None, None)


def test_matthews_counts_what_gained_on_its_base_rate():
    outcome = np.array([0, 1, 2, 0, 1, 2])
    base = np.tile([0.2, 0.6, 0.2], (6, 1))
    right = base + 0.1 * np.eye(3)[outcome] - 0.1 / 3
    assert matthews(outcome, right, base) == 1.0
    assert (right.argmax(axis=1) == 1).all(), "the most probable class is always flat"
    assert matthews(outcome, base, base) is None
    assert auc(np.ones(6, dtype=int), right) is None
