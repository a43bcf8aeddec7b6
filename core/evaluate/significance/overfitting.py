"""Probability of backtest overfitting: does the best of many configurations stay good on data it was not chosen on?"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Overfitting:
    """Combinatorially symmetric cross-validation of one matrix of returns."""

    pbo: float
    """Share of splits in which the best of one half lies at or below the median of the other."""
    logits: np.ndarray
    """For each split, log odds of the relative rank in the other half; (splits,)."""
    chosen: np.ndarray
    """Column of the strategy that was best in the first half; (splits,)."""
    inside: np.ndarray
    """Its per-bar Sharpe ratio there; (splits,). Not finite where it never varied."""
    outside: np.ndarray
    """Its per-bar Sharpe ratio in the other half; (splits,). Not finite where it never varied."""
    loss: float
    """Share of splits in which it lost money in the other half."""
    blocks: int
    bars: int
    strategies: int


def overfitting(returns: np.ndarray, blocks: int = 16) -> Overfitting:
    """PBO by CSCV, over all ways of halving the blocks (Bailey, Borwein, López de Prado & Zhu 2017).

    Args:
        returns: per bar and strategy, (bars, strategies), finite; bars aligned.
        blocks: even; 16 give 12,870 splits. Blocks differ by at most one bar, and no bar is left out.

    Raises:
        ValueError: fewer than two strategies, an odd number of blocks or more than 20, or fewer than two bars a block.
    """
    matrix = np.asarray(returns, dtype=float)
    if matrix.ndim != 2 or matrix.shape[1] < 2:
        raise ValueError("PBO compares strategies: it needs the returns of two or more.")
    if blocks % 2 or not 2 <= blocks <= 20:
        raise ValueError(f"PBO halves its blocks: {blocks} is not an even number from 2 to 20.")
    if len(matrix) < 2 * blocks:
        raise ValueError(f"{len(matrix)} bars are too few for {blocks} blocks: at least {2 * blocks}.")
    if not np.isfinite(matrix).all():
        raise ValueError("PBO needs finite returns: drop the strategies that were ruined.")
    # here, because numba is slow to import and the app starts without it
    from core.evaluate.significance.cscv import halve

    edges = np.linspace(0, len(matrix), blocks + 1).astype(np.int64)
    scaled = matrix / (np.abs(matrix).max(axis=0) + (matrix == 0.0).all(axis=0))
    sums = np.add.reduceat(scaled, edges[:-1], axis=0)
    squares = np.add.reduceat(scaled * scaled, edges[:-1], axis=0)
    splits = np.array(list(combinations(range(blocks), blocks // 2)))
    chosen, inside, outside, rank = halve(sums, squares, np.diff(edges).astype(float), splits)
    relative = rank / (matrix.shape[1] + 1)
    logits = np.log(relative / (1.0 - relative))
    return Overfitting(
        pbo=float((logits <= 0.0).mean()),
        logits=logits,
        chosen=chosen,
        inside=inside,
        outside=outside,
        loss=float((outside < 0.0).mean()),
        blocks=blocks,
        bars=len(matrix),
        strategies=matrix.shape[1],
    )
