"""Risk figures of equity curves, compiled: a row at a time, which stays in the first cache while it is read again."""

import math

import numpy as np
from numba import njit

_LEAST = 1e-15
_LOOSE = {"reassoc", "contract", "nsz"}
"""Sums may be taken in lanes: only the order of adding is left open, NaN stays NaN."""


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_LOOSE)
def _returns(curve: np.ndarray, out: np.ndarray) -> float:
    """Simple returns into `out`, and their sum."""
    total = 0.0
    for i in range(len(out)):
        out[i] = curve[i + 1] / curve[i] - 1.0
        total += out[i]
    return total


@njit(cache=True, nogil=True, error_model="numpy", fastmath=_LOOSE)
def _squares(x: np.ndarray, mean: float) -> tuple[float, float]:
    """Sums of squared deviations and of squared losses."""
    around = down = 0.0
    for i in range(len(x)):
        around += (x[i] - mean) * (x[i] - mean)
        low = x[i] if x[i] < 0.0 else 0.0
        down += low * low
    return around, down


@njit(cache=True, nogil=True, error_model="numpy")
def _deepest(curve: np.ndarray) -> float:
    """Worst fall from a peak; a division only where the curve is at a new depth below its peak."""
    peak = curve[0]
    worst = 1.0
    for x in curve:
        peak = x if x > peak else peak  # a selection, not a branch to be guessed
        if x < worst * peak:
            worst = x / peak
    return worst - 1.0


@njit(cache=True, nogil=True, error_model="numpy")
def _below(x: np.ndarray, bound: float, near: np.ndarray) -> int:
    """Gather what lies at or below a bound; no branch, so that nothing is guessed wrongly."""
    found = 0
    for i in range(len(x)):
        near[found] = x[i]
        found += x[i] <= bound
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def _split_off(x: np.ndarray, count: int, k: int) -> None:
    """Hoare's selection: the k + 1 smallest of the first `count` come first, the largest of them at k."""
    low, high = 0, count - 1
    while low < high:
        pivot = x[(low + high) >> 1]
        i, j = low, high
        while i <= j:
            while x[i] < pivot:
                i += 1
            while pivot < x[j]:
                j -= 1
            if i <= j:
                x[i], x[j] = x[j], x[i]
                i += 1
                j -= 1
        if k <= j:
            high = j
        elif k >= i:
            low = i
        else:
            return


@njit(cache=True, nogil=True, error_model="numpy")
def _tail(x: np.ndarray, tail: float, bound: float, step: float, near: np.ndarray) -> tuple[float, float]:
    """Linear quantile of the worst share, and the mean of what lies up to its lower rank.

    Only what lies below `bound` is selected from; where that is too little, the bound is raised in growing steps.
    """
    position = tail * (len(x) - 1)
    k = int(position)
    found = _below(x, bound, near)
    while found < min(k + 2, len(x)):
        bound = bound + step if math.isfinite(bound + step) and step > 0.0 else math.inf
        step *= 2.0
        found = _below(x, bound, near)
    _split_off(near, found, k)
    total = 0.0
    for i in range(k + 1):
        total += near[i]
    here = near[k]
    after = here
    if k + 1 < found:
        after = near[k + 1]
        for i in range(k + 2, found):
            after = min(after, near[i])
    return here + (position - k) * (after - here), total / (k + 1)


@njit(cache=True, nogil=True, error_model="numpy")
def measure_rows(
    curves: np.ndarray,
    first: int,
    last: int,
    bars_per_year: float,
    tail: float,
    reach: float,
    out: np.ndarray,
) -> None:
    """Rows `first` to `last` of (n, bars) into the columns of (6, n): see core.evaluate.many.ManyMetrics.

    `reach`: deviations below the mean where the search for the tail begins; it decides the speed only.
    """
    n = curves.shape[1] - 1
    x, near = np.empty(n), np.empty(n + 1)
    root = math.sqrt(bars_per_year)
    for j in range(first, last):
        curve = curves[j]
        total = _returns(curve, x)
        if not math.isfinite(total):
            out[:, j] = math.nan
            continue
        mean = total / n
        around, down = _squares(x, mean)
        deviation = math.sqrt(around / (n - 1)) if n > 1 else 0.0
        downside = math.sqrt(down / n)
        fall = _deepest(curve)
        growth = (curve[n] / curve[0]) ** (bars_per_year / n) - 1.0
        out[0, j] = mean / deviation * root if deviation > _LEAST else math.nan
        out[1, j] = mean / downside * root if downside > _LEAST else math.nan
        out[2, j] = growth / -fall if fall < 0.0 else math.nan
        out[3, j] = fall
        out[4, j], out[5, j] = _tail(x, tail, mean - reach * deviation, 0.3 * deviation, near)
