"""Does what is called 30 % happen 30 times in a hundred?"""

import numpy as np

from core.evaluate.forecasts.frame import CLASSES
from core.evaluate.metrics import wilson
from core.records import ReliabilityBin

MOST_BINS = 10
_WORTH = 15.0
"""Independent labels that a bin should hold."""
_EPSILON = 1e-9
"""Lets 0.6 · 5 fall into the bin that begins at 3, whatever its last bit."""


def bins_for(effective: float) -> int:
    """Bins that so many independent rows can fill: 3 … 10."""
    return min(max(int(effective / _WORTH), 3), MOST_BINS)


def calibration_error(
    came: np.ndarray, forecast: np.ndarray, bins: int = MOST_BINS, equal_width: bool = False
) -> float:
    """Expected calibration error: mean over rows of |mean forecast − share that came| of their bin (Naeini et al. 2015).

    It depends on the bins (METHOD.md §3: .215 or .185 or .205 for the same ten rows), so it is never the sole gate.

    Args:
        came: (n,) bool.
        forecast: (n,) probabilities of it.
        equal_width: bins [k/b, (k+1)/b) instead of bins of equally many rows.
    """
    number = _widths(forecast, bins) if equal_width else _counts(forecast, bins)
    gaps = np.bincount(number, weights=forecast - came.astype(float))
    return float(np.abs(gaps).sum() / len(forecast)) if len(forecast) else 0.0


def reliability(
    outcome: np.ndarray, probability: np.ndarray, effective: float, bins: int = 0
) -> tuple[ReliabilityBin, ...]:
    """Bins of equally many rows for each class, with Wilson 95 % intervals at the bin's effective rows.

    Args:
        effective: independent rows that all rows together amount to.
        bins: 0 takes `bins_for`.
    """
    bins = bins or bins_for(effective)
    found: list[ReliabilityBin] = []
    worth = effective / len(outcome) if len(outcome) else 0.0
    for number, name in enumerate(CLASSES):
        forecast, came = probability[:, number], outcome == number
        members = _counts(forecast, bins)
        for label in np.unique(members):
            rows = members == label
            count = int(rows.sum())
            share = float(came[rows].mean())
            low, high = wilson(share * count * worth, count * worth) or (0.0, 1.0)
            found.append(
                ReliabilityBin(
                    name, float(forecast[rows].mean()), share, max(low, 0.0), min(high, 1.0), count
                )
            )
    return tuple(found)


def _widths(forecast: np.ndarray, bins: int) -> np.ndarray:
    return np.clip(np.floor(forecast * bins + _EPSILON).astype(int), 0, bins - 1)


def _counts(forecast: np.ndarray, bins: int) -> np.ndarray:
    """Equal forecasts always share a bin, so there may be fewer."""
    if not len(forecast):
        return np.empty(0, dtype=int)
    inner = np.unique(np.quantile(forecast, np.arange(1, bins) / bins))
    return np.searchsorted(inner, forecast, side="left")
