"""Conditional quantiles by gradient boosting of the pinball loss, all levels in one forest."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.records import QUANTILE_LEVELS
from core.settings import PredictSettings
from core.trees import Forest, from_xgboost

LEVELS = np.asarray(QUANTILE_LEVELS)

_MAX_BIN = 32
"""A return says little about a feature's finer structure, and the fit takes half as long as with 64."""

_ROUNDS_SHARE = 3
"""One round grows a tree per level; a third of the rounds at twice the rate learns the same (± .1 % pinball)."""

_PARAMETERS: dict[str, Any] = {
    "objective": "reg:quantileerror",
    "quantile_alpha": LEVELS,
    "tree_method": "hist",
    "max_bin": _MAX_BIN,
    "subsample": 0.8,
    "colsample_bytree": 0.5,
    "min_child_weight": 20.0,
    "nthread": 1,  # several fits run side by side
    "verbosity": 0,
}


@dataclass(frozen=True, slots=True)
class QuantileModel:
    """Quantiles of a scaled return, by features and without them."""

    base: np.ndarray
    """(5,) the training part's own quantiles: what knowing nothing would say."""
    forest: Forest | None
    """One output a level; None: only the base is believed."""

    def raw(self, inputs: np.ndarray) -> np.ndarray:
        """(n, 5) float64, ascending in each row; as the trees say, not shrunk."""
        if self.forest is None:
            return np.broadcast_to(self.base, (len(inputs), len(self.base)))
        # Quantiles fitted apart can cross; sorting never makes them worse (Chernozhukov et al. 2010).
        return np.sort(self.forest.margin(inputs), axis=1)


def fit_quantiles(
    inputs: np.ndarray, scaled: np.ndarray, weight: np.ndarray, settings: PredictSettings
) -> QuantileModel:
    """Fit the five levels; the same arguments give the same trees, bit for bit.

    Args:
        inputs: (n, features) float32, nulls allowed; n ≥ 1.
        scaled: (n,) returns in units of σ.
        weight: (n,) above 0.
        settings: trees, depth, learning rate, seed.
    """
    import xgboost

    matrix = xgboost.QuantileDMatrix(
        inputs, label=scaled, weight=weight / weight.mean(), max_bin=_MAX_BIN, nthread=1
    )
    grown = {
        "max_depth": settings.depth,
        "eta": min(2.0 * settings.learning_rate, 1.0),
        "seed": settings.seed,
    }
    rounds = max(settings.trees // _ROUNDS_SHARE, 1)
    booster = xgboost.train(_PARAMETERS | grown, matrix, num_boost_round=rounds)
    return QuantileModel(weighted_quantiles(scaled, weight, LEVELS), from_xgboost(booster, len(LEVELS)))


def weighted_quantiles(values: np.ndarray, weight: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Quantiles when each value counts by its weight; the smallest value whose cumulated share reaches the level."""
    return np.quantile(values, levels, weights=weight, method="inverted_cdf")


def pinball(quantiles: np.ndarray, happened: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weighted mean pinball loss of each level, (5,); Koenker and Bassett 1978.

    Args:
        quantiles: (n, 5) at `QUANTILE_LEVELS`.
        happened: (n,) in the same unit.
        weight: (n,), not all 0.
    """
    missed = happened[:, None] - quantiles
    loss = np.maximum(LEVELS * missed, (LEVELS - 1.0) * missed)
    return np.asarray(weight @ loss / weight.sum())
