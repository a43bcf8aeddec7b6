"""Bars as arrays, with the few series that many features are measured in."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import talib

from core.features.context import NO_CONTEXT, Context
from core.records import Timeframe

ATR_WARMUP = 150
"""Wilder's ATR(14) forgets its start by 13/14 a bar: after 150 bars 1.5e-5 of the first error is left."""
SIGMA_WARMUP = 50
_STEP_BARS = 50
"""Bars from the start whose distances tell the length of a bar; all of them lie in the warm-up of what needs it."""
_LENGTHS = np.array([frame.seconds for frame in Timeframe], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Prices:
    """One asset's bars as contiguous float64 arrays of one length; read, never written."""

    open: np.ndarray
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    volume: np.ndarray
    log_close: np.ndarray
    log_return: np.ndarray
    """ln(close / previous close); the first is null."""
    atr: np.ndarray
    """Average true range over 14 bars; null while warming up and where the price never moved."""
    sigma: np.ndarray
    """Standard deviation of log_return over 50 bars; null where the price never moved."""
    dates: pd.DatetimeIndex
    opened: np.ndarray
    """int64 seconds since 1970 UTC at which each bar opened."""
    step: int
    """Seconds of one bar; 0 while a single bar does not tell."""
    context: Context
    """What is known beside the bars."""


def read_prices(bars: pd.DataFrame, context: Context = NO_CONTEXT) -> Prices:
    """Bars (see core.tables) → arrays; at least one row."""
    high, low, close = (np.ascontiguousarray(bars[name].to_numpy()) for name in ("high", "low", "close"))
    log_close = np.log(close)
    log_return = np.empty_like(log_close)
    log_return[0] = np.nan
    np.subtract(log_close[1:], log_close[:-1], out=log_return[1:])
    atr = talib.ATR(high, low, close, 14)
    atr[:ATR_WARMUP] = np.nan
    dates = pd.DatetimeIndex(bars.index)
    opened = dates.as_unit("us").asi8 // 1_000_000
    return Prices(
        open=np.ascontiguousarray(bars["open"].to_numpy()),
        high=high,
        low=low,
        close=close,
        volume=np.ascontiguousarray(bars["volume"].to_numpy()),
        log_close=log_close,
        log_return=log_return,
        atr=positive(atr),
        sigma=positive(talib.STDDEV(log_return, SIGMA_WARMUP)),
        dates=dates,
        opened=opened,
        step=bar_seconds(opened),
        context=context,
    )


def bar_seconds(opened: np.ndarray) -> int:
    """Length of the bars: the timeframe nearest to the shortest distance among the first; 0 for fewer than two bars.

    Only the first bars are asked, so that bars to come change nothing; a day without a change of the clocks among them
    makes up for one that is an hour short.
    """
    distances = np.diff(opened[:_STEP_BARS])
    if not len(distances):
        return 0
    return int(_LENGTHS[np.abs(_LENGTHS - distances.min()).argmin()])


def positive(values: np.ndarray) -> np.ndarray:
    """The same array with everything that is not above zero made null, so that it can divide."""
    values[~(values > 0.0)] = np.nan
    return values


def in_units(values: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Divide a freshly made array by a unit in place; null where the unit is null."""
    return np.divide(values, unit, out=values)


def lagged_difference(values: np.ndarray, lag: int) -> np.ndarray:
    """values[t] − values[t − lag]; the first `lag` are null."""
    out = np.empty_like(values)
    out[:lag] = np.nan
    np.subtract(values[lag:], values[:-lag], out=out[lag:])
    return out
