"""Two temperatures: back to the base rate when an opinion is noise, to the truth when it is overconfident."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.predict.calibration import (
    Calibration,
    Temperatures,
    class_shares,
    fit_temperatures,
    log_opinion,
    tempered,
)

BASE = np.array([0.25, 0.5, 0.25])


def _asked(rows: int, motion: float, direction: float, believed: float = 1.0, seed: int = 0):
    """Opinions stated `believed` times as strongly as they are meant, base rates, outcomes that follow them, weights."""
    rng = np.random.default_rng(seed)
    opinion = rng.normal(0.0, 0.5, (rows, 3))
    base = np.tile(BASE, (rows, 1))
    truth = tempered(opinion, base, Temperatures(motion, direction))
    outcome = (rng.random((rows, 1)) > truth.cumsum(axis=1)).sum(axis=1)
    return opinion * believed, base, outcome, np.ones(rows)


def test_overconfidence_is_taken_back():
    found = fit_temperatures(*_asked(20_000, 1.0, 1.0, believed=2.0))
    assert (found.motion, found.direction) == pytest.approx((0.5, 0.5), abs=0.05)


def test_an_honest_opinion_is_left_alone():
    found = fit_temperatures(*_asked(20_000, 1.0, 1.0))
    assert (found.motion, found.direction) == pytest.approx((1.0, 1.0), abs=0.1)


def test_knowing_that_it_moves_is_not_knowing_where_to():
    found = fit_temperatures(*_asked(20_000, motion=1.0, direction=0.0))
    assert found.motion == pytest.approx(1.0, abs=0.1) and found.direction < 0.06
    found = fit_temperatures(*_asked(20_000, motion=0.0, direction=1.0))
    assert found.direction == pytest.approx(1.0, abs=0.1) and found.motion < 0.06


def test_noise_is_not_believed():
    found = [fit_temperatures(*_asked(500, 0.0, 0.0, seed=seed)) for seed in range(20)]
    assert np.mean([f.motion for f in found]) < 0.15 and np.mean([f.direction for f in found]) < 0.15


def test_opinions_against_the_outcome_end_at_the_base_rate():
    assert fit_temperatures(*_asked(2000, -1.0, -1.0)) == Temperatures(0.0, 0.0)


def test_nothing_to_learn_from_means_the_base_rate():
    nothing = np.empty((0, 3))
    assert fit_temperatures(nothing, nothing, np.empty(0, dtype=int), np.empty(0)) == Temperatures(0.0, 0.0)


def test_few_independent_labels_move_it_less():
    opinion, base, outcome, weight = _asked(3000, 1.0, 1.0)
    few, many = (fit_temperatures(opinion, base, outcome, weight * size) for size in (0.001, 1.0))
    assert few.motion < 0.5 * many.motion and few.direction < 0.5 * many.direction


@given(st.floats(0.0, 2.0), st.floats(0.0, 2.0), st.integers(0, 50))
@settings(max_examples=60, deadline=None)
def test_answers_are_probabilities(motion, direction, seed):
    raw = np.random.default_rng(seed).dirichlet(np.full(3, 0.1), 20)
    answer = Calibration(Temperatures(motion, direction), tuple(BASE), (0.3, 0.3, 0.4)).apply(raw)
    assert np.all(answer >= 0.0)
    np.testing.assert_allclose(answer.sum(axis=1), 1.0, atol=1e-9)


def test_ends_of_the_scale():
    raw = np.array([[0.7, 0.2, 0.1]])
    np.testing.assert_array_equal(
        Calibration(Temperatures(0.0, 0.0), tuple(BASE), (0.3, 0.3, 0.4)).apply(raw)[0], BASE
    )
    np.testing.assert_allclose(
        Calibration(Temperatures(1.0, 1.0), (0.2, 0.5, 0.3), (0.2, 0.5, 0.3)).apply(raw), raw, rtol=1e-12
    )


def test_opinion_is_what_the_model_adds():
    np.testing.assert_allclose(log_opinion(BASE[None, :], BASE), 0.0, atol=1e-15)
    assert np.isfinite(log_opinion(np.array([[1.0, 0.0, 0.0]]), BASE)).all()


def test_class_shares_leave_no_class_impossible():
    shares = class_shares(np.array([2, 2, 2, 1]), 3)
    np.testing.assert_allclose(shares, np.array([0, 1, 3]) / 5 + 1 / 15)
    weighted = class_shares(np.array([0, 1]), 3, np.array([3.0, 1.0]))
    np.testing.assert_allclose(weighted, (np.array([1.5, 0.5, 0.0]) + 1 / 3) / 3)
    np.testing.assert_allclose(class_shares(np.empty(0, dtype=int), 3), 1 / 3)
