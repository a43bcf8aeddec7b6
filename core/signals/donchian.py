"""Donchian breakout: with a close beyond the range of many bars, until it falls back out of a shorter range."""

from functools import partial

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from core.signals.indicators import before, highest, last_event, lowest
from core.signals.strategy import Opinion, Parameters, Strategy, opinion


class Donchian(Parameters):
    """Lengths of the two ranges."""

    entry: int = Field(40, ge=3, le=500, description="Bars of the range that a close must leave, in bars.")
    exit: int = Field(
        20, ge=2, le=500, description="Bars of the range whose other side ends the opinion, in bars."
    )

    @model_validator(mode="after")
    def _ordered(self) -> "Donchian":
        if self.exit > self.entry:
            raise ValueError(f"exit ({self.exit}) must not be longer than entry ({self.entry})")
        return self


def decide(bars: pd.DataFrame, features: pd.DataFrame, chosen: Donchian) -> Opinion:
    """Up from a close above the highest high of the `entry` bars before, until one below the lowest low of the `exit`
    bars before; down the other way round (the «turtle» rule, Faith 2003).

    Confidence is 0.5 at the exit and 0.08 more for each ATR above it, 1 from six on.
    """
    close = bars["close"].to_numpy()
    way, room = _state(bars, chosen)
    atr = features["atr_14"].to_numpy()
    away = np.divide(np.abs(close - room), atr, out=np.full(len(close), np.nan), where=atr > 0)
    return opinion(way, away / 6.0, 0.5 + 0.08 * away)


def explain(bars: pd.DataFrame, features: pd.DataFrame, chosen: Donchian) -> str:
    """The last break and where its opinion ends."""
    way, room = _state(bars, chosen)
    high, low = bars["high"].to_numpy(), bars["low"].to_numpy()
    if len(bars) <= chosen.entry:
        return f"Too few bars for a range of {chosen.entry}."
    if way[-1] == 0:
        top, bottom = high[-chosen.entry - 1 : -1].max(), low[-chosen.entry - 1 : -1].min()
        return (
            f"No break of the {chosen.entry}-bar range is open: a close above {top:,.2f} or below {bottom:,.2f} "
            "would be one."
        )
    side, end = ("above", "below") if way[-1] > 0 else ("below", "above")
    return (
        f"The last close that left its {chosen.entry}-bar range went {side} it; a close {end} {room[-1]:,.2f}, the "
        f"{'low' if way[-1] > 0 else 'high'} of {chosen.exit} bars, ends that."
    )


def _state(bars: pd.DataFrame, chosen: Donchian) -> tuple[np.ndarray, np.ndarray]:
    """Way (1, −1, 0) and the price that ends it at each bar."""
    high, low, close = (np.ascontiguousarray(bars[name].to_numpy()) for name in ("high", "low", "close"))
    if len(close) <= chosen.entry:
        return np.zeros(len(close)), np.full(len(close), np.nan)
    top, bottom = before(highest(high, chosen.entry)), before(lowest(low, chosen.entry))
    ceiling, floor = before(highest(high, chosen.exit)), before(lowest(low, chosen.exit))
    risen, sunk = last_event(close > top)[0], last_event(close < bottom)[0]
    up = risen > last_event(close < floor)[0]
    down = sunk > last_event(close > ceiling)[0]
    way = up.astype(float) - down.astype(float)
    return way, np.where(way > 0, floor, ceiling)


def donchian(chosen: Donchian) -> Strategy:
    """The strategy with these ranges."""
    return Strategy(
        name="donchian",
        title=f"Donchian breakout ({chosen.entry} / {chosen.exit})",
        description=f"Follows a breakout: long from a close above the range of {chosen.entry} bars until one below that "
        f"of {chosen.exit}, short the other way round.",
        horizon="medium",
        decide=partial(decide, chosen=chosen),
        explain=partial(explain, chosen=chosen),
        parameters=chosen,
    )


DONCHIAN = donchian(Donchian())
