"""Exact quantiles of many rows, compiled."""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def row_quantiles(rows: np.ndarray, shares: np.ndarray, first: int, last: int, out: np.ndarray) -> None:
    """Exact linear quantiles of the rows first … last − 1 of a matrix, without sorting all of it.

    A count in equal bins tells in which of them the wanted ranks lie; only what is in those is sorted. Hyndman & Fan
    (1996) type 7, as numpy's default.

    Args:
        rows: (k, n) without NaN.
        shares: 0 … 1, ascending, (q,).
        out: (k, q), filled.
    """
    n, wanted, bins = rows.shape[1], len(shares), 1024
    counts, slot = np.empty(bins, np.int64), np.empty(n, np.uint32)
    chosen, before = np.empty(bins, np.int64), np.empty(bins, np.int64)
    near = np.empty(n)
    for k in range(first, last):
        row = rows[k]
        low = high = row[0]
        for i in range(n):
            x = row[i]
            low = x if x < low else low
            high = x if x > high else high
        if high <= low:
            out[k] = low
            continue
        scale = (bins - 1) / (high - low)
        counts[:] = 0
        for i in range(n):
            slot[i] = np.uint32(np.int32((row[i] - low) * scale))
        for i in range(n):
            counts[slot[i]] += 1
        chosen[:] = 0
        for q in range(wanted):
            rank = int(shares[q] * (n - 1))
            for target in (rank, min(rank + 1, n - 1)):
                seen = 0
                b = -1
                while seen <= target:
                    b += 1
                    seen += counts[b]
                chosen[b] = 1
        left_out = 0
        for b in range(bins):
            before[b] = left_out
            left_out += counts[b] * (1 - chosen[b])
        m = 0
        for i in range(n):
            near[m] = row[i]
            m += chosen[slot[i]]
        some = near[:m]
        some.sort()
        for q in range(wanted):
            place = shares[q] * (n - 1)
            rank = int(place)
            out[k, q] = _between(some, counts, before, rank, min(rank + 1, n - 1), place - rank)


@njit(cache=True, nogil=True)
def _between(
    some: np.ndarray, counts: np.ndarray, before: np.ndarray, rank: int, following: int, share: float
) -> float:
    one = some[rank - _skipped(counts, before, rank)]
    other = some[following - _skipped(counts, before, following)]
    return one + share * (other - one)


@njit(cache=True, nogil=True)
def _skipped(counts: np.ndarray, before: np.ndarray, rank: int) -> int:
    """How many values of bins that were left out lie below the value of this rank."""
    seen = 0
    b = -1
    while seen <= rank:
        b += 1
        seen += counts[b]
    return before[b]
