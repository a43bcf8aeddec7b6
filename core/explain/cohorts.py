"""Do the reasons differ between two groups of forecasts?"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class CohortComparison:
    """Contributions in two groups of rows, feature by feature."""

    rows: tuple[int, int]
    mean: tuple[np.ndarray, np.ndarray]
    """(f,) mean contribution in each group: which way a feature pushed on average."""
    size: tuple[np.ndarray, np.ndarray]
    """(f,) mean |contribution| in each group: how much it mattered."""
    difference: np.ndarray
    """(f,) mean of the first group less mean of the second."""
    low: np.ndarray
    """(f,) 95 % interval of that difference; wide, because neighbouring rows are alike."""
    high: np.ndarray

    @property
    def clear(self) -> np.ndarray:
        """(f,) whether the interval leaves out zero."""
        return (self.low > 0.0) | (self.high < 0.0)


def compare_cohorts(
    shares: np.ndarray, one: np.ndarray, other: np.ndarray, block: int
) -> CohortComparison | None:
    """Compare mean contributions of two groups of rows.

    Forecasts of neighbouring bars are nearly the same forecast, so rows of one stretch of time count once: the
    interval is that of the means of blocks of `block` consecutive rows (a cluster-robust standard error).

    Args:
        shares: (n, f) contributions in time order.
        one, other: (n,) bool, who belongs to which group.
        block: rows of a stretch; at least the horizon in bars.

    Returns:
        None when either group has rows in fewer than two stretches.
    """
    stretch = np.arange(len(shares)) // max(block, 1)
    first, second = (_clustered_mean(shares[group], stretch[group]) for group in (one, other))
    if first is None or second is None:
        return None
    difference = first[0] - second[0]
    half = 1.959964 * np.sqrt(first[1] + second[1])
    return CohortComparison(
        rows=(int(one.sum()), int(other.sum())),
        mean=(first[0], second[0]),
        size=(np.abs(shares[one]).mean(axis=0), np.abs(shares[other]).mean(axis=0)),
        difference=difference,
        low=difference - half,
        high=difference + half,
    )


def _clustered_mean(shares: np.ndarray, stretch: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Mean (f,) and the variance of that mean (f,), rows of a stretch taken as one draw."""
    groups, place = np.unique(stretch, return_inverse=True)
    many = len(groups)
    if many < 2:
        return None
    mean = shares.mean(axis=0)
    sums = np.zeros((many, shares.shape[1]))
    np.add.at(sums, place, shares - mean)
    return mean, many / (many - 1) * (sums**2).sum(axis=0) / len(shares) ** 2
