"""RSI and Bollinger reversal: against a move that has gone too far."""

import numpy as np
import pandas as pd

from core.signals.strategy import Opinion, Strategy, opinion

OVERSOLD, OVERBOUGHT = 30.0, 70.0


def decide(bars: pd.DataFrame, features: pd.DataFrame) -> Opinion:
    """Up when RSI 14 is below 30 and the close below the lower band; down when above 70 and above the upper band.

    Confidence is 0.6 at the trigger and grows with the RSI's distance beyond it, to 1 at 15 points.
    """
    close, rsi = bars["close"].to_numpy(), features["rsi_14"].to_numpy()
    up = (rsi < OVERSOLD) & (close < features["bb_lower"].to_numpy())
    down = (rsi > OVERBOUGHT) & (close > features["bb_upper"].to_numpy())
    beyond = np.where(up, OVERSOLD - rsi, np.where(down, rsi - OVERBOUGHT, 0.0))
    return opinion(up.astype(float) - down.astype(float), beyond / 30.0, 0.6 + 0.4 * beyond / 15.0)


def explain(bars: pd.DataFrame, features: pd.DataFrame) -> str:
    """RSI and the place of the close between the bands."""
    close, row = float(bars["close"].iloc[-1]), features.iloc[-1]
    rsi, low, high = float(row["rsi_14"]), float(row["bb_lower"]), float(row["bb_upper"])
    if not np.isfinite(rsi + low + high):
        return "Too few bars for RSI 14 and the Bollinger bands."
    place = (
        "below the lower band"
        if close < low
        else "above the upper band"
        if close > high
        else "inside the bands"
    )
    verdict = (
        "oversold"
        if rsi < OVERSOLD and close < low
        else "overbought"
        if rsi > OVERBOUGHT and close > high
        else "no extreme"
    )
    return (
        f"RSI 14 is {rsi:.0f} and the close {close:,.2f} is {place} ({low:,.2f} to {high:,.2f}): {verdict}."
    )


RSI_BOLLINGER = Strategy(
    name="rsi_bollinger",
    title="RSI and Bollinger reversal",
    description="Bets on a return to the mean: long when RSI is below 30 under the lower band, short when above 70 over the upper.",
    horizon="short",
    decide=decide,
    explain=explain,
)
