"""From whatever a source serves to the shape of bars, and from short bars to longer ones."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pandas as pd

from core.records import Timeframe
from core.tables import BAR_COLUMNS, empty_bars, stamp

_SNAP = 1e-6
"""Relative slack: adjusted prices leave the bar's own range by rounding, and are put back into it."""


def shape_bars(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns, dtypes and index of the bars contract; rows without any price are left out, values are not judged.

    Args:
        frame: columns open, high, low, close and perhaps volume in any case, indexed by open time (zone-aware).
    """
    if frame.empty:
        return empty_bars()
    named = frame.rename(columns=lambda name: str(name).lower())
    named = named.assign(volume=named["volume"].fillna(0.0) if "volume" in named else 0.0)
    bars = named[list(BAR_COLUMNS)].astype("float64")
    index = pd.DatetimeIndex(frame.index).tz_convert("UTC").as_unit("us")
    bars.index = index.rename("date")
    bars = bars.dropna(subset=["open", "high", "low", "close"], how="all")
    body_top = np.maximum(bars["open"], bars["close"])
    body_low = np.minimum(bars["open"], bars["close"])
    grazed_top = (bars["high"] < body_top) & (bars["high"] > body_top * (1 - _SNAP))
    grazed_low = (bars["low"] > body_low) & (bars["low"] < body_low * (1 + _SNAP))
    return bars.assign(
        high=bars["high"].mask(grazed_top, body_top), low=bars["low"].mask(grazed_low, body_low)
    )


def join_bars(older: pd.DataFrame, newer: pd.DataFrame) -> pd.DataFrame:
    """Both sets in order of time; where both have a bar, the newer one counts."""
    if newer.empty or older.empty:
        return older if newer.empty else newer
    both = pd.concat([older, newer])
    return both[~both.index.duplicated(keep="last")].sort_index()


def between(bars: pd.DataFrame, start: datetime, end: datetime) -> pd.DataFrame:
    """Bars with start ≤ open time < end; `bars` must be in order."""
    low, high = bars.index.searchsorted([stamp(start), stamp(end)])
    return bars.iloc[low:high]


def divides(short: Timeframe, long: Timeframe) -> bool:
    """Whether bars of `long` can be built from bars of `short`."""
    return short.seconds < long.seconds and long.seconds % short.seconds == 0


def resample_bars(bars: pd.DataFrame, short: Timeframe, long: Timeframe) -> pd.DataFrame:
    """Longer bars on the UTC grid from shorter ones: first open, highest high, lowest low, last close, volume sum.

    Only for markets that never close. The first and the last bucket are left out unless the short bars reach
    their edges; a bucket with a hole inside stays, since its extremes are those that were traded on record.
    """
    if short is long or bars.empty:
        return bars
    rule: Sequence[str] = ("first", "max", "min", "last", "sum")
    grouped = bars.groupby(pd.DatetimeIndex(bars.index).floor(long.delta))
    longer = grouped.agg(dict(zip(BAR_COLUMNS, rule, strict=True)))
    longer.index = pd.DatetimeIndex(longer.index).as_unit("us").rename("date")
    if bars.index[0] != longer.index[0]:
        longer = longer.iloc[1:]
    if len(longer) and bars.index[-1] + short.delta != longer.index[-1] + long.delta:
        longer = longer.iloc[:-1]
    return longer
