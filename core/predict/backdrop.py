"""What a forecast needs to know beside the features of its bar."""

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
    return Backdrop(
        regime_at(model.regimes, bars, rows),
        horizon_sigma(bars["close"].to_numpy(), model.meta.horizon.bars)[rows],
    )


def regime_at(regimes: RegimeModel | None, bars: pd.DataFrame, rows: np.ndarray) -> np.ndarray | None:
    """(n, R) filtered probabilities at the given rows; None without a regime model."""
    return None if regimes is None else regime_probabilities(regimes, bars, rows)
