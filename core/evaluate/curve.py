"""Sums over long curves, compiled: one pass each, nothing stored."""

import math

import numpy as np
from numba import njit


@njit(cache=True)
def moments(returns: np.ndarray) -> tuple[float, float, float]:
    """Mean, sample standard deviation (ddof 1; 0 for fewer than two) and downside deviation √mean(min(r, 0)²)."""
    n = len(returns)
    if n == 0:
        return 0.0, 0.0, 0.0
    total = down = squares = 0.0
    for x in returns:
        total += x
        if x < 0.0:
            down += x * x
    mean = total / n
    for x in returns:
        squares += (x - mean) ** 2
    deviation = math.sqrt(squares / (n - 1)) if n > 1 else 0.0
    return mean, deviation, math.sqrt(down / n)


@njit(cache=True)
def worst_fall(equity: np.ndarray) -> float:
    """Largest fall from a peak, as a negative fraction of the peak; 0 for a curve that never falls."""
    worst = 0.0
    peak = -math.inf
    for x in equity:
        if x > peak:
            peak = x
        elif x / peak - 1.0 < worst:
            worst = x / peak - 1.0
    return worst
