"""Filtered probabilities: published numbers, hmmlearn as the oracle, and no bar that came later."""

import numpy as np
import pytest
from hmmlearn.hmm import GaussianHMM
from hypothesis import given
from hypothesis import strategies as st

from core.predict.regimes import WINDOW, regime_probabilities
from core.predict.regimes.kernel import forward_filter, log_densities
from tests.predict.regimes.conftest import walk_chain

START = np.array([0.5, 0.5])
CHAIN = np.array([[0.95, 0.05], [0.10, 0.90]])
MEANS = np.array([[0.001], [-0.002]])
SIGMAS = np.array([[0.01], [0.03]])
RETURNS = np.array([0.004, -0.006, 0.002, -0.035, 0.028, -0.041, 0.003, -0.002, 0.005, 0.001])[:, None]
HIGH = [0.254717, 0.132975, 0.060747, 0.930681, 0.976169, 0.999859, 0.750895, 0.434968, 0.202661, 0.086578]
"""METHOD.md §4."""


def filtered(returns: np.ndarray) -> np.ndarray:
    return forward_filter(log_densities(returns, MEANS, SIGMAS**2), START, CHAIN)


def library() -> GaussianHMM:
    made = GaussianHMM(2, "diag", init_params="")
    made.startprob_, made.transmat_, made.means_, made.covars_ = START, CHAIN, MEANS, SIGMAS**2
    return made


def test_filtered_probabilities_are_the_published_ones() -> None:
    assert filtered(RETURNS)[:, 1] == pytest.approx(HIGH, abs=5e-7)


def test_smoothed_probabilities_are_something_else() -> None:
    assert library().predict_proba(RETURNS)[2, 1] == pytest.approx(0.535410, abs=1e-6)
    assert filtered(RETURNS)[2, 1] == pytest.approx(0.060747, abs=1e-6)


def test_each_row_is_the_last_row_of_hmmlearn_on_that_prefix() -> None:
    returns = np.random.default_rng(5).normal(0.0, 0.02, (120, 1))
    ours = filtered(returns)
    theirs = np.array([library().predict_proba(returns[: end + 1])[-1] for end in range(len(returns))])
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-13)


@given(st.integers(1, 10))
def test_a_prefix_gives_the_same_numbers(end: int) -> None:
    np.testing.assert_allclose(filtered(RETURNS[:end]), filtered(RETURNS)[:end], rtol=0, atol=1e-14)


def test_an_impossible_bar_does_not_break_the_filter() -> None:
    found = filtered(np.array([[0.0], [50.0], [0.001]]))
    assert np.isfinite(found).all()
    assert found.sum(axis=1) == pytest.approx(1.0)
    assert found[1, 1] == pytest.approx(1.0)


@pytest.fixture(scope="module")
def whole(fitted, switching) -> np.ndarray:
    """Filtered at every bar."""
    return regime_probabilities(fitted, switching.bars, np.arange(3000))


@given(data=st.data())
def test_bars_cut_anywhere_give_the_same_bits(data, fitted, switching, whole) -> None:
    row = data.draw(st.integers(WINDOW - 1, 2999))
    begin = data.draw(st.integers(0, row - WINDOW + 1))
    end = data.draw(st.integers(row + 1, 3000))
    part = regime_probabilities(fitted, switching.bars.iloc[begin:end], np.array([row - begin]))
    np.testing.assert_array_equal(part[0], whole[row])


def test_bars_that_came_later_change_nothing(fitted, switching) -> None:
    rng = np.random.default_rng(1)
    poisoned = switching.bars.copy()
    poisoned.iloc[1500:, :4] *= np.exp(rng.normal(0.0, 0.1, (1500, 1)))
    rows = np.arange(400, 1500)
    before = regime_probabilities(fitted, switching.bars, rows)
    np.testing.assert_array_equal(regime_probabilities(fitted, poisoned, rows), before)


def test_rows_come_in_the_order_asked_for_and_too_early_ones_are_not_known(fitted, switching, whole) -> None:
    found = regime_probabilities(fitted, switching.bars, np.array([2000, WINDOW - 2, 300]))
    np.testing.assert_array_equal(found[[0, 2]], whole[[2000, 300]])
    assert np.isnan(found[1]).all()
    assert regime_probabilities(fitted, switching.bars, np.array([], dtype=int)).shape == (0, 3)


def test_probabilities_sum_to_one(fitted, switching) -> None:
    found = regime_probabilities(fitted, switching.bars, np.arange(WINDOW - 1, 3000))
    assert found.sum(axis=1) == pytest.approx(1.0)
    assert ((found >= 0.0) & (found <= 1.0)).all()


def test_filtered_states_mostly_are_the_true_ones(fitted, switching) -> None:
    """On bars that the fit has not seen; a state is recognised some bars after it began, never at once."""
    rows = np.arange(2000, 3000)
    named = np.array([("range", "trend", "volatile").index(kind.value) for kind in fitted.kinds])
    guessed = named[regime_probabilities(fitted, switching.bars, rows).argmax(axis=1)]
    assert (guessed == switching.state[rows]).mean() > 0.65


def test_smoothed_probabilities_look_far_better_than_anyone_could_have_traded() -> None:
    """METHOD.md §4, the cost of cheating: long in the calm state, filled at the next bar."""
    honest, cheating = [], []
    for seed in range(6):
        rng = np.random.default_rng(seed)
        state = walk_chain(rng, CHAIN, 1500)
        returns = rng.normal(MEANS[state, 0], SIGMAS[state, 0])[:, None]
        for calm, kept in ((filtered(returns), honest), (library().predict_proba(returns), cheating)):
            held = np.where(calm[:-1, 0] > 0.5, 1.0, -1.0) * returns[1:, 0]
            kept.append(held.mean() / held.std() * np.sqrt(252))
    assert np.mean(cheating) > np.mean(honest) + 0.2
    assert sum(c > h for c, h in zip(cheating, honest, strict=True)) >= 5
