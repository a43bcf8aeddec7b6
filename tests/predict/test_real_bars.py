"""The same promises on the embedded sample, with the real features."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.features import MODEL_COLUMNS, build_features
from core.predict import forecast, horizons, load, save, train_horizons
from core.records import Timeframe
from core.settings import PredictSettings

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
    models, problems = train_horizons(
        bars, build_features(bars)[list(MODEL_COLUMNS)], horizons(SETTINGS), SETTINGS,
        symbol="BTC-USD", timeframe=Timeframe.M30, source="sample", as_of=AS_OF, train_bars=1800,
    )  # fmt: skip
    assert problems == ()
    return models


def test_same_data_same_models_and_a_planted_future_changes_nothing(bars, tmp_path):
    models = _trained(bars)
    planted = bars.copy()
    planted.iloc[2000:] *= 10.0
    for other in (bars.iloc[:2000], planted):
        for one, two in zip(models, _trained(other), strict=True):
            assert one.meta == two.meta and one.booster.save_raw() == two.booster.save_raw()
            assert one.meta.trained_until == AS_OF
    row, last = (build_features(b).loc[bars.index[1999]] for b in (bars, planted))
    for model in models:
        file = save(model, tmp_path)
        answer = forecast(load(file.path, file.sha256), row, AS_OF)
        assert answer == forecast(model, last, AS_OF)
        assert answer.p_down + answer.p_flat + answer.p_up == pytest.approx(1.0)
        assert np.isfinite(answer.skill) and answer.calibrated == model.meta.scores.beats_base
