"""A trained model and everything that is said about it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.metadata import version

import numpy as np

from core.predict.calibration import Calibration
from core.predict.heads import Heads
from core.predict.members import FittedMember
from core.predict.regimes import RegimeModel
from core.predict.stacking import Stack
from core.predict.validation import Scores
from core.predict.versions import pickled_versions
from core.predict.volatility import VolatilityModel
from core.records import Timeframe
from core.settings import PredictSettings

RECIPE_VERSION = 2
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
    """SYMBOL_TIMEFRAME_HORIZON_ALGO_ASOF_HASH."""
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

    @property
    def algo(self) -> str:
        """What speaks: the member, or `ensemble` for several."""
        return self.settings.members[0] if len(self.settings.members) == 1 else "ensemble"


@dataclass(frozen=True, slots=True, eq=False)
class TrainedModel:
    """Models of the classes down, flat, up that are pooled, what else is forecast, and what is known about them."""

    meta: ModelMeta
    members: tuple[FittedMember, ...]
    stack: Stack
    heads: Heads | None
    regimes: RegimeModel | None
    volatility: VolatilityModel | None

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

    @property
    def window(self) -> int:
        """Rows that a forecast reads: the asked one and those just before it."""
        return max(member.window for member in self.members)

    def opinions(self, inputs: np.ndarray) -> np.ndarray:
        """(members, n, 3) what each member adds to the class shares, in logs; inputs (n, features) float32."""
        return np.stack([member.opinion(inputs) for member in self.members])

    def opinion(self, inputs: np.ndarray, regime: np.ndarray | None) -> np.ndarray:
        """(n, 3) the members' opinions pooled, before calibration; regime (n, R) weighs them."""
        return self.stack.pooled(self.opinions(inputs), regime)

    def probability(self, inputs: np.ndarray, regime: np.ndarray | None) -> np.ndarray:
        """Calibrated probabilities (n, 3) of down, flat, up."""
        return self.meta.calibration.apply_opinion(self.opinion(inputs, regime))


def recipe(settings: PredictSettings, horizon: Horizon, features: tuple[str, ...]) -> str:
    """Hash of what decides how a model is made; a model of another recipe is not reused.

    Other horizons and the retraining interval do not count.
    """
    unrelated = {"short_bars", "medium_bars", "long_bars", "retrain_bars"}
    parts = [
        RECIPE_VERSION,
        settings.model_dump(mode="json", exclude=unrelated),
        horizon.bars,
        features,
        versions(),
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


@cache
def versions() -> dict[str, str]:
    """Releases of the libraries that decide what a model is."""
    return pickled_versions() | {"TA-Lib": version("TA-Lib")}
