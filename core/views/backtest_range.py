"""Which part of a run is looked at: moving, zooming, and finding a trade."""

from collections.abc import Sequence
from datetime import datetime

import numpy as np
import pandas as pd

Shown = tuple[datetime, datetime]
"""First and last moment, UTC without zone."""
FEWEST = 20
"""Bars below which nothing is zoomed further."""


def whole(index: pd.Index) -> Shown:
    """All bars."""
    return _shown(index, 0, len(index) - 1)


def bar_numbers(index: pd.Index, shown: Shown) -> tuple[int, int]:
    """First and last bar of a range; at least FEWEST bars, where there are so many."""
    first, last = (pd.Timestamp(moment).tz_localize("UTC") for moment in shown)
    start = int(np.clip(index.searchsorted(first), 0, len(index) - 1))
    stop = int(np.clip(index.searchsorted(last, side="right") - 1, 0, len(index) - 1))
    return _fitted(index, start, stop)


def shifted(index: pd.Index, shown: Shown, share: float) -> Shown:
    """The range moved by a share of its length; to the edge when that is nearer."""
    first, last = bar_numbers(index, shown)
    length = last - first
    start = int(np.clip(first + round(length * share), 0, max(len(index) - 1 - length, 0)))
    return _shown(index, start, start + length)


def zoomed(index: pd.Index, shown: Shown, factor: float) -> Shown:
    """The range around its middle, `factor` times as long."""
    first, last = bar_numbers(index, shown)
    middle, half = (first + last) / 2, (last - first) * factor / 2
    return _shown(index, *_fitted(index, round(middle - half), round(middle + half)))


def around_trade(index: pd.Index, trades: pd.DataFrame, number: int) -> Shown:
    """The bars around the `number`-th trade (counted from 1): three times its length, at least 120 bars."""
    trade = trades.iloc[int(np.clip(number, 1, len(trades))) - 1]
    first, last = index.searchsorted(trade["entry_time"]), index.searchsorted(trade["exit_time"])
    pad = max(int(last - first), (120 - int(last - first)) // 2)
    return _shown(index, *_fitted(index, int(first) - pad, int(last) + pad))


def dragged(ends: Sequence[str], most: Shown) -> Shown:
    """A range as plotly tells it (two times as text, in either order), within the run."""
    times = sorted(pd.Timestamp(end) for end in ends)
    first, last = max(times[0].to_pydatetime(), most[0]), min(times[-1].to_pydatetime(), most[1])
    return (first, last) if first < last else most


def _fitted(index: pd.Index, first: int, last: int) -> tuple[int, int]:
    """A range inside the bars and not too short."""
    lacking = FEWEST - (last - first + 1)
    if lacking > 0:
        first, last = first - lacking // 2, last + lacking - lacking // 2
    first = max(0, min(first, len(index) - FEWEST))
    return first, min(max(last, first + FEWEST - 1), len(index) - 1)


def _shown(index: pd.Index, first: int, last: int) -> Shown:
    times = (
        pd.DatetimeIndex(index[[max(first, 0), min(last, len(index) - 1)]])
        .tz_convert("UTC")
        .tz_localize(None)
    )
    return times[0].to_pydatetime(), times[1].to_pydatetime()
