"""Gradient-boosted trees by xgboost."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from core.predict.members.member import CLASSES, FittedMember
from core.predict.members.monotone import mirrored, objective, start, ways
from core.predict.members.weighting import shift_for, weighted
from core.settings import PredictSettings
from core.trees import from_xgboost

if TYPE_CHECKING:
    from xgboost import QuantileDMatrix

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


def fit_xgboost(
    inputs: np.ndarray,
    outcome: np.ndarray,
    weight: np.ndarray,
    settings: PredictSettings,
    names: tuple[str, ...],
) -> FittedMember:
    """Fit; the same arguments give the same trees, bit for bit.

    Args:
        inputs: (n, f) float32, nulls allowed; n ≥ 1.
        outcome: (n,) class numbers 0 … 2; a class that never occurs is allowed.
        weight: (n,) above 0; scaled to a mean of 1, so that the regularisation means the same everywhere.
        settings: trees, depth, learning rate, class weights, monotone features, seed.
        names: (f,) of the columns.
    """
    import xgboost

    part = weighted(outcome, weight, settings)
    way = ways(settings.monotone, names)
    constrained = any(way)
    matrix = xgboost.QuantileDMatrix(inputs, label=outcome, weight=part.even, max_bin=_MAX_BIN, nthread=1)
    parameters: dict[str, Any] = _PARAMETERS | {
        "max_depth": settings.depth,
        "eta": settings.learning_rate,
        "seed": settings.seed,
    }
    if constrained:
        parameters |= {"monotone_constraints": way, "base_score": start(part.share).tolist()}
    booster = xgboost.train(
        parameters,
        matrix,
        num_boost_round=settings.trees,
        obj=_objective(outcome, part.even) if constrained else None,
    ).reset()
    forest = from_xgboost(booster, CLASSES)
    if constrained:
        forest = mirrored(forest)
    score = forest.margin(inputs) if len(part.absent) else np.empty((0, CLASSES))
    return FittedMember("xgboost", forest, None, None, shift_for(score, part), booster)


def _objective(
    outcome: np.ndarray, weight: np.ndarray
) -> "Callable[[np.ndarray, QuantileDMatrix], tuple[np.ndarray, np.ndarray]]":
    derivatives = objective(outcome, weight)
    return lambda output, _: derivatives(output)
