"""Weights of the members: to those who know, equal where nobody does or too little is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.predict.stacking import Stack, _Problem, equal_stack, fit_stack

BASE = np.array([0.25, 0.5, 0.25])


def asked(rows, seed=0, strength=0.8):
    """A true opinion, base rates, outcomes that follow them, weights of independent labels."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(0.0, strength, (rows, 3))
    odds = BASE * np.exp(truth)
    outcome = (rng.random((rows, 1)) > (odds / odds.sum(axis=1, keepdims=True)).cumsum(axis=1)).sum(axis=1)
    return truth, np.tile(BASE, (rows, 1)), outcome, np.ones(rows), rng


def test_who_knows_wins_the_weight():
    truth, base, outcome, weight, rng = asked(3000)
    noise = rng.normal(0.0, 0.8, (3, *truth.shape))
    stack = fit_stack(np.stack([noise[0], truth, noise[1], noise[2]]), base, outcome, weight)
    assert stack.weights.shape == (1, 4) and stack.weights[0, 1] > 0.8


def test_loudness_is_not_knowledge():
    """The same opinion stated ten times as strongly, with noise on top, does not drown the quiet one that knows."""
    truth, base, outcome, weight, rng = asked(3000)
    quiet, loud = 0.2 * truth, rng.normal(0.0, 3.0, truth.shape)
    assert fit_stack(np.stack([quiet, loud]), base, outcome, weight).weights[0, 0] > 0.9


def test_identical_members_share_equally():
    truth, base, outcome, weight, _ = asked(2000)
    stack = fit_stack(np.stack([truth] * 3), base, outcome, weight)
    np.testing.assert_allclose(stack.weights[0], 1 / 3, atol=1e-3)


def test_two_halves_of_the_truth_are_both_kept():
    truth, base, outcome, weight, _ = asked(3000)
    move = truth * [0.0, 1.0, 0.0]
    lean = truth * [1.0, 0.0, 1.0]
    weights = fit_stack(np.stack([move, lean, np.zeros_like(truth)]), base, outcome, weight).weights[0]
    assert weights[:2].min() > 0.25 and weights[2] < 0.15


def test_noise_stays_close_to_equal():
    found = []
    for seed in range(10):
        _, base, outcome, weight, rng = asked(600, seed, strength=0.0)
        found.append(fit_stack(rng.normal(0.0, 0.5, (4, 600, 3)), base, outcome, weight).weights[0])
    assert np.abs(np.array(found) - 0.25).mean() < 0.04 and np.max(found) < 0.5


def test_few_independent_labels_stay_close_to_equal():
    truth, base, outcome, weight, rng = asked(3000)
    opinions = np.stack([truth, rng.normal(0.0, 0.8, truth.shape)])
    few, many = (fit_stack(opinions, base, outcome, weight * size).weights[0, 0] for size in (0.0005, 1.0))
    assert few == pytest.approx(0.5, abs=0.03) and many > 0.85


def test_members_that_are_always_wrong_end_at_equal_weights():
    truth, base, outcome, weight, _ = asked(2000)
    stack = fit_stack(np.stack([-truth, -2.0 * truth]), base, outcome, weight)
    np.testing.assert_allclose(stack.weights, 0.5, atol=0.02)


def test_regimes_choose_for_themselves():
    truth, base, outcome, weight, rng = asked(4000)
    calm = np.arange(4000) % 2 == 0
    noise = rng.normal(0.0, 0.8, (2, *truth.shape))
    first = np.where(calm[:, None], truth, noise[0])
    second = np.where(calm[:, None], noise[1], truth)
    regime = np.column_stack((calm, ~calm)).astype(float)
    stack = fit_stack(np.stack([first, second]), base, outcome, weight, regime)
    assert stack.weights[0, 0] > 0.7 and stack.weights[1, 1] > 0.7
    assert stack.overall[0] == pytest.approx(0.5, abs=0.1)


def test_a_rare_regime_keeps_the_weights_of_all():
    truth, base, outcome, weight, rng = asked(3000)
    opinions = np.stack([truth, rng.normal(0.0, 0.8, truth.shape)])
    rare = np.zeros(3000)
    rare[:4] = 1.0
    stack = fit_stack(opinions, base, outcome, weight, np.column_stack((1.0 - rare, rare)))
    np.testing.assert_allclose(stack.weights[1], stack.overall, atol=0.03)


