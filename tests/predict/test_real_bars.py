"""The same promises on the embedded sample, with the real features."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.features import MODEL_COLUMNS, build_features
from core.predict import Series, backdrop, forecast, horizons, load, save, train_horizons
from core.records import Timeframe
from core.settings import PredictSettings
from tests.predict.conftest import assert_same_model

AS_OF = datetime(2019, 6, 3, 12, 0, tzinfo=UTC)
SETTINGS = PredictSettings(trees=40)


@pytest.fixture(scope="module")
def bars() -> pd.DataFrame:
    """Two thousand half hours until AS_OF, and two hundred after it."""
    path = Path(__file__).resolve().parents[2] / "data" / "sample" / "btc_usd_30m.parquet"
    every = (
        pd.read_parquet(path).set_index("date")[["open", "high", "low", "close", "volume"]].astype("float64")
    )
    now = int(every.index.searchsorted(pd.Timestamp(AS_OF)))
    return every.iloc[now - 2000 : now + 200]


def _trained(bars: pd.DataFrame):
    found, problems = train_horizons(
        bars, build_features(bars)[list(MODEL_COLUMNS)], horizons(SETTINGS), SETTINGS,
        Series("BTC-USD", Timeframe.M30, "sample", AS_OF, 1800),
    )  # fmt: skip
    assert problems == ()
    return tuple(item.model for item in found)


def test_same_data_same_models_and_a_planted_future_changes_nothing(bars, tmp_path):
    models = _trained(bars)
    planted = bars.copy()
    planted.iloc[2000:] *= 10.0
    for other in (bars.iloc[:2000], planted):
        for one, two in zip(models, _trained(other), strict=True):
            assert_same_model(one, two, build_features(bars.iloc[:2000]).iloc[-20:])
            assert one.meta.trained_until == AS_OF
    row, last = (build_features(b).loc[bars.index[1999]] for b in (bars, planted))
    for model in models:
        file = save(model, tmp_path)
        around = backdrop(model, bars, np.array([1999]))
        answer = forecast(load(file.path, file.sha256), row, AS_OF, around)
        assert answer == forecast(model, last, AS_OF, backdrop(model, planted, np.array([1999])))
        assert len(answer.members) == 4 and sum(item.weight for item in answer.members) == pytest.approx(1.0)
        assert list(answer.quantiles) == sorted(answer.quantiles) and len(answer.quantiles) == 5
        assert answer.levels is not None and min(answer.levels.stop_long, answer.levels.target_short) > 0.0
        assert answer.p_down + answer.p_flat + answer.p_up == pytest.approx(1.0)
        assert np.isfinite(answer.skill) and answer.calibrated == model.meta.scores.beats_base
