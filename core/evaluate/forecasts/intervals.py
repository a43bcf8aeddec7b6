"""How good quantiles and intervals were: pinball loss and coverage."""

import numpy as np

from core.records import QUANTILE_LEVELS


def pinball_losses(came: np.ndarray, quantile: np.ndarray, level: float) -> np.ndarray:
    """Loss of a quantile (Koenker & Bassett 1978), (n,): level · (y − q) above it, (1 − level) · (q − y) below."""
    gap = came - quantile
    return np.maximum(level * gap, (level - 1.0) * gap)


def pinball(came: np.ndarray, quantiles: np.ndarray, unit: np.ndarray) -> tuple[float, ...]:
    """Mean loss at each of QUANTILE_LEVELS over the rows that have quantiles, in units of `unit`; empty without any.

    Args:
        came: (n,) returns.
        quantiles: (n, 5).
        unit: (n,) what the losses are divided by, above 0.
    """
    known = np.isfinite(quantiles).all(axis=1) & np.isfinite(came) & (unit > 0.0)
    if not known.any():
        return ()
    return tuple(
        float((pinball_losses(came[known], quantiles[known, place], level) / unit[known]).mean())
        for place, level in enumerate(QUANTILE_LEVELS)
    )


def inside(came: np.ndarray, quantiles: np.ndarray, half: bool = False) -> np.ndarray:
    """1 where the return lay within the 5 … 95 % interval (25 … 75 % when `half`), 0 outside, NaN unknown; (n,)."""
    low, high = (quantiles[:, 1], quantiles[:, 3]) if half else (quantiles[:, 0], quantiles[:, 4])
    held = ((came >= low) & (came <= high)).astype(float)
    return np.where(np.isfinite(low) & np.isfinite(high) & np.isfinite(came), held, np.nan)


def coverage(came: np.ndarray, quantiles: np.ndarray, half: bool = False) -> float | None:
    """Share of the known rows that the interval held; None without quantiles."""
    held = inside(came, quantiles, half)
    known = held[np.isfinite(held)]
    return float(known.mean()) if len(known) else None
