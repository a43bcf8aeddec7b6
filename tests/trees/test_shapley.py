"""Shapley values are exact: by every library's own account, by brute force, and by what they must satisfy."""

from itertools import combinations
from math import factorial

import numpy as np
import pytest
import xgboost
from hypothesis import given, settings
from hypothesis import strategies as st

from core.trees import Forest, from_lightgbm, from_sklearn, from_xgboost, shap_tables, shap_values
from core.trees.growing import Nodes, grow
from tests.trees.conftest import COLUMNS, at_the_cuts, grow_lightgbm, grow_sklearn, grow_xgboost, rows

seeds, some_nulls = st.integers(0, 999), st.sampled_from([0.0, 0.15])


def assert_adds_up(forest: Forest, values: np.ndarray, x: np.ndarray) -> None:
    assert values.shape == (len(x), forest.inputs + 1, forest.outputs)
    np.testing.assert_allclose(values.sum(1), forest.margin(x), atol=1e-10)


@settings(max_examples=8, deadline=None)
@given(seeds, st.integers(1, 10), some_nulls)
def test_xgboost(seed: int, depth: int, nulls: float) -> None:
    booster = grow_xgboost(seed, depth, nulls)
    forest = from_xgboost(booster)
    x = np.concatenate([rows(seed + 1, 40), at_the_cuts(forest, seed)])
    want = booster.predict(xgboost.DMatrix(x, nthread=1), pred_contribs=True).transpose(0, 2, 1)
    got = forest.shap(x)
    np.testing.assert_allclose(got, want, atol=2e-5, rtol=0)
    assert_adds_up(forest, got, x)
    assert (got[:, COLUMNS - 1] == 0).all()  # the constant column is never asked about


@settings(max_examples=6, deadline=None)
@given(seeds, st.integers(1, 6), st.sampled_from(["binary:logistic", "reg:quantileerror"]))
def test_xgboost_of_other_objectives(seed: int, depth: int, objective: str) -> None:
    more = {"quantile_alpha": [0.05, 0.5, 0.95]} if objective == "reg:quantileerror" else {}
    booster = grow_xgboost(seed, depth, objective=objective, **more)
    forest, x = from_xgboost(booster), rows(seed + 1, 60)
    want = booster.predict(xgboost.DMatrix(x, nthread=1), pred_contribs=True)
    got = forest.shap(x)
    np.testing.assert_allclose(
        got, want[:, :, None] if want.ndim == 2 else want.transpose(0, 2, 1), atol=2e-5, rtol=0
    )
    assert_adds_up(forest, got, x)


@settings(max_examples=8, deadline=None)
@given(seeds, st.integers(2, 60), some_nulls)
def test_lightgbm(seed: int, leaves: int, nulls: float) -> None:
    booster = grow_lightgbm(seed, leaves, nulls)
    forest = from_lightgbm(booster)
    x = np.concatenate([rows(seed + 1, 40), at_the_cuts(forest, seed)])
    want = booster.predict(x, pred_contrib=True).reshape(len(x), 3, -1).transpose(0, 2, 1)
    got = forest.shap(x)
    np.testing.assert_allclose(got, want, atol=1e-9, rtol=0)
    assert_adds_up(forest, got, x)


@pytest.mark.parametrize("depth", [1, 3, 6, None])
def test_random_forest(depth: int | None) -> None:
    import shap

    library = grow_sklearn(7, depth, nulls=0.0)
    forest, x = from_sklearn(library), rows(8, 40, nulls=0.0)
    oracle = shap.TreeExplainer(library, feature_perturbation="tree_path_dependent")
    got = forest.shap(x)
    np.testing.assert_allclose(got[:, :-1], oracle.shap_values(x), atol=1e-9, rtol=0)
    np.testing.assert_allclose(got[0, -1], oracle.expected_value, atol=1e-9, rtol=0)
    assert_adds_up(forest, got, x)


def _expected(forest: Forest, tree: int, row: np.ndarray, known: set[int]) -> float:
    """Margin of a tree that knows some features and shares out rows by cover for the others."""

    def of(node: int) -> float:
        column = int(forest.feature[node])
        if column < 0:
            return float(forest.value[node, 0])
        x, left, right = row[column], node + 1, int(forest.right[node])
        if column in known:
            goes = bool(forest.null_left[node]) if np.isnan(x) else x < forest.cut[node]
            return of(left if goes else right)
        return sum(float(forest.cover[c] / forest.cover[node]) * of(c) for c in (left, right))

    return of(int(forest.tree_start[tree]))


def test_the_definition_itself() -> None:
    """Σ over subsets of |S|! (M − |S| − 1)! / M! × (v(S + j) − v(S)), Shapley 1953."""
    forest = from_xgboost(grow_xgboost(11, 4, objective="reg:squarederror", rounds=3))
    for row in rows(12, 3):
        want = np.zeros(COLUMNS)
        for j in range(COLUMNS):
            others = [k for k in range(COLUMNS) if k != j]
            for size in range(COLUMNS):
                weight = factorial(size) * factorial(COLUMNS - size - 1) / factorial(COLUMNS)
                for subset in combinations(others, size):
                    known = set(subset)
                    for t in range(forest.trees):
                        gain = _expected(forest, t, row, known | {j}) - _expected(forest, t, row, known)
                        want[j] += weight * gain
        np.testing.assert_allclose(forest.shap(row[None])[0, :-1, 0], want, atol=1e-12)


