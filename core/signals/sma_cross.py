"""Moving-average cross: with the trend while the fast average is on its side of the slow one."""

from functools import partial

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from core.signals.indicators import sma
from core.signals.strategy import Opinion, Parameters, Strategy, opinion


class SmaCross(Parameters):
    """Lengths of the averages."""

    fast: int = Field(20, ge=2, le=500, description="Length of the fast average, in bars.")
    slow: int = Field(50, ge=3, le=1000, description="Length of the slow average, in bars.")

    @model_validator(mode="after")
    def _ordered(self) -> "SmaCross":
        if self.fast >= self.slow:
            raise ValueError(f"fast ({self.fast}) must be shorter than slow ({self.slow})")
        return self


def decide(bars: pd.DataFrame, features: pd.DataFrame, chosen: SmaCross) -> Opinion:
    """Up while the fast average is above the slow one, down while below.

    Confidence grows with the distance of the averages: 0.4 at none, 0.12 more for each ATR, 1 from five on. About a
    tenth of all hours of the sample are then confident enough to trade on this rule alone.
    """
    distance = _distance(bars, features, chosen)
    return opinion(np.sign(distance), np.abs(distance) / 5.0, 0.4 + 0.12 * np.abs(distance))


def explain(bars: pd.DataFrame, features: pd.DataFrame, chosen: SmaCross) -> str:
    """The averages and their distance."""
    distance = float(_distance(bars, features, chosen)[-1])
    if not np.isfinite(distance):
        return f"Too few bars for the averages of {chosen.fast} and {chosen.slow}."
    fast, slow = (sma(bars, features, length)[-1] for length in (chosen.fast, chosen.slow))
    side = "above" if distance > 0 else "below" if distance < 0 else "on"
    return (
        f"SMA {chosen.fast} ({fast:,.2f}) is {side} SMA {chosen.slow} ({slow:,.2f}), "
        f"{abs(distance):.1f} ATR apart."
    )


def _distance(bars: pd.DataFrame, features: pd.DataFrame, chosen: SmaCross) -> np.ndarray:
    """Fast minus slow average in ATR 14; NaN where unknown."""
    gap = sma(bars, features, chosen.fast) - sma(bars, features, chosen.slow)
    span = features["atr_14"].to_numpy()
    return np.divide(gap, span, out=np.full(len(gap), np.nan), where=span > 0)


def sma_cross(chosen: SmaCross) -> Strategy:
    """The strategy with these lengths."""
    return Strategy(
        name="sma_cross",
        title=f"Moving-average cross ({chosen.fast} / {chosen.slow})",
        description=f"Follows the trend: long while the {chosen.fast}-bar average is above the {chosen.slow}-bar one, "
        "short while below.",
        horizon="medium",
        decide=partial(decide, chosen=chosen),
        explain=partial(explain, chosen=chosen),
        parameters=chosen,
    )


SMA_CROSS = sma_cross(SmaCross())
