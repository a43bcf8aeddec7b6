"""Figures over seeds, and the rivals."""

import numpy as np
import pytest

from core.agent.rivals import shuffled, supervised, volatility_target
from core.agent.seeds import block_draw, interquartile_mean, over_seeds, over_time


def test_the_interquartile_mean_leaves_out_the_outer_quarters() -> None:
    assert interquartile_mean(np.array([[100.0, 3.0, 4.0, 5.0], [6.0, 2.0, 1.0, -50.0]])) == 3.5


def test_the_interval_over_seeds_holds_the_estimate_and_shrinks_with_seeds() -> None:
    rng = np.random.default_rng(1)
    few, many = rng.normal(1.0, 1.0, (5, 3)), rng.normal(1.0, 1.0, (80, 3))
    a, b = over_seeds(few, 0), over_seeds(many, 0)
    assert a.low < a.estimate < a.high and b.high - b.low < (a.high - a.low) / 2 and a == over_seeds(few, 0)
    alike = over_seeds(np.full((4, 1), 0.3), 0)
    assert (alike.low, alike.estimate, alike.high) == pytest.approx((0.3, 0.3, 0.3))


def test_seeds_are_drawn_within_each_task() -> None:
    """Tasks of different levels: drawing across them would widen the interval by the gap between the levels."""
    scores = np.array([[0.0, 10.0]] * 6) + np.random.default_rng(2).normal(0.0, 0.01, (6, 2))
    found = over_seeds(scores, 0)
    assert found.high - found.low < 0.1 and found.estimate == pytest.approx(5.0, abs=0.1)


def test_luck_of_the_stretch_that_all_seeds_share_shows_in_time_only() -> None:
    shared = np.random.default_rng(3).normal(0.0, 0.01, 500)
    figures = np.stack([shared + 1e-6 * k for k in range(10)])
    seeds, time = over_seeds(figures.mean(axis=1, keepdims=True), 0), over_time(figures, 5.0, 1.0, 0)
    assert seeds.high - seeds.low < 1e-5 and time.high - time.low > 1e-3
    assert time.estimate == pytest.approx(seeds.estimate) and time.low < time.estimate < time.high


def test_blocks_follow_on_and_have_the_length_asked_for() -> None:
    rows = block_draw(20_000, 8.0, np.random.default_rng(4))
    follows = (np.diff(rows) % 20_000) == 1
    assert (
        rows.min() >= 0 and rows.max() < 20_000 and 1 / (1 - follows.mean()) == pytest.approx(8.0, rel=0.08)
    )


def test_the_random_policy_has_the_same_turnover() -> None:
    levels = np.repeat([1.0, 0.0, -1.0, 0.0, 1.0, 0.0], [5, 9, 3, 7, 2, 4])
    again = shuffled(levels, np.random.default_rng(6))
    assert (
        sorted(again) == sorted(levels) and np.abs(np.diff(again)).sum() <= np.abs(np.diff(levels)).sum() + 3
    )


def test_the_volatility_target_shrinks_in_steps_and_waits_for_a_step() -> None:
    levels = volatility_target(np.array([1.0, 1.1, 2.0, 4.0, 3.9, np.nan, 0.5]), 1.0)
    assert levels.tolist() == [1.0, 1.0, 0.5, 0.25, 0.25, 1.0, 1.0]


def test_the_supervised_signal_keeps_still_where_costs_are_larger() -> None:
    rng = np.random.default_rng(7)
    rows, closes = rng.normal(size=(400, 2)), 100.0 * np.exp(np.cumsum(rng.normal(0, 0.001, 400)))
    assert (supervised(rows, closes, rows, 1.0, (-1.0, 0.0, 1.0)) == 0.0).all()
    assert set(supervised(rows, closes, rows, 0.0, (-1.0, 0.0, 1.0))) == {-1.0, 1.0}
