"""Swing: with the trend, after a pull-back that has ended."""

from functools import partial

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from core.signals.indicators import before, last_event, sma
from core.signals.strategy import Opinion, Parameters, Strategy, opinion


class Swing(Parameters):
    """Trend, pull-back and how long it counts."""

    pull: int = Field(20, ge=3, le=200, description="Average that the price must come back to, in bars.")
    fast: int = Field(50, ge=5, le=400, description="Fast average of the trend, in bars.")
    slow: int = Field(200, ge=10, le=1000, description="Slow average of the trend, in bars.")
    recent: int = Field(5, ge=1, le=50, description="Bars in which the turn must follow the pull-back.")
    hold: int = Field(12, ge=1, le=200, description="Bars that the opinion lasts while the trend does.")

    @model_validator(mode="after")
    def _ordered(self) -> "Swing":
        if not self.pull < self.fast < self.slow:
            raise ValueError(f"pull ({self.pull}) < fast ({self.fast}) < slow ({self.slow}) must hold")
        return self


def decide(bars: pd.DataFrame, features: pd.DataFrame, chosen: Swing) -> Opinion:
    """Up when the fast average is above the slow one, a low has touched the pull-back average within the last bars,
    and the close is above that average and the high before; it lasts while the trend holds. Down the other way round.

    Confidence is 0.5 at no trend and 0.05 more for each ATR that the averages are apart, 1 from ten on.
    """
    close = bars["close"].to_numpy()
    near, gap = sma(bars, features, chosen.pull), _gap(bars, features, chosen)
    sides = []
    for way, touched, turned in (
        (1.0, bars["low"].to_numpy() <= near, close > before(bars["high"].to_numpy())),
        (-1.0, bars["high"].to_numpy() >= near, close < before(bars["low"].to_numpy())),
    ):
        place, age = last_event(touched)
        pulled = (place >= 0) & (age <= chosen.recent)
        happened = pulled & turned & (way * (close - near) > 0) & (way * gap > 0)
        place, age = last_event(happened)
        sides.append((place >= 0) & (age < chosen.hold) & (way * gap > 0))
    size = np.abs(gap)
    return opinion(sides[0].astype(float) - sides[1].astype(float), size / 10.0, 0.5 + 0.05 * size)


def explain(bars: pd.DataFrame, features: pd.DataFrame, chosen: Swing) -> str:
    """The trend and where the price stands in it."""
    gap = float(_gap(bars, features, chosen)[-1])
    if not np.isfinite(gap):
        return f"Too few bars for the averages of {chosen.fast} and {chosen.slow}."
    close, near = float(bars["close"].iloc[-1]), float(sma(bars, features, chosen.pull)[-1])
    trend = "up" if gap > 0 else "down" if gap < 0 else "neither way"
    said = decide(bars, features, chosen).direction[-1]
    verdict = f"a pull-back has ended within {chosen.hold} bars" if said else "no pull-back has ended lately"
    return (
        f"The trend is {trend} (SMA {chosen.fast} {gap:+.1f} ATR from SMA {chosen.slow}); the close {close:,.2f} is "
        f"{'above' if close > near else 'below'} SMA {chosen.pull} ({near:,.2f}): {verdict}."
    )


def _gap(bars: pd.DataFrame, features: pd.DataFrame, chosen: Swing) -> np.ndarray:
    """Fast minus slow average in ATR 14; null where unknown."""
    gap, atr = (
        sma(bars, features, chosen.fast) - sma(bars, features, chosen.slow),
        features["atr_14"].to_numpy(),
    )
    return np.divide(gap, atr, out=np.full(len(gap), np.nan), where=atr > 0)


def swing(chosen: Swing) -> Strategy:
    """The strategy with these numbers."""
    return Strategy(
        name="swing",
        title=f"Swing (trend {chosen.fast} / {chosen.slow} and pull-back)",
        description=f"With the trend of the averages of {chosen.fast} and {chosen.slow} bars, after the price has come "
        f"back to that of {chosen.pull} and turned.",
        horizon="medium",
        decide=partial(decide, chosen=chosen),
        explain=partial(explain, chosen=chosen),
        parameters=chosen,
    )


SWING = swing(Swing())