def test_rows_without_a_regime_count_overall_and_get_the_overall_weights():
    truth, base, outcome, weight, rng = asked(1000)
    opinions = np.stack([truth, rng.normal(0.0, 0.8, truth.shape)])
    regime = np.full((1000, 2), np.nan)
    stack = fit_stack(opinions, base, outcome, weight, regime)
    np.testing.assert_allclose(stack.weights, np.tile(stack.overall, (2, 1)), atol=1e-6)
    np.testing.assert_array_equal(stack.pooled(opinions, regime), stack.pooled(opinions))


def test_nothing_to_learn_from_means_equal():
    for members in (1, 3):
        nothing = fit_stack(
            np.empty((members, 0, 3)), np.empty((0, 3)), np.empty(0, int), np.empty(0), np.empty((0, 2))
        )
        np.testing.assert_array_equal(nothing.weights, np.full((2, members), 1 / members))
    alone = fit_stack(np.ones((1, 5, 3)), np.tile(BASE, (5, 1)), np.zeros(5, int), np.ones(5))
    np.testing.assert_array_equal(alone.weights, [[1.0]])


def test_a_pool_is_the_weighted_mean_of_opinions():
    rng = np.random.default_rng(2)
    opinions, regime = rng.normal(size=(3, 50, 3)), rng.dirichlet(np.ones(2), 50)
    stack = Stack(np.array([[0.5, 0.5, 0.0], [0.0, 0.2, 0.8]]))
    expected = np.einsum("nr,rm,mnk->nk", regime, stack.weights, opinions)
    np.testing.assert_allclose(stack.pooled(opinions, regime), expected, atol=1e-14)
    np.testing.assert_allclose(
        stack.pooled(opinions), np.einsum("m,mnk->nk", [0.25, 0.35, 0.4], opinions), atol=1e-14
    )


@given(st.integers(1, 5), st.integers(1, 3), st.integers(1, 40), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_weights_are_convex_and_rows_independent_of_their_block(members, regimes, rows, seed):
    rng = np.random.default_rng(seed)
    opinions, regime = rng.normal(size=(members, rows, 3)), rng.dirichlet(np.ones(regimes), rows)
    outcome, weight = rng.integers(0, 3, rows), rng.uniform(0.05, 1.0, rows)
    stack = fit_stack(opinions, np.tile(BASE, (rows, 1)), outcome, weight, regime)
    for weights in (*stack.weights, stack.overall, *stack.shares(rows, regime)):
        assert (weights >= 0.0).all() and weights.sum() == pytest.approx(1.0)
    whole = stack.pooled(opinions, regime)
    assert whole.min() >= opinions.min() - 1e-12 and whole.max() <= opinions.max() + 1e-12
    row = rows // 2
    np.testing.assert_array_equal(
        stack.pooled(opinions[:, row : row + 1], regime[row : row + 1])[0], whole[row]
    )


def test_fitting_twice_gives_the_same_weights():
    truth, base, outcome, weight, rng = asked(500)
    opinions = np.stack([truth, rng.normal(size=truth.shape)])
    one, other = (fit_stack(opinions, base, outcome, weight).weights for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_slopes_are_those_of_the_loss():
    truth, base, outcome, weight, rng = asked(60)
    opinions = np.stack([truth, rng.normal(size=truth.shape), rng.normal(size=truth.shape)])
    problem = _Problem.of(opinions, base, outcome, weight)
    at = np.array([0.3, -0.2, 0.1, 0.7, 1.2])

    def loss(point):
        return problem._loss(point[:3], point[3:], weight)[0]

    _, slope, slope_believed = problem._loss(at[:3], at[3:], weight)
    for number, expected in enumerate([*slope, *slope_believed]):
        step = 1e-6 * np.eye(5)[number]
        assert (loss(at + step) - loss(at - step)) / 2e-6 == pytest.approx(expected, abs=1e-5)


def test_equal_stack():
    np.testing.assert_array_equal(equal_stack(4, 2).weights, np.full((2, 4), 0.25))
