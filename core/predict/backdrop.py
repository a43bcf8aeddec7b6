"""What a forecast needs to know beside the features of its bar."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.predict.labels import horizon_sigma
from core.predict.model import TrainedModel
from core.predict.regimes import RegimeModel, regime_probabilities


@dataclass(frozen=True, slots=True, eq=False)
class Backdrop:
    """Regime and volatility of n bars, as known at the close of each."""

    regime: np.ndarray | None
    """(n, R) filtered probabilities; None where the model knows no regimes."""
    sigma: np.ndarray
    """(n,) standard deviation of the log return over the model's horizon; null where the price did not move."""


def backdrop(model: TrainedModel, bars: pd.DataFrame, rows: np.ndarray) -> Backdrop:
    """Of the given row numbers of `bars`; what comes after a row is not read for it."""
    return backdrops((model,), bars, rows)[0]


def backdrops(models: Sequence[TrainedModel], bars: pd.DataFrame, rows: np.ndarray) -> tuple[Backdrop, ...]:
    """The same for several models; regimes that were fitted together are filtered once."""
    known: dict[tuple[pd.Timestamp, float], np.ndarray] = {}
    close = bars["close"].to_numpy()
    found = []
    for model in models:
        regime = None
        if model.regimes is not None:
            fit = (model.regimes.last_opened, model.regimes.log_likelihood)
            if fit not in known:
                known[fit] = regime_probabilities(model.regimes, bars, rows)
            regime = known[fit]
        found.append(Backdrop(regime, horizon_sigma(close, model.meta.horizon.bars)[rows]))
    return tuple(found)


def regime_at(regimes: RegimeModel | None, bars: pd.DataFrame, rows: np.ndarray) -> np.ndarray | None:
    """(n, R) filtered probabilities at the given rows; None without a regime model."""
    return None if regimes is None else regime_probabilities(regimes, bars, rows)
