"""RSI and Bollinger reversal: against a move that has gone too far."""

from functools import partial

import numpy as np
import pandas as pd
from pydantic import Field

from core.signals.indicators import bollinger, rsi
from core.signals.strategy import Opinion, Parameters, Strategy, opinion


class RsiBollinger(Parameters):
    """What counts as too far."""

    rsi: int = Field(14, ge=2, le=200, description="Length of the RSI, in bars.")
    oversold: float = Field(
        30.0, gt=0, lt=50, description="RSI below which a fall has gone too far, in points."
    )
    overbought: float = Field(
        70.0, gt=50, lt=100, description="RSI above which a rise has gone too far, in points."
    )
    band: int = Field(20, ge=2, le=500, description="Length of the Bollinger bands, in bars.")
    width: float = Field(2.0, gt=0, le=5, description="Half-width of the bands, in standard deviations.")


def decide(bars: pd.DataFrame, features: pd.DataFrame, chosen: RsiBollinger) -> Opinion:
    """Up when the RSI is oversold and the close below the lower band; down when overbought and above the upper one.

    Confidence is 0.6 at the trigger and grows with the RSI's distance beyond it, to 1 at 15 points.
    """
    close, strength = bars["close"].to_numpy(), rsi(bars, features, chosen.rsi)
    low, high = bollinger(bars, features, chosen.band, chosen.width)
    up = (strength < chosen.oversold) & (close < low)
    down = (strength > chosen.overbought) & (close > high)
    beyond = np.where(up, chosen.oversold - strength, np.where(down, strength - chosen.overbought, 0.0))
    return opinion(up.astype(float) - down.astype(float), beyond / 30.0, 0.6 + 0.4 * beyond / 15.0)


def explain(bars: pd.DataFrame, features: pd.DataFrame, chosen: RsiBollinger) -> str:
    """RSI and the place of the close between the bands."""
    close, strength = float(bars["close"].iloc[-1]), float(rsi(bars, features, chosen.rsi)[-1])
    low, high = (float(band[-1]) for band in bollinger(bars, features, chosen.band, chosen.width))
    if not np.isfinite(strength + low + high):
        return f"Too few bars for RSI {chosen.rsi} and the Bollinger bands."
    place, verdict = "inside the bands", "no extreme"
    if close < low:
        place, verdict = "below the lower band", "oversold" if strength < chosen.oversold else verdict
    elif close > high:
        place, verdict = "above the upper band", "overbought" if strength > chosen.overbought else verdict
    return f"RSI {chosen.rsi} is {strength:.0f} and the close {close:,.2f} is {place} ({low:,.2f} to {high:,.2f}): {verdict}."


def rsi_bollinger(chosen: RsiBollinger) -> Strategy:
    """The strategy with these numbers."""
    return Strategy(
        name="rsi_bollinger",
        title="RSI and Bollinger reversal",
        description=f"Bets on a return to the mean: long when RSI is below {chosen.oversold:g} under the lower band, "
        f"short when above {chosen.overbought:g} over the upper.",
        horizon="short",
        decide=partial(decide, chosen=chosen),
        explain=partial(explain, chosen=chosen),
        parameters=chosen,
    )


RSI_BOLLINGER = rsi_bollinger(RsiBollinger())
