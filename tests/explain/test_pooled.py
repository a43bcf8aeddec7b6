"""The explanation of an ensemble is exact, adds up whatever the weights, and equals the libraries' own."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
import xgboost
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import GlassboxError, NotCovered
from core.explain import NETWORKS, contributions, explain_pooled
from core.records import Direction
from tests.explain import ensembles


@pytest.fixture(scope="module")
def model() -> ensembles.Ensemble:
    return ensembles.make()


@pytest.fixture(scope="module")
def mixed() -> ensembles.Ensemble:
    return ensembles.make(network=True)


@given(
    seed=st.integers(0, 10_000),
    share=st.floats(0, 1),
    raw=st.lists(st.floats(0.01, 1), min_size=8, max_size=8),
)
@settings(max_examples=30)
def test_adds_up_for_any_weights_regime_and_row(mixed, seed, share, raw) -> None:
    weights = np.array(raw).reshape(2, 4)
    pool = dataclasses.replace(mixed, stack=ensembles.Stack(weights / weights.sum(axis=1, keepdims=True)))
    inputs = ensembles.rows(5, seed) * 3
    regime = np.tile([share, 1 - share], (5, 1))
    found = contributions(pool, inputs, regime)
    total = found.base + found.shares.sum(axis=1) + found.unattributed
    np.testing.assert_allclose(total, pool.opinion(inputs, regime), atol=1e-5)
    assert found.additivity_error < 1e-5 and found.networks == ("gru",)
    np.testing.assert_allclose(found.weights, regime @ pool.stack.weights, atol=1e-12)


def test_one_member_alone_equals_its_library(model) -> None:
    inputs = ensembles.rows(40, 9)
    for place, name in enumerate(("xgboost", "lightgbm")):
        alone = dataclasses.replace(model, stack=ensembles.Stack(np.eye(3)[[place]]))
        found = contributions(alone, inputs, None)
        library = model.members[place].library
        if name == "xgboost":
            expected = library.predict(xgboost.DMatrix(inputs), pred_contribs=True)
        else:
            expected = library.predict(inputs, pred_contrib=True).reshape(40, 3, 5)
        np.testing.assert_allclose(found.shares, expected.transpose(0, 2, 1)[:, :-1], atol=1e-6)


def test_boosted_trees_equal_shap_tree_path_dependent(model) -> None:
    import shap

    alone = dataclasses.replace(model, stack=ensembles.Stack(np.eye(3)[[0]]))
    inputs = ensembles.rows(40, 9)
    oracle = shap.TreeExplainer(model.members[0].library, feature_perturbation="tree_path_dependent")
    np.testing.assert_allclose(
        contributions(alone, inputs, None).shares, oracle.shap_values(inputs), atol=1e-5
    )


def test_what_the_tables_do_not_cover_is_asked_of_the_library(model) -> None:
    class Deep:
        def shap(self, inputs: np.ndarray) -> np.ndarray:
            raise NotCovered("too deep for tables")

    deep = [dataclasses.replace(m, forest=None if m.linear else Deep()) for m in model.members]
    inputs = ensembles.rows(10, 3)
    found = contributions(dataclasses.replace(model, members=tuple(deep)), inputs, None)
    np.testing.assert_allclose(found.shares, contributions(model, inputs, None).shares, atol=1e-9)
    assert found.networks == ()


def test_the_linear_member_equals_shap(model) -> None:
    import shap

    alone = dataclasses.replace(model, stack=ensembles.Stack(np.eye(3)[[2]]))
    inputs = ensembles.rows(40, 9)
    line = model.members[2].linear
    filled = np.where(np.isnan(inputs), line.fill, inputs)
    for number in range(3):
        oracle = shap.LinearExplainer((line.weights[:, number], line.bias[number]), line.centre[None])
        expected = oracle.shap_values(filled)
        np.testing.assert_allclose(
            contributions(alone, inputs, None).shares[:, :, number], expected, atol=1e-6
        )


def test_a_row_and_a_block_say_the_same(mixed) -> None:
    inputs = ensembles.rows(20, 4)
    regime = np.tile([0.3, 0.7], (20, 1))
    block = contributions(mixed, inputs, regime)
    for number in (0, 7, 19):
        told = explain_pooled(
            mixed, dict(zip(ensembles.NAMES, inputs[number], strict=True)), regime[number], Direction.UP
        )
        by_name = {item.feature: item.contribution for item in told.attributions}
        expected = dict(zip(ensembles.NAMES, block.shares[number, :, 2], strict=True))
        assert {name: by_name[name] for name in ensembles.NAMES} == pytest.approx(expected, abs=1e-9)
        assert by_name[NETWORKS] == pytest.approx(block.unattributed[number, 2], abs=1e-9)


@pytest.mark.parametrize("target", list(Direction))
def test_the_record_is_sorted_labelled_and_adds_up(model, target) -> None:
    row = pd.Series(ensembles.rows(1, 2)[0], index=list(ensembles.NAMES))
    told = explain_pooled(model, row, np.array([0.5, 0.5]), target)
    shares = [item.contribution for item in told.attributions]
    assert shares == sorted(shares, key=abs, reverse=True)
    assert told.base + sum(shares) == pytest.approx(told.margin, abs=1e-5) and told.additivity_error < 1e-4
    assert (told.target, told.horizon, told.model_id) == (target.word, "short", "TEST")
    assert {item.feature: item.value for item in told.attributions}["gappy"] is None
    assert NETWORKS not in {item.feature for item in told.attributions}
    backwards = dict(reversed(row.to_dict().items())) | {"unrelated": 1.0}
    assert explain_pooled(model, backwards, np.array([0.5, 0.5]), target) == told


def test_the_planted_cause_comes_first(model) -> None:
    inputs = ensembles.rows(200, 6)
    loudest = dict(zip(ensembles.NAMES, inputs[inputs[:, 0].argmax()], strict=True))
    first = explain_pooled(model, loudest, None, Direction.UP).attributions[0]
    assert first.feature == "loud" and first.contribution > 0


def test_the_members_of_training_are_explained() -> None:
    from core.predict.members import fit_members
    from core.predict.stacking import equal_stack
    from core.settings import PredictSettings

    values = ensembles.rows(600)
    members = fit_members(
        values, ensembles.outcomes(values), np.ones(600), PredictSettings(trees=20), ensembles.NAMES
    )
    assert [member.name for member in members] == ["xgboost", "lightgbm", "forest", "logistic"]
    pool = ensembles.Ensemble(members, equal_stack(4))
    found = contributions(pool, ensembles.rows(300, 8), None)
    assert found.additivity_error < 1e-9 and found.networks == ()
    assert np.abs(found.shares).mean(axis=0)[0].min() > np.abs(found.shares).mean(axis=0)[2].max(), (
        "loud beats noise"
    )


def test_what_does_not_add_up_is_not_shown(model) -> None:
    class Lying(ensembles.Ensemble):
        def opinion(self, inputs, regime):
            return ensembles.Ensemble.opinion(self, inputs, regime) + 0.01

    lying = Lying(model.members, model.stack)
    with pytest.raises(GlassboxError, match="does not add up"):
        explain_pooled(lying, dict.fromkeys(ensembles.NAMES, 0.0), None, Direction.UP)
