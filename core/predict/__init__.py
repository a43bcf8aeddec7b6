"""Predict: labelled history → calibrated models that know what they don't know → forecasts."""

from core.predict.artefacts import ModelFile, is_stale, load, read_meta, save
from core.predict.backdrop import Backdrop, backdrop, regime_at
from core.predict.calibration import Calibration
from core.predict.dataset import Dataset, labelled_rows
from core.predict.forecasting import forecast
from core.predict.labels import (
    Labels,
    average_uniqueness,
    fixed_barriers,
    triple_barrier,
    volatility_barriers,
)
from core.predict.model import Horizon, ModelMeta, TrainedModel, horizons, recipe
from core.predict.outlook import outlook
from core.predict.regimes import regime_state
from core.predict.seen import Seen, seen_by
from core.predict.training import Series, Training, rows_needed, train, train_horizons
from core.predict.validation import Scores, Split, purged_train, score, walk_forward
from core.predict.volatility import volatility_forecasts

__all__ = [
    "Backdrop",
    "Calibration",
    "Dataset",
    "Horizon",
    "Labels",
    "ModelFile",
    "ModelMeta",
    "Scores",
    "Seen",
    "Series",
    "Split",
    "TrainedModel",
    "Training",
    "average_uniqueness",
    "backdrop",
    "fixed_barriers",
    "forecast",
    "horizons",
    "is_stale",
    "labelled_rows",
    "load",
    "outlook",
    "purged_train",
    "read_meta",
    "recipe",
    "regime_at",
    "regime_state",
    "rows_needed",
    "save",
    "score",
    "seen_by",
    "train",
    "train_horizons",
    "triple_barrier",
    "volatility_barriers",
    "volatility_forecasts",
    "walk_forward",
]
