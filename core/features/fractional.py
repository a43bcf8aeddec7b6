"""Fractional differencing: a price made nearly stationary that still remembers where it was."""

import numpy as np

from core.features.feature import Family, Feature
from core.features.prices import SIGMA_WARMUP, Prices, in_units

ORDER = 0.4
CUT = 1e-3
"""Weights below this are left out. At 1e-4 the window would be 282 bars, longer than any other feature's warm-up; at
1e-3 it is 55, and what lies beyond it is held by the oldest bar's weight."""


def fractional_weights(order: float, cut: float) -> np.ndarray:
    """(k,) weights of (1 − lag operator)^order, newest bar first, before the first whose size is below `cut`.

    López de Prado, Advances in Financial Machine Learning (2018), chapter 5: w₀ = 1, wₖ = −wₖ₋₁ · (order − k + 1) / k.
    For order 0.4: 1, −0.4, −0.12, −0.064, −0.0416, … and 282 of them with cut 1e-4.
    """
    weights = [1.0]
    while True:
        k = len(weights)
        following = -weights[-1] * (order - k + 1) / k
        if abs(following) < cut:
            return np.array(weights)
        weights.append(following)


def _balanced(weights: np.ndarray) -> np.ndarray:
    """The same with what is missing to a sum of zero put on the oldest, so that the price's scale falls out."""
    balanced = weights.copy()
    balanced[-1] -= weights.sum()
    return balanced


_WEIGHTS = _balanced(fractional_weights(ORDER, CUT))

FEATURES = (
    Feature(
        "fracdiff_04", "memory", max(len(_WEIGHTS) - 1, SIGMA_WARMUP), "σ",
        "price against its own fading memory",
        f"Σ wₖ · ln(close k ago) / σ50; wₖ of order {ORDER:g}, {len(_WEIGHTS)} bars, summing to zero",
        "fixed-width fractional differencing; López de Prado 2018, ch. 5",
    ),
)  # fmt: skip


def compute(p: Prices) -> dict[str, np.ndarray]:
    """The fractionally differenced log price; each bar is a sum of its own, so no rounding reaches across bars."""
    out = np.full_like(p.close, np.nan)
    width = len(_WEIGHTS)
    if len(out) >= width:
        out[width - 1 :] = np.convolve(p.log_close, _WEIGHTS, "valid")
    return {"fracdiff_04": in_units(out, p.sigma)}


MEMORY = Family(
    "memory",
    FEATURES,
    compute,
    "Memory: how far the price is from what it remembers, between a level and a return.",
)
