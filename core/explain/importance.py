"""Which features matter in general, and whether they go on mattering: mean |SHAP| and its rank stability."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

STEADY = 0.7
"""Rank correlation of importances below which the reasons drift; METHOD.md §8."""

_FEWEST = 20
"""Rows of a window below which its importance is noise."""


@dataclass(frozen=True, slots=True, eq=False)
class ReasonsOverTime:
    """Importance per window of consecutive rows, and how alike neighbours are."""

    first: np.ndarray
    """(w,) row that each window begins with."""
    stop: np.ndarray
    """(w,) row that it ends before."""
    importance: np.ndarray
    """(w, f) mean |SHAP|."""
    adjacent: np.ndarray
    """(w − 1,) Spearman correlation of neighbours; null where a window has no contributions."""

    @property
    def steadiness(self) -> float:
        """The lowest correlation of neighbours; null with fewer than two windows."""
        known = self.adjacent[~np.isnan(self.adjacent)]
        return float(known.min()) if len(known) else float("nan")


def importance(shares: np.ndarray) -> np.ndarray:
    """Mean |SHAP| over the rows: (n, f) → (f,)."""
    return np.abs(shares).mean(axis=0) if len(shares) else np.zeros(shares.shape[1])


def reasons_over_time(shares: np.ndarray, windows: int) -> ReasonsOverTime:
    """Cut the rows into windows of equal length and compare neighbours by rank.

    Args:
        shares: (n, f) contributions in time order.
        windows: how many; fewer where they would be shorter than 20 rows.
    """
    rows = len(shares)
    edges = np.linspace(0, rows, max(min(windows, rows // _FEWEST), 1) + 1).astype(int)
    per_window = np.stack([importance(shares[a:b]) for a, b in pairwise(edges)])
    adjacent = [rank_correlation(a, b) for a, b in pairwise(per_window)]
    return ReasonsOverTime(edges[:-1], edges[1:], per_window, np.array(adjacent))


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman correlation of two importances (f,); null when either is constant."""
    from scipy.stats import spearmanr

    if np.ptp(one) == 0.0 or np.ptp(other) == 0.0:
        return float("nan")
    return float(spearmanr(one, other).statistic)


def seed_agreement(importances: Sequence[np.ndarray]) -> np.ndarray:
    """Spearman correlation of every pair of importances, each of a model trained with another seed."""
    return np.array([rank_correlation(one, other) for one, other in combinations(importances, 2)])
