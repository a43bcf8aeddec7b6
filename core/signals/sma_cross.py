"""Moving-average cross: with the trend while the fast average is on its side of the slow one."""

import numpy as np
import pandas as pd

from core.signals.strategy import Opinion, Strategy, opinion


def decide(bars: pd.DataFrame, features: pd.DataFrame) -> Opinion:
    """Up while SMA 20 is above SMA 50, down while below.

    Confidence grows with the distance of the averages: 0.4 at none, 0.12 more for each ATR, 1 from five on. About a
    tenth of all hours of the sample are then confident enough to trade on this rule alone.
    """
    distance = _distance(features)
    return opinion(np.sign(distance), np.abs(distance) / 5.0, 0.4 + 0.12 * np.abs(distance))


def explain(bars: pd.DataFrame, features: pd.DataFrame) -> str:
    """The averages and their distance."""
    fast, slow = float(features["sma_20"].iloc[-1]), float(features["sma_50"].iloc[-1])
    distance = float(_distance(features)[-1])
    if not np.isfinite(distance):
        return "Too few bars for the averages of 20 and 50."
    side = "above" if distance > 0 else "below" if distance < 0 else "on"
    return f"SMA 20 ({fast:,.2f}) is {side} SMA 50 ({slow:,.2f}), {abs(distance):.1f} ATR apart."


def _distance(features: pd.DataFrame) -> np.ndarray:
    gap = features["sma_20"].to_numpy() - features["sma_50"].to_numpy()
    span = features["atr_14"].to_numpy()
    return np.divide(gap, span, out=np.full(len(gap), np.nan), where=span > 0)


SMA_CROSS = Strategy(
    name="sma_cross",
    title="Moving-average cross (20 / 50)",
    description="Follows the trend: long while the 20-bar average is above the 50-bar one, short while below.",
    horizon="medium",
    decide=decide,
    explain=explain,
)
