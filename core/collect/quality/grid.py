"""Bars beside the calendar: in which zone their times were written, which bars are missing, which lie between."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import pandas as pd

from core.calendars import calendar_name, expected_seconds, sessions_of
from core.collect.quality.comparison import Seconds, shift_to
from core.collect.quality.faults import Mask
from core.collect.quality.judge import grid_seconds
from core.records import AssetClass, Instrument, Timeframe

_DAY = 86400
_HOURS = 14
_PROBES = 5000
_BETTER = 0.08
"""Share of bars by which another zone must fit better; an hour off costs a session of eight hours more."""


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """Open times of bars as they should have been written."""

    seconds: Seconds
    """(n,) since 1970, UTC, ascending."""
    hours: int
    """Hours that were added to the times as served; 0 when their zone was right."""
    outside: int
    """Bars that do not fit the market's hours as served; 0 when their zone was right."""


def place(
    bars: pd.DataFrame, instrument: Instrument, timeframe: Timeframe, reference: pd.DataFrame | None = None
) -> Placed:
    """The bars' open times, moved by whole hours when they were plainly written in another zone.

    Daily bars: more than half do not open at 00:00. Intraday bars of stocks: of the newest 5,000 at least nine
    tenths lie within the sessions of their exchange when moved, and eight in a hundred more than unmoved. Others: their returns follow the reference's only when
    moved (see `shift_to`).
    """
    seconds = pd.DatetimeIndex(bars.index).as_unit("s").asi8
    if not len(seconds):
        return Placed(seconds, 0, 0)
    if timeframe is Timeframe.D1:
        return _place_days(seconds)
    if instrument.asset_class is AssetClass.STOCK:
        return _place_in_sessions(seconds, instrument)
    hours = shift_to(seconds, bars["close"].to_numpy(), reference, timeframe)
    return Placed(seconds + hours * 3600, hours, len(seconds) if hours else 0)


def missing_seconds(seconds: Seconds, instrument: Instrument, timeframe: Timeframe) -> Seconds:
    """Open times that a complete series has between the first and the last bar, and this one has no bar for.

    A bar that opens between two expected times stands for the earlier one.
    """
    step = timeframe.seconds
    if len(seconds) < 2:
        return np.empty(0, dtype=np.int64)
    if instrument.asset_class is AssetClass.CRYPTO:
        bins = seconds // step
        absent = np.diff(bins) - 1
        after = np.flatnonzero(absent > 0)
        counts = absent[after]
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return (np.repeat(bins[after] + 1, counts) + within) * step
    expected = expected_seconds(instrument, timeframe, _moment(seconds[0]), _moment(seconds[-1] + 1))
    if not len(expected):
        return expected
    slot = expected.searchsorted(seconds, side="right") - 1
    slot = slot[(slot >= 0) & (seconds < expected[slot] + step)]
    present = np.zeros(len(expected), dtype=bool)
    present[slot] = True
    return expected[~present]


def off_grid(seconds: Seconds, instrument: Instrument, timeframe: Timeframe) -> Mask:
    """(n,) bars that open when no bar of this market does.

    Stocks are compared with their sessions (also daily bars of indices: a bar on a holiday); intraday bars of indices
    and currencies, which some sources serve outside them, only with the grid of their timeframe.
    """
    kind = instrument.asset_class
    if timeframe is Timeframe.D1 and kind is AssetClass.FX:
        return (seconds % _DAY != 0) | ((seconds // _DAY + 3) % 7 > 4)  # 1970-01-01 was a Thursday
    if kind in (AssetClass.CRYPTO, AssetClass.FX) or (
        kind is AssetClass.INDEX and timeframe is not Timeframe.D1
    ):
        return seconds % grid_seconds(instrument, timeframe) != 0
    if not len(seconds):
        return np.zeros(0, dtype=bool)
    expected = expected_seconds(instrument, timeframe, _moment(seconds[0]), _moment(seconds[-1] + 1))
    known = sessions_of(calendar_name(instrument)).known
    if not len(expected):
        return (seconds >= known[0]) & (seconds < known[1])
    slot = np.minimum(expected.searchsorted(seconds), len(expected) - 1)
    return (expected[slot] != seconds) & (seconds >= known[0]) & (seconds < known[1])


def _place_days(seconds: Seconds) -> Placed:
    phase = seconds % _DAY
    off = int((phase != 0).sum())
    if 2 * off <= len(seconds):
        return Placed(seconds, 0, 0)
    moved = (seconds + _DAY // 2) // _DAY * _DAY
    if (np.diff(moved) <= 0).any():
        return Placed(seconds, 0, 0)
    return Placed(moved, round(float(np.median((moved - seconds)[phase != 0])) / 3600), off)


def _place_in_sessions(seconds: Seconds, instrument: Instrument) -> Placed:
    sessions = sessions_of(calendar_name(instrument))
    if not len(sessions.opens):
        return Placed(seconds, 0, 0)

    def inside(times: Seconds) -> Mask:
        stretch = sessions.opens.searchsorted(times, side="right") - 1
        return (stretch >= 0) & (times < sessions.closes[stretch])

    probes = seconds[-_PROBES:]
    shares = {0: float(inside(probes).mean())}
    if shares[0] < 1 - _BETTER:
        shares |= {
            hours: float(inside(probes + hours * 3600).mean())
            for hours in range(-_HOURS, _HOURS + 1)
            if hours
        }
    best = max(shares, key=lambda hours: (shares[hours], -abs(hours)))
    if best == 0 or shares[best] < 0.9 or shares[best] - shares[0] < _BETTER:
        return Placed(seconds, 0, 0)
    return Placed(seconds + best * 3600, best, int((~inside(seconds)).sum()))


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(int(seconds), UTC)
