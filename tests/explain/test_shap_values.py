"""The explanation is exact, adds up, and names what was planted."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
import xgboost

from core.errors import GlassboxError
from core.explain import explain, shap_values
from core.records import Direction

FEATURES = ("loud", "quiet", "noise", "gappy")


@dataclass(frozen=True, slots=True)
class Model:
    """The least that can be explained."""

    booster: object
    features: tuple[str, ...] = FEATURES
    horizon: str = "short"
    model_id: str = "TEST"


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    values = np.random.default_rng(0).normal(size=(800, 4)).astype(np.float32)
    values[::5, 3] = np.nan
    return pd.DataFrame(values, columns=list(FEATURES))


@pytest.fixture(scope="module")
def model(rows) -> Model:
    push = 2.0 * rows["loud"] + 0.5 * rows["quiet"] + np.random.default_rng(1).normal(size=len(rows))
    outcome = np.digitize(push, [-0.8, 0.8])
    parameters = {
        "objective": "multi:softprob",
        "num_class": 3,
        "max_depth": 4,
        "eta": 0.2,
        "seed": 1,
        "nthread": 1,
    }
    return Model(xgboost.train(parameters, xgboost.DMatrix(rows.to_numpy(), label=outcome), 40))


@pytest.mark.parametrize("target", list(Direction))
def test_adds_up_and_is_sorted(model, rows, target):
    margins = model.booster.predict(xgboost.DMatrix(rows.to_numpy()), output_margin=True)
    for number in range(60):
        told = explain(model, rows.iloc[number], target)
        shares = [a.contribution for a in told.attributions]
        assert told.additivity_error < 1e-4
        assert told.base + sum(shares) == pytest.approx(told.margin, abs=1e-4)
        assert told.margin == pytest.approx(margins[number, target + 1], abs=1e-6)
        assert shares == sorted(shares, key=abs, reverse=True)
        assert {a.feature for a in told.attributions} == set(FEATURES)
    assert (told.target, told.horizon, told.model_id) == (target.word, "short", "TEST")


def test_equals_shap_tree_path_dependent(model, rows):
    import shap

    oracle = shap.TreeExplainer(model.booster, feature_perturbation="tree_path_dependent")
    expected = oracle.shap_values(rows.to_numpy()[:40])
    for number in range(40):
        for target in Direction:
            told = {a.feature: a.contribution for a in explain(model, rows.iloc[number], target).attributions}
            np.testing.assert_allclose(
                [told[name] for name in FEATURES], expected[number, :, target + 1], atol=1e-5
            )  # fmt: skip


def test_the_planted_cause_comes_first(model, rows):
    told = explain(model, rows.loc[rows["loud"].idxmax()], Direction.UP)
    assert told.attributions[0].feature == "loud" and told.attributions[0].contribution > 0
    assert explain(model, rows.loc[rows["loud"].idxmax()], Direction.DOWN).attributions[0].contribution < 0


def test_missing_values_are_none_and_names_decide(model, rows):
    told = explain(model, rows.iloc[0], Direction.UP)
    assert {a.feature: a.value for a in told.attributions}["gappy"] is None
    backwards = dict(reversed(list(rows.iloc[0].to_dict().items()))) | {"unrelated": 1.0}
    assert explain(model, backwards, Direction.UP) == told


def test_same_row_same_explanation(model, rows):
    assert explain(model, rows.iloc[3], Direction.FLAT) == explain(model, rows.iloc[3], Direction.FLAT)


class _Lying:
    """A booster whose contributions do not belong to its margin."""

    def __init__(self, booster: xgboost.Booster) -> None:
        self.booster = booster

    def predict(self, *args, **kwargs):
        return self.booster.predict(*args, **kwargs) + np.float32(0.01)

    def inplace_predict(self, *args, **kwargs):
        return self.booster.inplace_predict(*args, **kwargs)


def test_an_explanation_that_does_not_add_up_is_not_shown(model, rows):
    with pytest.raises(GlassboxError, match="does not add up"):
        explain(replace(model, booster=_Lying(model.booster)), rows.iloc[0], Direction.UP)
    assert shap_values.TOLERANCE == 1e-4


def test_a_model_of_training_can_be_explained(make_bars):
    from core.features import MODEL_COLUMNS, build_features
    from core.predict import Horizon, forecast, train
    from core.records import Timeframe
    from core.settings import PredictSettings

    bars = make_bars(900)
    inputs = build_features(bars)[list(MODEL_COLUMNS)]
    as_of = bars.index[-1].to_pydatetime() + Timeframe.H1.delta
    trained = train(
        bars, inputs, Horizon("short", 4), PredictSettings(folds=2, trees=30),
        symbol="BTC-USD", timeframe=Timeframe.H1, source="sample", as_of=as_of, train_bars=900,
    )  # fmt: skip
    answer = forecast(trained, inputs.iloc[-1], as_of)
    told = explain(trained, inputs.iloc[-1], answer.direction)
    assert told.model_id == answer.model_id and len(told.attributions) == len(MODEL_COLUMNS)
