"""One gradient-boosted classifier of the classes down, flat, up."""

from typing import TYPE_CHECKING

import numpy as np

from core.settings import PredictSettings

if TYPE_CHECKING:
    from xgboost import Booster

CLASSES = 3

_MAX_BIN = 64
"""Noise has no finer structure, and histograms are built twice as fast as with the usual 256."""

_PARAMETERS = {
    "objective": "multi:softprob",
    "num_class": CLASSES,
    "tree_method": "hist",
    "max_bin": _MAX_BIN,
    "subsample": 0.8,
    "colsample_bytree": 0.8,
    "min_child_weight": 10.0,
    "nthread": 1,  # several fits run side by side; OpenMP threads beyond the cores spin
    "verbosity": 0,
}


def fit_booster(
    inputs: np.ndarray, outcome: np.ndarray, weight: np.ndarray, settings: PredictSettings
) -> "Booster":
    """Fit; the same arguments give the same trees, bit for bit.

    Args:
        inputs: (n, features) float32, nulls allowed; n ≥ 1.
        outcome: (n,) class numbers 0 … 2; a class that never occurs is allowed.
        weight: (n,) above 0; scaled to a mean of 1, so that the regularisation means the same everywhere.
        settings: trees, depth, learning rate, seed.
    """
    import xgboost

    matrix = xgboost.QuantileDMatrix(
        inputs, label=outcome, weight=weight / weight.mean(), max_bin=_MAX_BIN, nthread=1
    )
    grown = {"max_depth": settings.depth, "eta": settings.learning_rate, "seed": settings.seed}
    return xgboost.train(_PARAMETERS | grown, matrix, num_boost_round=settings.trees).reset()
