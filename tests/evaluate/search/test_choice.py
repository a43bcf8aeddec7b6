"""Neighbourhoods, plateau, Pareto front, limits: against loops written out."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.evaluate.search import choosable, grid, grid_surface, objective_values, pareto_front, peak, plateau
from core.evaluate.search.cells import Scores
from core.evaluate.search.importance import importance
from core.evaluate.search.selection import search_overfitting
from core.evaluate.search.stability import REACH, scattered_surface
from core.records import Dimension, Objective

SPACE = (Dimension("a", 0, 5, 1), Dimension("b", 0, 4, 1))
SCORES = arrays(np.float64, 30, elements=st.floats(-5, 5) | st.just(np.nan))


def slow_surface(scores: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    square = scores.reshape(6, 5)
    mean, worst, count = np.full((6, 5), np.nan), np.full((6, 5), np.nan), np.zeros((6, 5))
    for i in range(6):
        for j in range(5):
            near = [
                (square[x, y], 0.5 ** ((x != i) + (y != j)))
                for x in range(max(0, i - 1), min(6, i + 2))
                for y in range(max(0, j - 1), min(5, j + 2))
                if np.isfinite(square[x, y])
            ]
            count[i, j] = len(near)
            others = [(v, w) for v, w in near if w < 1]
            if np.isfinite(square[i, j]):
                if others:
                    around = sum(v * w for v, w in others) / sum(w for _, w in others)
                    mean[i, j] = square[i, j] / 4 + around * 3 / 4
                worst[i, j] = min(v for v, _ in near)
    return mean.ravel(), worst.ravel(), count.ravel()


@settings(deadline=None)
@given(SCORES)
def test_the_surface_is_that_of_plain_loops(scores: np.ndarray) -> None:
    found = grid_surface(SPACE, grid(SPACE), scores)
    mean, worst, count = slow_surface(scores)
    np.testing.assert_allclose(found.mean, mean, atol=1e-9)
    np.testing.assert_array_equal(found.worst, worst)
    np.testing.assert_array_equal(found.count, count)


def test_a_lonely_peak_loses_against_a_plateau() -> None:
    scores = np.zeros((6, 5))
    scores[0, 0] = 3.0
    scores[3:6, 2:5] = 1.0
    flat, cells = scores.ravel(), grid(SPACE)
    surface, everything = grid_surface(SPACE, cells, flat), np.ones(30, dtype=bool)
    assert cells[peak(flat, everything)].tolist() == [0, 0]
    assert cells[plateau(surface, everything)].tolist() == [4, 3]


def test_a_cell_that_may_not_be_chosen_still_counts_as_a_neighbour() -> None:
    flat = np.ones(30)
    flat[7] = -9.0
    allowed = np.ones(30, dtype=bool)
    allowed[7] = False
    surface = grid_surface(SPACE, grid(SPACE), flat)
    assert surface.worst[8] == -9 and surface.mean[8] < 1
    assert plateau(surface, np.zeros(30, dtype=bool)) is None


@settings(deadline=None)
@given(st.integers(0, 10_000))
def test_scattered_neighbours_are_those_within_a_tenth(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cells, scores = rng.uniform(0, 1, (40, 2)), rng.normal(size=40)
    space = (Dimension("a", 0, 1, 0.1, whole=False), Dimension("b", 0, 1, 0.1, whole=False))
    found = scattered_surface(space, cells, scores)
    for row in range(40):
        near = np.abs(cells - cells[row]).max(axis=1) <= REACH
        assert found.count[row] == near.sum()
        weights = (1 - 0.5 * np.abs(cells[near] - cells[row]) / REACH).prod(axis=1)
        wanted = scores[near] @ weights / weights.sum() if near.sum() >= 3 else np.nan
        np.testing.assert_allclose(found.mean[row], wanted, atol=1e-12)


@settings(deadline=None)
@given(arrays(np.float64, (25, 2), elements=st.integers(-4, 4).map(float)), arrays(bool, 25))
def test_the_front_is_what_nothing_beats(values: np.ndarray, allowed: np.ndarray) -> None:
    wanted = {
        row
        for row in range(25)
        if allowed[row]
        and not any(
            allowed[o] and (values[o] >= values[row]).all() and (values[o] > values[row]).any()
            for o in range(25)
        )
    }
    assert set(pareto_front(values.T, allowed).tolist()) == wanted


def test_limits_and_objectives_by_hand() -> None:
    scores = Scores(
        np.array([0.21, 0.5, np.nan, 0.1]), np.array([1.0, 2.0, np.nan, np.nan]),
        np.array([-0.1, -0.4, np.nan, 0.0]), np.array([40.0, 50.0, np.nan, 2.0]),
    )  # fmt: skip
    assert choosable(scores, None, 0).tolist() == [True, True, False, True]
    assert choosable(scores, 0.3, 10).tolist() == [True, False, False, False]
    calmar = objective_values(scores, Objective.CALMAR, 2.0)
    assert calmar[0] == pytest.approx(1.0)  # 1.21 in two years is 10 % a year, over a fall of 10 %
    assert np.isnan(calmar[3])


def test_importance_names_the_parameter_that_decides() -> None:
    space = (Dimension("a", 1, 12, 1), Dimension("b", 1, 12, 1), Dimension("c", 3, 3))
    cells = grid(space)
    found = importance(space, cells, -((cells[:, 0] - 6.0) ** 2))
    assert found[0].name == "a" and found[0].share > 0.9
    assert sum(item.share for item in found) == pytest.approx(1.0)
    assert importance(space, cells[:10], cells[:10, 0]) == ()


def test_overfitting_of_noise_and_of_one_that_is_better() -> None:
    rng = np.random.default_rng(4)
    noise = rng.normal(0, 0.01, (960, 50))
    found = search_overfitting(noise)
    better = noise.copy()
    better[:, 7] += 0.004
    honest = search_overfitting(better)
    assert found is not None and honest is not None
    assert found.pbo > 0.15 and honest.pbo < 0.05
    assert len(found.logits) <= 2000 and found.logits == tuple(sorted(found.logits))
    assert np.mean(np.array(found.logits) <= 0) == pytest.approx(found.pbo, abs=0.01)
    assert search_overfitting(noise[:, :1]) is None
    assert search_overfitting(pd.DataFrame(np.zeros((960, 5))).to_numpy()) is None
