"""Gradient-boosted trees by LightGBM, grown leaf by leaf."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from core.predict.members.member import CLASSES, FittedMember
from core.predict.members.monotone import mirrored, objective, start, ways
from core.predict.members.weighting import shift_for, weighted
from core.settings import PredictSettings
from core.trees import from_lightgbm

if TYPE_CHECKING:
    from lightgbm import Dataset

_MOST_LEAVES = 31
_PARAMETERS = {
    "objective": "multiclass",
    "num_class": CLASSES,
    "max_bin": 63,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "feature_fraction": 0.5,
    "min_data_in_leaf": 20,
    "min_sum_hessian_in_leaf": 5.0,
    "lambda_l2": 1.0,
    "deterministic": True,
    "force_row_wise": True,  # otherwise chosen by a stopwatch
    "num_threads": 1,
    "verbosity": -1,
}


def fit_lightgbm(
    inputs: np.ndarray,
    outcome: np.ndarray,
    weight: np.ndarray,
    settings: PredictSettings,
    names: tuple[str, ...],
) -> FittedMember:
    """Fit; see `fit_xgboost` for the arguments. Trees have 2^depth leaves, 31 at most, wherever they help most."""
    import lightgbm

    part = weighted(outcome, weight, settings)
    way = ways(settings.monotone, names)
    constrained = any(way)
    parameters: dict[str, Any] = _PARAMETERS | {
        "num_leaves": min(2**settings.depth, _MOST_LEAVES),
        "learning_rate": settings.learning_rate,
        "seed": settings.seed,  # the library draws all its other seeds from this one
    }
    begin = None
    if constrained:
        begin = np.tile(start(part.share), (len(outcome), 1))
        parameters |= {"monotone_constraints": list(way), "objective": _objective(outcome, part.even)}
    data = lightgbm.Dataset(
        inputs, label=outcome, weight=part.even, init_score=begin, params=parameters, free_raw_data=True
    )
    booster = lightgbm.train(parameters, data, num_boost_round=settings.trees)
    booster.free_dataset()
    forest = from_lightgbm(booster, CLASSES)
    if constrained:
        forest = mirrored(forest, start(part.share))
    score = forest.margin(inputs) if len(part.absent) else np.empty((0, CLASSES))
    return FittedMember("lightgbm", forest, None, None, shift_for(score, part), booster)


def _objective(
    outcome: np.ndarray, weight: np.ndarray
) -> "Callable[[np.ndarray, Dataset], tuple[np.ndarray, np.ndarray]]":
    derivatives = objective(outcome, weight)
    return lambda output, _: derivatives(output)
