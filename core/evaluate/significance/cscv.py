"""Every way of halving the blocks of many return series, compiled."""

import math

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def _ratio(total: float, squares: float, count: float) -> float:
    """Sharpe ratio from sums; −inf and inf keep a rank where nothing varies."""
    mean = total / count
    spread = squares - mean * total
    if spread <= 1e-12 * squares or count < 2:
        return 0.0 if mean == 0.0 else (math.inf if mean > 0.0 else -math.inf)
    return mean / math.sqrt(spread / (count - 1.0))


@njit(cache=True, nogil=True)
def halve(
    sums: np.ndarray, squares: np.ndarray, counts: np.ndarray, splits: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Choose the best of one half and look where it stands in the other, for each split.

    Args:
        sums, squares: of each block and strategy, (blocks, strategies).
        counts: bars in each block.
        splits: blocks of the first half, (splits, blocks / 2).

    Returns:
        For each split: row of the chosen strategy, its Sharpe ratio in the first half and in the second, and its
        rank there (1 the worst; ties share the middle of theirs).
    """
    blocks, strategies = sums.shape
    whole, whole_squares = np.zeros(strategies), np.zeros(strategies)
    bars = 0.0
    for b in range(blocks):
        bars += counts[b]
        for j in range(strategies):
            whole[j] += sums[b, j]
            whole_squares[j] += squares[b, j]
    k = len(splits)
    chosen, rank = np.empty(k, np.int64), np.empty(k)
    inside, outside = np.empty(k), np.empty(k)
    first, first_squares = np.empty(strategies), np.empty(strategies)
    later = np.empty(strategies)
    for i in range(k):
        first[:] = 0.0
        first_squares[:] = 0.0
        count = 0.0
        for b in splits[i]:
            count += counts[b]
            for j in range(strategies):
                first[j] += sums[b, j]
                first_squares[j] += squares[b, j]
        best, at = -math.inf, 0
        for j in range(strategies):
            ratio = _ratio(first[j], first_squares[j], count)
            if ratio > best:
                best, at = ratio, j
            later[j] = _ratio(whole[j] - first[j], whole_squares[j] - first_squares[j], bars - count)
        below, level = 0, 0
        for j in range(strategies):
            if later[j] < later[at]:
                below += 1
            elif later[j] == later[at]:
                level += 1
        chosen[i], inside[i], outside[i] = at, best, later[at]
        rank[i] = below + 0.5 * (level + 1)
    return chosen, inside, outside, rank