@settings(max_examples=4, deadline=None)
@given(seeds, st.sampled_from([0, 300, 3000, 10**6]))
def test_leaves_without_a_table_give_the_same_values(seed: int, room: int) -> None:
    """However little room there is for tables."""
    for forest in (
        from_lightgbm(grow_lightgbm(seed, 40)),
        from_sklearn(grow_sklearn(seed, None), np.array([2.0, 1.0, 0.5])),
    ):
        x = rows(seed + 1, 50)
        tables = shap_tables(forest, room)
        assert len(tables.tables.values) <= room
        got = shap_values(tables, x)
        np.testing.assert_allclose(got, forest.shap(x), atol=1e-12)
        assert_adds_up(forest, got, x)


def test_leaves_on_many_features() -> None:
    """A tree that asks about 20 different columns one after the other: no pattern of its last leaf is tabulated."""
    import lightgbm

    x = np.random.default_rng(1).normal(size=(2000, 20)).astype(np.float32)
    y = (x > 0.7).argmax(1) * 1.0
    chain = {
        "objective": "regression",
        "num_leaves": 24,
        "min_data_in_leaf": 1,
        "verbose": -1,
        "num_threads": 1,
    }
    booster = lightgbm.train(chain, lightgbm.Dataset(x, y), 3)
    forest = from_lightgbm(booster)
    assert (np.diff(forest.tables.lone.slot_start) > 12).any()
    got = forest.shap(x[:300])
    np.testing.assert_allclose(got[:, :, 0], booster.predict(x[:300], pred_contrib=True), atol=1e-9, rtol=0)
    assert_adds_up(forest, got, x[:300])


@pytest.mark.parametrize("room", [0, 10**6])
def test_a_row_is_the_same_alone_in_a_block_and_in_any_order(room: int) -> None:
    """Bit for bit, over blocks and threads."""
    forest = from_xgboost(grow_xgboost(5, 4))
    x, tables = rows(6, 2100), shap_tables(forest, room)
    block = shap_values(tables, x)
    some = range(0, len(x), 97)
    assert np.array_equal(block[some], np.concatenate([shap_values(tables, x[i : i + 1]) for i in some]))
    order = np.random.default_rng(0).permutation(len(x))
    assert np.array_equal(shap_values(tables, x[order]), block[order])


def _by_hand(left: list[int], value: list[float], cover: list[float]) -> Forest:
    n = len(left)
    nodes = Nodes(
        np.array(left),
        np.array(left) + 1,
        np.zeros(n, np.int32),
        np.zeros(n, np.float32),
        np.ones(n, np.bool_),
        np.array(cover),
        np.array(value)[:, None],
    )
    return grow(nodes, np.array([0]), np.array([0]), 2, np.array([0.25]))


def test_a_single_leaf_is_expected_and_explains_nothing() -> None:
    forest, x = _by_hand([-1], [2.0], [10.0]), np.zeros((3, 2), np.float32)
    assert forest.margin(x).tolist() == [[2.25]] * 3
    assert forest.shap(x)[:, :, 0].tolist() == [[0.0, 0.0, 2.25]] * 3


def test_a_split_by_hand() -> None:
    """Three of four rows go left: 3/4 × 1 + 1/4 × 5 = 2 is expected, and the only feature is worth the rest."""
    forest = _by_hand([1, -1, -1], [0.0, 1.0, 5.0], [4.0, 3.0, 1.0])
    x = np.array([[-1.0, 9.0], [1.0, 9.0], [0.0, 9.0], [np.nan, 9.0]], np.float32)
    assert forest.shap(x)[:, :, 0].tolist() == [
        [-1.0, 0.0, 2.25],
        [3.0, 0.0, 2.25],
        [3.0, 0.0, 2.25],
        [-1.0, 0.0, 2.25],
    ]


def test_a_branch_that_no_training_row_took() -> None:
    """Its cover is 0: finite values that still add up."""
    forest = _by_hand([1, 3, -1, -1, -1], [0.0, 0.0, 5.0, 1.0, 7.0], [4.0, 0.0, 4.0, 0.0, 0.0])
    x = np.array([[-1.0, 0.0], [1.0, 0.0]], np.float32)
    assert_adds_up(forest, forest.shap(x), x)


def test_trees_that_learnt_nothing() -> None:
    booster = grow_lightgbm(2, 8, min_data_in_leaf=1000)
    forest, x = from_lightgbm(booster), rows(3, 20)
    got = forest.shap(x)
    np.testing.assert_allclose(forest.margin(x), booster.predict(x, raw_score=True), atol=1e-12)
    assert (got[:, :-1] == 0).all()
    assert_adds_up(forest, got, x)


def test_no_rows() -> None:
    forest = from_xgboost(grow_xgboost(5, 2))
    nothing = np.empty((0, COLUMNS), np.float32)
    assert forest.shap(nothing).shape == (0, COLUMNS + 1, 3)
    assert forest.margin(nothing).shape == (0, 3)
