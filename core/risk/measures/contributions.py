"""Which position brings how much of the risk: Euler's split of the volatility of a book."""

import math
from collections.abc import Sequence

import numpy as np

from core.records import Contributions


def contributions(weights: Sequence[float] | np.ndarray, covariance: np.ndarray) -> Contributions:
    """Volatility √(w'Σw) and the parts wᵢ·(Σw)ᵢ / √(w'Σw), which sum to it (Litterman 1996).

    Args:
        weights: signed shares of equity, (k,).
        covariance: of the assets' returns, (k, k).

    Raises:
        ValueError: shapes that do not fit each other.
    """
    w, sigma = np.asarray(weights, dtype=float), np.asarray(covariance, dtype=float)
    if sigma.shape != (len(w), len(w)):
        raise ValueError(f"{len(w)} weights need a covariance of {len(w)} × {len(w)}, not {sigma.shape}.")
    pulled = sigma @ w
    variance = float(w @ pulled)
    if variance <= 0.0:
        return Contributions(0.0, (0.0,) * len(w))
    volatility = math.sqrt(variance)
    return Contributions(volatility, tuple(float(part) for part in w * pulled / volatility))
