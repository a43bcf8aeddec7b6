"""LIME and probability shares: right on models whose answer is known, and as the libraries have it."""

import numpy as np
import pytest
import xgboost
from scipy.stats import spearmanr

from core.errors import GlassboxError
from core.explain import background_hash, background_rows, local_surrogate, probability_shares
from tests.explain import ensembles

NAMES = tuple(f"f{i}" for i in range(6))
WEIGHTS = np.array([0.9, -0.6, 0.4, -0.2, 0.0, 0.0])


def chance(inputs: np.ndarray) -> np.ndarray:
    """Up by a logistic curve of the inputs; flat never."""
    up = 1.0 / (1.0 + np.exp(-(np.nan_to_num(inputs).astype(np.float64) @ WEIGHTS)))
    return np.column_stack((1.0 - up, np.zeros_like(up), up))


@pytest.fixture(scope="module")
def training() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(1500, 6)).astype(np.float32)


def test_the_surrogate_finds_the_slopes(training) -> None:
    row = np.array([0.3, 0.2, -0.5, 1.0, 0.1, -2.0], dtype=np.float32)
    found = local_surrogate(chance, row, training, 2, NAMES, seeds=range(5))
    assert (np.sign(found.slope[:4]) == np.sign(WEIGHTS[:4])).all()
    assert np.argsort(-np.abs(found.slope))[:4].tolist() == [0, 1, 2, 3]
    assert found.fit.min() > 0.9 and np.abs(found.slope[4:]).max() < 0.01
    assert 0 < found.spread.max() < 0.01, "seeds differ, and little"
    opposite = local_surrogate(chance, row, training, 0, NAMES, seeds=range(5))
    np.testing.assert_allclose(opposite.slopes, -found.slopes, atol=1e-12)


def test_it_agrees_with_the_lime_package(training) -> None:
    lime_tabular = pytest.importorskip("lime.lime_tabular", reason="lime is an oracle of the tests only")
    row = np.array([0.3, 0.2, -0.5, 1.0, 0.1, -2.0], dtype=np.float32)
    explainer = lime_tabular.LimeTabularExplainer(
        training, feature_names=list(NAMES), discretize_continuous=False, sample_around_instance=True, random_state=1,
        class_names=["down", "flat", "up"],
    )  # fmt: skip
    told = explainer.explain_instance(row, chance, labels=(2,), num_features=6, num_samples=3000)
    oracle = np.zeros(6)
    for place, weight in told.as_map()[2]:
        oracle[place] = weight
    ours = local_surrogate(chance, row, training, 2, NAMES, seeds=(1, 2, 3)).slope
    strongest = np.argsort(-np.abs(oracle))[:4]
    assert (np.sign(ours[strongest]) == np.sign(oracle[strongest])).all()
    assert np.argsort(-np.abs(ours))[:4].tolist() == strongest.tolist()
    assert spearmanr(ours, oracle).statistic > 0.9


def test_nulls_stay_null_and_neighbours_are_values_of_training(training) -> None:
    coarse = training.copy()
    coarse[:, 4] = np.round(coarse[:, 4])  # takes few values, as a weekday does
    row = coarse[3].copy()
    row[1] = np.nan
    asked: list[np.ndarray] = []

    def watched(inputs: np.ndarray) -> np.ndarray:
        asked.append(inputs)
        return chance(inputs)

    found = local_surrogate(watched, row, coarse, 2, NAMES, seeds=(0,))
    assert np.isnan(asked[0][:, 1]).all() and found.slope[1] == 0.0
    assert set(np.unique(asked[0][:, 4])) <= set(np.unique(coarse[:, 4]))
    assert np.isfinite(found.slopes).all() and np.isfinite(found.place).all()
    beyond = np.full(6, 99.0, dtype=np.float32)
    assert np.isfinite(local_surrogate(chance, beyond, coarse, 2, NAMES, seeds=(0,)).place).all()


def test_same_seeds_same_answer(training) -> None:
    one, other = (local_surrogate(chance, training[0], training, 2, NAMES, seeds=(4, 5)) for _ in range(2))
    assert (one.slopes == other.slopes).all()


def test_probability_shares_add_up_to_the_probability(training) -> None:
    background = background_rows(training)
    found = probability_shares(chance, training[5], background, 2, NAMES)
    assert found.base + found.shares.sum() == pytest.approx(found.probability, abs=1e-9)
    assert found.probability == pytest.approx(chance(training[5:6])[0, 2])
    assert found.base == pytest.approx(chance(background)[:, 2].mean())
    assert np.abs(found.shares[4:]).max() < 1e-12, "features that the model ignores get nothing"


def test_the_background_is_named_by_its_hash(training) -> None:
    background = background_rows(training, 30)
    assert background.shape == (30, 6) and (background[0] == training[0]).all()
    assert (background[-1] == training[-1]).all()
    assert background_hash(background) == background_hash(background_rows(training, 30))
    assert background_hash(background) != background_hash(background_rows(training, 29))
    assert len(background_rows(training[:3])) == 3


def test_probability_shares_equal_exact_shapley_values(training) -> None:
    import shap

    background = background_rows(training, 8)
    exact = shap.explainers.Exact(
        lambda inputs: chance(inputs)[:, 2], shap.maskers.Independent(background, max_samples=8)
    )
    expected = exact(training[5:6]).values[0]
    found = probability_shares(chance, training[5], background, 2, NAMES, permutations=200)
    np.testing.assert_allclose(found.shares, expected, atol=3e-3)


def test_a_model_that_changes_its_mind_is_not_explained(training) -> None:
    answers = iter(range(1000))

    def fickle(inputs: np.ndarray) -> np.ndarray:
        return np.full((len(inputs), 3), next(answers) / 1000)

    with pytest.raises(GlassboxError, match="does not add up"):
        probability_shares(fickle, training[0], training[:9], 2, NAMES)


def test_what_shap_can_and_cannot_say_in_probabilities() -> None:
    """METHOD.md §8: why probabilities are explained against a background, and not along the paths of trees."""
    import shap

    values = ensembles.rows(800, 0)
    outcome = (ensembles.outcomes(values) == 2).astype(int)
    asked = {"objective": "binary:logistic", "max_depth": 4, "eta": 0.2, "nthread": 1}
    booster = xgboost.train(asked, xgboost.DMatrix(values, label=outcome), 40)
    with pytest.raises(ValueError, match="tree_path_dependent"):
        shap.TreeExplainer(booster, feature_perturbation="tree_path_dependent", model_output="probability")
    by_path = shap.TreeExplainer(booster, feature_perturbation="tree_path_dependent")
    margin = booster.inplace_predict(values, predict_type="margin")
    total = by_path.shap_values(values).sum(axis=1) + by_path.expected_value
    assert np.abs(total - margin).max() < 1e-5
    known = np.nan_to_num(values)
    against = shap.TreeExplainer(
        booster, data=known[:100], feature_perturbation="interventional", model_output="probability"
    )
    said = against.shap_values(known[:50]).sum(axis=1) + against.expected_value
    assert np.abs(said - booster.inplace_predict(known[:50])).max() < 1e-5
    mean_margin = booster.inplace_predict(known[:100], predict_type="margin").mean()
    assert abs(against.expected_value - 1 / (1 + np.exp(-mean_margin))) > 1e-3
