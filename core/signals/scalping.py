"""Scalping: a quick turn back after a stretch of the bands, once momentum turns and bars are wide enough to pay."""

from functools import partial

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from core.signals.indicators import before, bollinger, last_event, macd_histogram, rsi
from core.signals.strategy import Opinion, Parameters, Strategy, opinion


class Scalping(Parameters):
    """Bollinger bands, RSI, MACD and ATR of the rule."""

    band: int = Field(20, ge=5, le=200, description="Length of the Bollinger bands, in bars.")
    width: float = Field(2.0, gt=0, le=5, description="Half-width of the bands, in standard deviations.")
    rsi: int = Field(7, ge=2, le=100, description="Length of the RSI, in bars.")
    extreme: float = Field(
        25.0,
        gt=0,
        lt=50,
        description="RSI below this, or above 100 minus this, is stretched, in points.",
    )
    fast: int = Field(12, ge=2, le=100, description="Length of the MACD's fast average, in bars.")
    slow: int = Field(26, ge=3, le=200, description="Length of the MACD's slow average, in bars.")
    signal: int = Field(9, ge=2, le=100, description="Length of the MACD's signal line, in bars.")
    recent: int = Field(3, ge=1, le=20, description="Bars in which the turn must follow the stretch.")
    least_range: float = Field(
        0.002,
        ge=0,
        le=0.1,
        description="Least ATR 14 as a share of the price: narrower bars do not pay for the trade.",
        json_schema_extra={"unit": "%"},
    )

    @model_validator(mode="after")
    def _ordered(self) -> "Scalping":
        if self.fast >= self.slow:
            raise ValueError(f"fast ({self.fast}) must be shorter than slow ({self.slow})")
        return self


def decide(bars: pd.DataFrame, features: pd.DataFrame, chosen: Scalping) -> Opinion:
    """Up when the close was below the lower band with an extreme RSI within the last bars and the MACD's histogram
    now rises; down the other way round; nothing while the ATR is too small a share of the price.

    Confidence is 0.6 and grows with how extreme the RSI was, to 1 at 15 points beyond.
    """
    close = bars["close"].to_numpy()
    strength, histogram, wide = _inputs(bars, features, chosen)
    low, high = bollinger(bars, features, chosen.band, chosen.width)
    turn = histogram - before(histogram)
    known = np.isfinite(strength) & np.isfinite(turn) & np.isfinite(low)
    sides = []
    for under, way in (
        ((close < low) & (strength < chosen.extreme), 1.0),
        ((close > high) & (strength > 100.0 - chosen.extreme), -1.0),
    ):
        place, age = last_event(under & known)
        now = (place >= 0) & (age < chosen.recent) & (way * turn > 0) & wide & known
        beyond = chosen.extreme - np.where(way > 0, strength, 100.0 - strength)[np.maximum(place, 0)]
        sides.append((now, np.where(now, beyond, 0.0)))
    (up, deep), (down, tall) = sides
    beyond = np.where(up, deep, tall)
    return opinion(up.astype(float) - down.astype(float), beyond / chosen.extreme, 0.6 + 0.4 * beyond / 15.0)


def explain(bars: pd.DataFrame, features: pd.DataFrame, chosen: Scalping) -> str:
    """RSI, the MACD's turn and the width of the bars."""
    strength, histogram, _ = _inputs(bars, features, chosen)
    low, high = (band[-1] for band in bollinger(bars, features, chosen.band, chosen.width))
    close, atr = float(bars["close"].iloc[-1]), float(features["atr_14"].iloc[-1])
    if len(bars) < 2 or not np.isfinite(strength[-1] + histogram[-1] + histogram[-2] + low + atr):
        return f"Too few bars for RSI {chosen.rsi}, the bands and the MACD."
    place = (
        "below the lower band"
        if close < low
        else "above the upper band"
        if close > high
        else "inside the bands"
    )
    turn = "rises" if histogram[-1] > histogram[-2] else "falls"
    share = atr / close
    words = f"The close {close:,.2f} is {place}, RSI {chosen.rsi} is {strength[-1]:.0f}, the MACD's histogram {turn}"
    if share < chosen.least_range:
        return f"{words}; the ATR is {share:.2%} of the price, too little to pay for a trade ({chosen.least_range:.2%})."
    return f"{words}, the ATR is {share:.2%} of the price."


def _inputs(
    bars: pd.DataFrame, features: pd.DataFrame, chosen: Scalping
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """RSI, histogram of the MACD, and whether the bars are wide enough."""
    wide = features["atr_14"].to_numpy() >= chosen.least_range * bars["close"].to_numpy()
    strength = rsi(bars, features, chosen.rsi)
    return strength, macd_histogram(bars, features, chosen.fast, chosen.slow, chosen.signal), wide


def scalping(chosen: Scalping) -> Strategy:
    """The strategy with these numbers."""
    return Strategy(
        name="scalping",
        title="Scalping (Bollinger, RSI, MACD, ATR)",
        description=f"Bets on a quick turn back: RSI {chosen.rsi} beyond {chosen.extreme:g} outside the bands, then the "
        "MACD turns, while bars are wide enough to pay for the trade.",
        horizon="short",
        decide=partial(decide, chosen=chosen),
        explain=partial(explain, chosen=chosen),
        parameters=chosen,
    )


SCALPING = scalping(Scalping())
