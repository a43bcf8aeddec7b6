"""Quantiles of a return series by named rules, as losses: what software disagrees about most.

R20 of the tests has a 95 % VaR of .02041, .02100, .02145 or .03000, depending on the rule alone. Arrays are
reduced along their last axis, so that one call serves a series, (n,), and all windows of one, (windows, n).
"""

from statistics import NormalDist
from typing import Literal

import numpy as np

_NORMAL = NormalDist()
_RAREST = _NORMAL.inv_cdf(1e-4)
_ROUNDING = 1e-14
"""Deviations below this share of the largest return are rounding, not variation."""

Rank = Literal["linear", "higher", "lower"]


def historical(returns: np.ndarray, tail: float, rank: Rank = "linear") -> np.ndarray:
    """Loss at the sample quantile.

    Args:
        rank: `linear` between the two ranks around it (as empyrical), the milder one with `higher` (as skfolio), the
            harsher with `lower` (as riskfolio).
    """
    return -np.asarray(np.quantile(returns, tail, axis=-1, method=rank))


def historical_shortfall(returns: np.ndarray, tail: float) -> np.ndarray:
    """Mean loss of the ranks up to the quantile's lower one (as empyrical, skfolio and riskfolio)."""
    k = int(tail * (returns.shape[-1] - 1))
    return -np.asarray(np.partition(returns, k, axis=-1)[..., : k + 1].mean(axis=-1))


def gaussian(returns: np.ndarray, tail: float) -> np.ndarray:
    """Loss at the quantile of a normal distribution, −μ − z·σ with σ of ddof 1 (as quantstats)."""
    return -returns.mean(axis=-1) - _NORMAL.inv_cdf(tail) * returns.std(axis=-1, ddof=1)


def gaussian_shortfall(returns: np.ndarray, tail: float) -> np.ndarray:
    """Mean loss beyond it, −μ + σ·φ(z)/tail (as quantstats)."""
    return -returns.mean(axis=-1) + returns.std(axis=-1, ddof=1) * _NORMAL.pdf(_NORMAL.inv_cdf(tail)) / tail


def cornish_fisher(tail: float, skewness: np.ndarray | float, excess: np.ndarray | float) -> np.ndarray:
    """Quantile of the bent normal distribution; NaN where the expansion is not monotone over the whole tail.

    z + (z² − 1)·s/6 + (z³ − 3z)·k/24 − (2z³ − 5z)·s²/36 (Cornish & Fisher 1938). Its slope in z must stay positive
    from the quantile outwards (to 0.01 %), or a rarer loss would come out smaller.
    """
    z = _NORMAL.inv_cdf(tail)
    s, k = np.asarray(skewness, dtype=float), np.asarray(excess, dtype=float)
    bent = z + (z * z - 1) * s / 6 + (z**3 - 3 * z) * k / 24 - (2 * z**3 - 5 * z) * s * s / 36
    return np.where(_steepest_fall(min(_RAREST, z), max(z, 0.0), s, k) > 0, bent, np.nan)


def cornish_fisher_shortfall(tail: float, skewness: float, excess: float) -> float:
    """Mean of the bent quantiles over the tail, closed form (Maillard 2012); NaN where `cornish_fisher` is.

    −φ(z)/tail · (1 + z·s/6 + (z² − 1)·k/24 − (2z² − 1)·s²/36), from ∫Heₙ·φ = −Heₙ₋₁·φ.
    """
    z, s, k = _NORMAL.inv_cdf(tail), skewness, excess
    if np.isnan(cornish_fisher(tail, s, k)):
        return float("nan")
    bend = 1 + z * s / 6 + (z * z - 1) * k / 24 - (2 * z * z - 1) * s * s / 36
    return -_NORMAL.pdf(z) / tail * bend


def shape(returns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Skewness and excess kurtosis along the last axis, without bias correction; 0 where nothing varies."""
    centred = returns - returns.mean(axis=-1, keepdims=True)
    largest = np.abs(centred).max(axis=-1, keepdims=True)
    flat = largest <= _ROUNDING * np.abs(returns).max(axis=-1, keepdims=True)
    centred = centred / np.where(flat, 1.0, largest)  # neither has a scale; this one keeps powers from zero
    spread = np.where(flat[..., 0], 1.0, np.mean(centred**2, axis=-1))
    skewness = np.mean(centred**3, axis=-1) / spread**1.5
    excess = np.mean(centred**4, axis=-1) / spread**2 - 3.0
    return np.where(flat[..., 0], 0.0, skewness), np.where(flat[..., 0], 0.0, excess)


def _steepest_fall(low: float, high: float, s: np.ndarray, k: np.ndarray) -> np.ndarray:
    """Least slope of the expansion between two z: it is a parabola, least at an end or at its turning point."""
    a, b, c = k / 8 - s * s / 6, s / 3, 1 - k / 8 + 5 * s * s / 36
    turn = np.clip(-b / np.where(a > 0, 2 * a, np.inf), low, high)  # where a ≤ 0 an end is least
    ends = np.minimum((a * low + b) * low + c, (a * high + b) * high + c)
    return np.minimum(ends, (a * turn + b) * turn + c)
