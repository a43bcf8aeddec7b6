"""Margins without the library are those of the library, at the thresholds too."""

import pickle

import numpy as np
import pytest
import xgboost
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import GlassboxError, NotCovered
from core.trees import Forest, from_lightgbm, from_sklearn, from_xgboost
from tests.trees.conftest import (
    COLUMNS,
    at_the_cuts,
    classes,
    grow_lightgbm,
    grow_sklearn,
    grow_xgboost,
    rows,
)

seeds, some_nulls = st.integers(0, 999), st.sampled_from([0.0, 0.15])


def asked(forest: Forest, seed: int) -> np.ndarray:
    return np.concatenate([rows(seed + 1, 60), at_the_cuts(forest, seed)])


@settings(max_examples=8, deadline=None)
@given(seeds, st.integers(1, 9), some_nulls)
def test_xgboost_classes(seed: int, depth: int, nulls: float) -> None:
    booster = grow_xgboost(seed, depth, nulls)
    forest = from_xgboost(booster, outputs=3)
    x = asked(forest, seed)
    want = booster.predict(xgboost.DMatrix(x, nthread=1), output_margin=True)
    got = forest.margin(x)
    assert got.shape == want.shape
    np.testing.assert_allclose(got, want, atol=1e-5, rtol=0)
    assert np.array_equal(got.argmax(1), want.argmax(1))


@settings(max_examples=8, deadline=None)
@given(
    seeds, st.integers(1, 6), st.sampled_from(["binary:logistic", "reg:squarederror", "reg:quantileerror"])
)
def test_xgboost_of_other_objectives(seed: int, depth: int, objective: str) -> None:
    more = {"quantile_alpha": [0.05, 0.25, 0.5, 0.95]} if objective == "reg:quantileerror" else {}
    booster = grow_xgboost(seed, depth, objective=objective, **more)
    outputs = 4 if more else 1
    forest = from_xgboost(booster, outputs)
    x = asked(forest, seed)
    want = booster.predict(xgboost.DMatrix(x, nthread=1), output_margin=True).reshape(len(x), outputs)
    np.testing.assert_allclose(forest.margin(x), want, atol=1e-5, rtol=0)


@pytest.mark.parametrize("options", [{}, {"objective": "binary:logistic"}, {"objective": "reg:squarederror"}])
def test_a_base_score_that_was_given_counts(options: dict[str, str]) -> None:
    booster = grow_xgboost(4, 3, base_score=0.2, **options)
    x = rows(5)
    want = booster.predict(xgboost.DMatrix(x), output_margin=True).reshape(len(x), -1)
    np.testing.assert_allclose(from_xgboost(booster).margin(x), want, atol=1e-5, rtol=0)


@settings(max_examples=8, deadline=None)
@given(seeds, st.integers(2, 31), some_nulls)
def test_lightgbm(seed: int, leaves: int, nulls: float) -> None:
    """Trained without nulls, it takes a null for 0; the doubles of its leaves are ours."""
    booster = grow_lightgbm(seed, leaves, nulls)
    forest = from_lightgbm(booster, outputs=3)
    x = asked(forest, seed)
    np.testing.assert_allclose(forest.margin(x), booster.predict(x, raw_score=True), atol=1e-12, rtol=0)


@settings(max_examples=6, deadline=None)
@given(seeds, st.one_of(st.none(), st.integers(1, 9)), some_nulls)
def test_random_forest(seed: int, depth: int | None, nulls: float) -> None:
    library = grow_sklearn(seed, depth, nulls)
    scale = np.array([2.0, 0.5, 3.0])
    forest = from_sklearn(library, scale)
    x = asked(forest, seed)
    x = x if nulls else np.nan_to_num(x)  # trained without nulls, scikit-learn takes none
    np.testing.assert_allclose(forest.margin(x), library.predict_proba(x) * scale, atol=1e-12, rtol=0)


