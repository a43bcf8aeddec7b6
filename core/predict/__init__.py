"""Predict: labelled history → calibrated models that know what they don't know → forecasts."""

from core.predict.artefacts import ModelFile, is_stale, load, read_meta, save
from core.predict.calibration import Calibration, Temperatures
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
from core.predict.training import rows_needed, train, train_horizons
from core.predict.validation import Scores, Split, purged_train, score, walk_forward

__all__ = [
    "Calibration",
    "Dataset",
    "Horizon",
    "Labels",
    "ModelFile",
    "ModelMeta",
    "Scores",
    "Split",
    "Temperatures",
    "TrainedModel",
    "average_uniqueness",
    "fixed_barriers",
    "forecast",
    "horizons",
    "is_stale",
    "labelled_rows",
    "load",
    "purged_train",
    "read_meta",
    "recipe",
    "rows_needed",
    "save",
    "score",
    "train",
    "train_horizons",
    "triple_barrier",
    "volatility_barriers",
    "walk_forward",
]
