"""Figures of forecasts as time went by: was it good all the time, and did the intervals hold?"""

import numpy as np
import pandas as pd

from core.evaluate.forecasts.frame import horizon_bars, probabilities, quantiles
from core.evaluate.forecasts.intervals import inside
from core.evaluate.forecasts.scoring import brier_losses
from core.evaluate.metrics import wilson


def rolling_window(frame: pd.DataFrame) -> int:
    """Rows of a moving window: ten horizons, at least 50 and a twentieth of the rows, at most a third of them."""
    rows = len(frame)
    return max(1, min(max(10 * horizon_bars(frame), 50, rows // 20), rows // 3))


def rolling_skill(frame: pd.DataFrame, window: int | None = None) -> pd.DataFrame:
    """Brier skill against the base rate over the last `window` scored rows, known at the end of each row's horizon.

    Returns:
        Columns skill, and running: that of all rows so far. Indexed as the frame; NaN before the first whole window.
    """
    width = window or rolling_window(frame)
    outcome = frame["outcome"].to_numpy(dtype=int)
    model = pd.Series(brier_losses(outcome, probabilities(frame)), frame.index)
    base = pd.Series(brier_losses(outcome, probabilities(frame, "base")), frame.index)
    recent = 1.0 - model.rolling(width).mean() / base.rolling(width).mean()
    running = 1.0 - model.expanding(width).mean() / base.expanding(width).mean()
    return pd.DataFrame({"skill": recent, "running": running})


def rolling_coverage(frame: pd.DataFrame, window: int | None = None) -> pd.DataFrame:
    """Share of returns that the intervals held over the last `window` scored rows.

    Returns:
        Columns coverage (5 … 95 %), half (25 … 75 %), and low, high: where nine in ten windows of a perfect 90 %
        interval would lie, by the independent rows of a window. Empty without quantiles.
    """
    width = window or rolling_window(frame)
    forward, levels = frame["forward"].to_numpy(dtype=float), quantiles(frame)
    wide, half = (pd.Series(inside(forward, levels, half), frame.index) for half in (False, True))
    if not wide.notna().any():
        return pd.DataFrame(columns=["coverage", "half", "low", "high"], index=frame.index[:0])
    independent = max(width / horizon_bars(frame), 1.0)
    low, high = wilson(0.9 * independent, independent, z=1.6448536269514722) or (0.0, 1.0)
    least = max(width // 2, 1)
    return pd.DataFrame(
        {
            "coverage": wide.rolling(width, min_periods=least).mean(),
            "half": half.rolling(width, min_periods=least).mean(),
            "low": np.full(len(frame), low),
            "high": np.full(len(frame), min(high, 1.0)),
        },
        index=frame.index,
    )