def test_a_class_that_the_forest_never_saw_stays_zero() -> None:
    from sklearn.ensemble import RandomForestClassifier

    x = rows(1)
    library = RandomForestClassifier(5, max_depth=3, random_state=0).fit(x, np.where(classes(x, 1) > 0, 2, 0))
    got = from_sklearn(library, np.array([1.0, np.inf, 1.0])).margin(x)
    np.testing.assert_allclose(got[:, [0, 2]], library.predict_proba(x), atol=1e-12)
    assert (got[:, 1] == 0).all()


@settings(max_examples=30, deadline=None)
@given(st.floats(-1e39, 1e39, allow_nan=False), st.floats(width=32, allow_nan=False))
def test_at_most_a_double_is_below_the_next_float(threshold: float, value: float) -> None:
    from core.trees.growing import below

    cut = below(np.array([threshold]))[0]
    near = np.float32(threshold) if abs(threshold) < 3.4e38 else np.float32(value)
    for x in (
        np.float32(value),
        near,
        np.nextafter(near, np.float32(np.inf)),
        np.nextafter(near, np.float32(-np.inf)),
    ):
        assert (x < cut) == (float(x) <= threshold)


def test_a_row_alone_and_in_a_block_is_the_same_bit_for_bit() -> None:
    forest, x = from_xgboost(grow_xgboost(3, 5)), rows(9)
    block = forest.margin(x)
    assert np.array_equal(block, np.concatenate([forest.margin(x[i : i + 1]) for i in range(len(x))]))
    frozen = x.copy()
    frozen.flags.writeable = False
    assert np.array_equal(forest.margin(frozen), block)
    assert np.array_equal(forest.margin(np.asfortranarray(x.astype(np.float64))), block)


def test_a_forest_is_arrays_only_and_survives_pickling() -> None:
    forest, x = from_lightgbm(grow_lightgbm(3, 8)), rows(9)
    values = forest.shap(x)
    kept = pickle.dumps(forest)
    assert b"lightgbm.basic" not in kept and b"ShapTables" not in kept
    again = pickle.loads(kept)
    assert np.array_equal(again.margin(x), forest.margin(x)) and np.array_equal(again.shap(x), values)


def test_what_is_not_covered_is_said() -> None:
    import lightgbm

    x = rows(2)
    y = classes(x, 2)
    for booster, word in (
        (grow_xgboost(1, 2, booster="dart"), "dart"),
        (grow_xgboost(1, 2, booster="gblinear", subsample=1), "gblinear"),
        (grow_xgboost(1, 2, objective="binary:hinge"), "binary:hinge"),
        (grow_xgboost(1, 2, objective="reg:quantileerror", quantile_alpha=[0.1, 0.9], multi_strategy="multi_output_tree"), "multi-output"),
    ):  # fmt: skip
        with pytest.raises(NotCovered, match=word):
            from_xgboost(booster)
    whole = lightgbm.Dataset(np.digitize(np.nan_to_num(x), [-1, 0, 1]), y, categorical_feature=[0, 2, 3])
    categories = lightgbm.train(
        {"objective": "multiclass", "num_class": 3, "verbose": -1, "min_data_per_group": 5}, whole, 5
    )
    for booster, word in (
        (categories, "categorical"),
        (grow_lightgbm(1, 8, zero_as_missing=True), "zero_as_missing"),
        (grow_lightgbm(1, 8, boosting="rf", bagging_fraction=0.5), "random forests"),
    ):
        with pytest.raises(NotCovered, match=word):
            from_lightgbm(booster)


def test_a_model_of_another_shape_is_refused() -> None:
    booster = grow_xgboost(1, 2)
    with pytest.raises(GlassboxError, match="3 outputs, not 1"):
        from_xgboost(booster, outputs=1)
    with pytest.raises(GlassboxError, match=f"{COLUMNS} columns"):
        from_xgboost(booster).margin(np.zeros((2, COLUMNS + 1), np.float32))
