"""A trained model and everything that is said about it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core.predict.calibration import Calibration
from core.predict.validation import Scores
from core.records import Timeframe
from core.settings import PredictSettings

if TYPE_CHECKING:
    from xgboost import Booster

RECIPE_VERSION = 1
"""Raised when training itself changes, so that models of the old way are trained again."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """How far a forecast looks."""

    name: str
    """short, medium or long."""
    bars: int


def horizons(settings: PredictSettings) -> tuple[Horizon, ...]:
    """The three horizons of the settings, nearest first."""
    return (
        Horizon("short", settings.short_bars),
        Horizon("medium", settings.medium_bars),
        Horizon("long", settings.long_bars),
    )


@dataclass(frozen=True, slots=True)
class ModelMeta:
    """What the file beside a model says."""

    model_id: str
    """SYMBOL_TIMEFRAME_HORIZON_ASOF_HASH."""
    symbol: str
    timeframe: Timeframe
    source: str
    horizon: Horizon
    features: tuple[str, ...]
    """Columns in the order of training."""
    settings: PredictSettings
    recipe: str
    """Hash of what decides how a model is made; see `recipe`."""
    as_of: datetime
    """Moment of training: nothing newer was read."""
    train_from: datetime
    """Open of the first training bar."""
    trained_until: datetime
    """Close of the last bar that a label looked at."""
    rows: int
    effective_rows: float
    """Sum of the average uniqueness: how many independent labels the rows amount to."""
    data_sha256: str
    """Of features, labels and dates that it was trained on."""
    calibration: Calibration
    scores: Scores
    """Out of sample: purged walk-forward, calibrated on earlier folds only."""
    versions: dict[str, str]
    """Library → version."""


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A booster for the classes down, flat, up, and what is known about it."""

    meta: ModelMeta
    booster: "Booster"

    @property
    def model_id(self) -> str:
        """Name of the model."""
        return self.meta.model_id

    @property
    def horizon(self) -> str:
        """Name of its horizon."""
        return self.meta.horizon.name

    @property
    def features(self) -> tuple[str, ...]:
        """Columns that a row must have, in order."""
        return self.meta.features


def recipe(settings: PredictSettings, horizon: Horizon, features: tuple[str, ...]) -> str:
    """Hash of what decides how a model is made; a model of another recipe is not reused.

    Other horizons and the retraining interval do not count.
    """
    import xgboost

    unrelated = {"short_bars", "medium_bars", "long_bars", "retrain_bars"}
    parts = [
        RECIPE_VERSION,
        settings.model_dump(mode="json", exclude=unrelated),
        horizon.bars,
        features,
        xgboost.__version__,
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
