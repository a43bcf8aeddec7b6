"""Compiled: bars at which the price turned, and how far a bar usually reaches."""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def fractals(high, low, span):
    """Where a high (low) stands above (below) the `span` bars on either side: two (n,) bool.

    Of equal highs the first counts. Row i is known from row i + span.
    """
    n = len(high)
    tops, bottoms = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    for i in range(span, n - span):
        top = bottom = True
        for j in range(1, span + 1):
            top = top and high[i] > high[i - j] and high[i] >= high[i + j]
            bottom = bottom and low[i] < low[i - j] and low[i] <= low[i + j]
            if not (top or bottom):
                break
        tops[i], bottoms[i] = top, bottom
    return tops, bottoms


@njit(cache=True, nogil=True)
def usual_range(high, low, close, length):
    """Mean true range of the last `length` bars, (n,); null in the first `length`.

    Each mean is a sum of its own, so it is the same bit for bit wherever a history begins.
    """
    n = len(high)
    reach, mean = np.empty(n), np.full(n, np.nan)
    for i in range(1, n):
        reach[i] = max(high[i], close[i - 1]) - min(low[i], close[i - 1])
    for i in range(length, n):
        total = 0.0
        for j in range(i - length + 1, i + 1):
            total += reach[j]
        mean[i] = total / length
    return mean
