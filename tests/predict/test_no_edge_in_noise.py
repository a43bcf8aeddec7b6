"""The null test of METHOD.md §1: on random walks the whole pipeline finds nothing, where a careless one finds gold."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from core.features import MODEL_COLUMNS, build_features
from core.predict import Horizon, ModelMeta, Series, labelled_rows, train
from core.records import Timeframe
from core.settings import PredictSettings

HORIZON = Horizon("medium", 20)
SETTINGS = PredictSettings(folds=3, trees=60, heads=False)


def _walk(rows: int, seed: int, swing: float = 0.0) -> pd.DataFrame:
    """Six independent steps to a bar; `swing` makes calm and wild times alternate, without any direction."""
    rng = np.random.default_rng(seed)
    step = rng.normal(0.0, 0.002, (rows, 6)) * np.exp(swing * np.sin(np.arange(rows) / 40.0))[:, None]
    path = np.cumsum(step).reshape(rows, 6)
    price = 100.0 * np.exp(np.column_stack((np.append(0.0, path[:-1, -1]), path)))
    index = pd.date_range("2019-01-01", periods=rows, freq="h", tz="UTC", unit="us", name="date")
    columns = {
        "open": price[:, 0],
        "high": price.max(axis=1),
        "low": price.min(axis=1),
        "close": price[:, -1],
    }
    return pd.DataFrame(columns | {"volume": rng.lognormal(5.0, 1.0, rows)}, index=index)


def _inputs(bars: pd.DataFrame) -> pd.DataFrame:
    return build_features(bars)[list(MODEL_COLUMNS)]


def _trained(seeds: range, rows: int, swing: float = 0.0) -> Iterator[ModelMeta]:
    for seed in seeds:
        bars = _walk(rows, seed, swing)
        as_of = bars.index[-1].to_pydatetime() + Timeframe.H1.delta
        yield train(
            bars, _inputs(bars), HORIZON, SETTINGS, Series("NULL-USD", Timeframe.H1, "random walk", as_of, rows)
        ).model.meta  # fmt: skip


def test_random_walks_give_no_edge():
    scores = [meta.scores for meta in _trained(range(100, 106), 1500)]
    assert np.mean([score.auc for score in scores]) <= 0.55
    assert np.mean([score.auc_direction for score in scores]) <= 0.55
    assert np.mean([score.skill for score in scores]) <= 0.0


def test_the_careless_control_finds_gold_in_the_same_walks():
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import KFold, cross_val_predict

    areas = []
    for seed in range(100, 103):
        bars = _walk(1500, seed)
        as_of = bars.index[-1].to_pydatetime() + Timeframe.H1.delta
        data = labelled_rows(bars, _inputs(bars), HORIZON.bars, 1.0, Timeframe.H1, as_of, 1500)
        forest = RandomForestClassifier(60, min_samples_leaf=3, random_state=0)
        shuffled = KFold(5, shuffle=True, random_state=0)
        chance = cross_val_predict(forest, data.inputs, data.outcome, cv=shuffled, method="predict_proba")
        areas.append(roc_auc_score(data.outcome, chance, multi_class="ovr"))
    assert np.mean(areas) > 0.6


def test_volatility_that_can_be_foretold_is_not_taken_for_direction():
    found = list(_trained(range(300, 304), 1800, swing=0.5))
    assert np.mean([meta.scores.skill for meta in found]) > 0.03
    assert np.mean([meta.scores.auc_direction for meta in found]) <= 0.55
    assert np.mean([meta.calibration.temperatures.motion for meta in found]) > 0.3
    assert np.mean([meta.calibration.temperatures.direction for meta in found]) < 0.15


@pytest.mark.slow
def test_twenty_random_walks_stay_at_a_coin_toss():
    scores = [meta.scores for meta in _trained(range(200, 220), 2500)]
    assert np.mean([score.auc for score in scores]) <= 0.52
    assert np.mean([score.auc_direction for score in scores]) <= 0.52
    assert np.mean([score.skill for score in scores]) <= 0.0
    assert np.mean([score.beats_base for score in scores]) < 0.5
