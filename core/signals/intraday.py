"""Intraday: with the session's move while it is young, back to the session's VWAP once it is stretched.

A session is a UTC day of the bars' own index: all of it for crypto and currencies, the exchange's hours for stocks.
"""

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from pydantic import Field

from core.signals.indicators import highest, lowest
from core.signals.strategy import Opinion, Parameters, Strategy, opinion

_DAY = 86_400_000_000


class Intraday(Parameters):
    """Opening range, and what counts as stretched."""

    opening: int = Field(
        4, ge=1, le=100, description="Bars of the opening range, in bars from the first of the session."
    )
    drift: float = Field(
        0.5, ge=0, le=10, description="Least distance from the VWAP that counts as a move, in ATR 14."
    )
    stretch: float = Field(4.0, gt=0, le=20, description="Distance from the VWAP from which it is bet against, in ATR 14.")  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class _Session:
    """Of each bar: its session so far; arrays of (n,)."""

    place: np.ndarray
    """Bars since the session's first; −1 in the first session of the history, whose beginning is not known."""
    vwap: np.ndarray
    high: np.ndarray
    """Of the opening range; null while that lasts."""
    low: np.ndarray


def decide(bars: pd.DataFrame, features: pd.DataFrame, chosen: Intraday) -> Opinion:
    """After the opening range: up with a close above it and above the session's VWAP, down below both; but against
    the move once the close is `stretch` ATR from the VWAP.

    Confidence of the move is 0.5 and up to 0.8 near the stretch; of the way back 0.6 and 0.1 more for each ATR beyond.
    """
    close, session = bars["close"].to_numpy(), _session(bars, chosen.opening)
    away = _away(close, session, features)
    size = np.abs(away)
    with_it = np.where(close > session.high, 1.0, np.where(close < session.low, -1.0, 0.0))
    moves = (with_it * away > 0) & (size >= chosen.drift) & (size < chosen.stretch)
    back = (size >= chosen.stretch) & np.isfinite(session.high)
    way = np.where(back, -np.sign(away), np.where(moves, with_it, 0.0))
    sure = np.where(back, 0.6 + 0.1 * (size - chosen.stretch), 0.5 + 0.3 * size / chosen.stretch)
    return opinion(way, size / (2.0 * chosen.stretch), sure)


def explain(bars: pd.DataFrame, features: pd.DataFrame, chosen: Intraday) -> str:
    """The close, the session's VWAP and its opening range."""
    close, session = bars["close"].to_numpy(), _session(bars, chosen.opening)
    if session.place[-1] < 0 or not np.isfinite(features["atr_14"].iloc[-1]):
        return f"Too few bars: the session that began before the {len(bars)} bars at hand is not judged."
    if not np.isfinite(session.high[-1]):
        return (
            f"Bar {session.place[-1] + 1} of the session (UTC day); it speaks after the opening range of "
            f"{chosen.opening} bars."
        )
    away = float(_away(close, session, features)[-1])
    side = "above" if away > 0 else "below"
    place = "above" if close[-1] > session.high[-1] else "below" if close[-1] < session.low[-1] else "inside"
    return (
        f"The close {close[-1]:,.2f} is {abs(away):.1f} ATR {side} the session's VWAP ({session.vwap[-1]:,.2f}; stretched "
        f"from {chosen.stretch:g}) and {place} its opening range ({session.low[-1]:,.2f} to {session.high[-1]:,.2f})."
    )


def _away(close: np.ndarray, session: _Session, features: pd.DataFrame) -> np.ndarray:
    """Close minus VWAP in ATR 14; null where unknown."""
    atr = features["atr_14"].to_numpy()
    known = (atr > 0) & (session.place >= 0)
    return np.divide(close - session.vwap, atr, out=np.full(len(close), np.nan), where=known)


def _session(bars: pd.DataFrame, opening: int) -> _Session:
    """Without volume (currencies) the VWAP is the plain mean of the session's typical prices."""
    high, low, close, volume = (
        np.ascontiguousarray(bars[name].to_numpy()) for name in ("high", "low", "close", "volume")
    )
    rows = np.arange(len(close))
    days = pd.DatetimeIndex(bars.index).as_unit("us").asi8 // _DAY
    first = np.r_[True, days[1:] != days[:-1]] if len(days) else np.zeros(0, dtype=bool)
    begun = np.maximum.accumulate(np.where(first, rows, 0)) if len(rows) else rows
    known = begun > 0
    typical = (high + low + close) / 3.0
    weight, valued = _since(volume, begun), _since(typical * volume, begun)
    plain = _since(typical, begun) / (rows - begun + 1)
    vwap = np.divide(valued, weight, out=plain, where=weight > 0)
    last = np.minimum(begun + opening - 1, len(rows) - 1)
    ready = known & (rows - begun >= opening)
    tops, bottoms = highest(high, opening), lowest(low, opening)
    return _Session(
        np.where(known, rows - begun, -1),
        vwap,
        np.where(ready, tops[last], np.nan),
        np.where(ready, bottoms[last], np.nan),
    )


def _since(values: np.ndarray, begun: np.ndarray) -> np.ndarray:
    """Sum from the row `begun` up to each row."""
    total = np.concatenate(([0.0], np.cumsum(values)))
    return total[1:] - total[begun]


def intraday(chosen: Intraday) -> Strategy:
    """The strategy with these numbers."""
    return Strategy(
        name="intraday",
        title="Intraday (session momentum, VWAP reversion)",
        description=f"With the session's move out of its first {chosen.opening} bars, and back to its VWAP from "
        f"{chosen.stretch:g} ATR on; silent on daily bars.",
        horizon="short",
        decide=partial(decide, chosen=chosen),
        explain=partial(explain, chosen=chosen),
        parameters=chosen,
    )


INTRADAY = intraday(Intraday())
