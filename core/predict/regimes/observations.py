"""What the hidden states are told by: one bar's return and range, and how straight the price has come."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

PATH_BARS = 20
"""Bars over which efficiency is measured (Kaufman 1995): |ln close change| / Σ|one-bar changes|, 0 … 1."""
_FLOOR = 0.05
"""Of the median range, added before the logarithm: a bar that stood still has no logarithm of its own."""
_FARTHEST = 6.0
"""Robust deviations at which an observation is cut: one bad tick must not become a regime."""


@dataclass(frozen=True, slots=True, eq=False)
class Scaling:
    """How observations are centred and scaled; measured in the training part and kept."""

    floor: float
    """Added to the log of high over low before its own logarithm."""
    centre: np.ndarray
    """(3,) medians."""
    scale: np.ndarray
    """(3,) quartile distance / 1.349, the standard deviation of a normal sample."""


def fit_scaling(bars: pd.DataFrame) -> Scaling | None:
    """Median and quartiles of the observations; None where the price hardly moves and nothing can be scaled."""
    if len(bars) <= PATH_BARS:
        return None
    floor = _FLOOR * float(np.median(np.log(bars["high"].to_numpy() / bars["low"].to_numpy())))
    if not floor > 0.0:
        return None
    low, centre, high = np.quantile(raw_observations(bars, floor)[PATH_BARS:], (0.25, 0.5, 0.75), axis=0)
    scale = (high - low) / 1.349
    return Scaling(floor, centre, scale) if (scale > 0.0).all() else None


def observations(bars: pd.DataFrame, scaling: Scaling) -> np.ndarray:
    """(n, 3) scaled log return, log range and efficiency; null in the first PATH_BARS rows.

    Row t looks at bars t − PATH_BARS … t and at nothing else.
    """
    raw = raw_observations(bars, scaling.floor)
    return np.asarray(np.clip((raw - scaling.centre) / scaling.scale, -_FARTHEST, _FARTHEST))


def raw_observations(bars: pd.DataFrame, floor: float) -> np.ndarray:
    """The same in their own units: log return, ln(ln(high / low) + floor), efficiency."""
    # Here and not above: numba takes a second to import.
    from core.predict.regimes.kernel import observe

    high, low, close = (
        np.ascontiguousarray(bars[name].to_numpy(), dtype=np.float64) for name in ("high", "low", "close")
    )
    return np.asarray(observe(high, low, close, floor, PATH_BARS))
