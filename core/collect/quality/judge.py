"""What becomes of bars that cannot be right: dropped, repaired or the whole answer refused, never unseen."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from core.collect.quality.faults import (
    REPAIRABLE,
    Fault,
    Faults,
    Kinds,
    Mask,
    Micros,
    count_faults,
    in_order,
    micros_of,
    row_kinds,
)
from core.errors import BadData
from core.records import AssetClass, Instrument, Rejected, Timeframe
from core.settings import BadBars
from core.tables import BAR_COLUMNS, check_bars, stamp

MOST_REJECTED = 1000
"""Rejected rows that one answer carries; all are counted."""

_SECOND = 1_000_000
_QUARTER = 900 * _SECOND


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """One answer of a source after the policy was kept."""

    bars: pd.DataFrame
    """In order, keeping the bars contract."""
    rejected: tuple[Rejected, ...]
    """Rows that were not used as served, with the values as served, oldest first; at most MOST_REJECTED."""
    faults: Faults
    """All of them, counted."""


def judge(
    bars: pd.DataFrame,
    instrument: Instrument,
    timeframe: Timeframe,
    policy: BadBars,
    now: datetime,
    *,
    schema: bool = True,
) -> Judged:
    """Keep the policy on one answer of a source.

    Rules, the first that is broken tells: the time is doubled (the last row counts), lies between the bars of the
    timeframe, or after `now`; a price is missing, zero or negative (or the volume missing or negative); high below low;
    open or close outside low to high. Rows out of order are only put in order. The last two rules can be repaired: the
    high becomes the highest and the low the lowest of the four prices, so nothing is invented.

    Args:
        bars: columns and UTC index of the bars contract; anything may be wrong with the values.
        now: a bar that opens later cannot exist; one under way can.
        schema: whether the result is validated by the schema of core.tables too; its library takes about a second
            with the first answer of a process and 40 ms for 500,000 bars afterwards.
    Raises:
        BadData: the policy is REFUSE and any row is bad; its `rejected` has them. Or the schema is broken.
    """
    ordered, disordered = in_order(bars)
    kinds = _all_kinds(ordered, instrument, timeframe, now)
    bad = kinds != Fault.NONE
    where = f"{timeframe} bars of {instrument.symbol}"
    if not bad.any():
        return Judged(_checked(ordered, where, schema), (), count_faults(kinds, disordered))
    if policy is BadBars.REFUSE:
        faults = count_faults(kinds, disordered)
        raise BadData(
            f"{faults.dropped:,} of {len(bars):,} {where} cannot be right ({faults.sentence}), and the setting "
            "collect.bad_bars refuses such answers: choose drop or repair to use the rest.",
            _rejected(ordered, kinds, np.zeros(len(kinds), dtype=bool), "refused"),
        )
    mended = np.isin(kinds, REPAIRABLE) if policy is BadBars.REPAIR else np.zeros(len(kinds), dtype=bool)
    kept = _mend(ordered, mended)[~bad | mended]
    return Judged(
        _checked(kept, where, schema),
        _rejected(ordered, kinds, mended, "dropped"),
        count_faults(kinds, disordered, mended),
    )


def grid_seconds(instrument: Instrument, timeframe: Timeframe) -> int:
    """Every bar opens at a multiple of this, whatever the session: what can be said without a calendar.

    Crypto follows the UTC grid; currencies count from 17:00 New York, so only whole hours are sure; exchanges open at
    multiples of five minutes.
    """
    if timeframe is Timeframe.D1 or instrument.asset_class is AssetClass.CRYPTO:
        return timeframe.seconds
    return min(timeframe.seconds, 3600 if instrument.asset_class is AssetClass.FX else 300)


def _checked(bars: pd.DataFrame, where: str, schema: bool) -> pd.DataFrame:
    if schema:
        check_bars(bars, where)
    return bars


def _all_kinds(bars: pd.DataFrame, instrument: Instrument, timeframe: Timeframe, now: datetime) -> Kinds:
    kinds, times = row_kinds(bars), micros_of(bars.index)
    counted = kinds == Fault.DUPLICATE
    kinds[(times > int(stamp(now).timestamp() * _SECOND)) & ~counted] = Fault.FUTURE
    kinds[_off_grid(times, grid_seconds(instrument, timeframe) * _SECOND) & ~counted] = Fault.OFF_GRID
    return kinds


def _off_grid(times: Micros, step: int) -> Mask:
    """Single bars between the others. A whole answer that is shifted by quarters of an hour is left to `assess`, which
    tells of a wrong zone."""
    phase = times % step
    off = phase != 0
    if not off.any():
        return off
    by_quarters = off & (phase % _QUARTER == 0)
    return off & ~by_quarters if by_quarters.sum() > len(times) / 2 else off


def _mend(bars: pd.DataFrame, rows: Mask) -> pd.DataFrame:
    if not rows.any():
        return bars
    prices = bars[["open", "high", "low", "close"]].to_numpy("float64")[rows]
    high, low = bars["high"].to_numpy("float64").copy(), bars["low"].to_numpy("float64").copy()
    high[rows], low[rows] = prices.max(axis=1), prices.min(axis=1)
    return bars.assign(high=high, low=low)


def _rejected(bars: pd.DataFrame, kinds: Kinds, mended: Mask, action: str) -> tuple[Rejected, ...]:
    places = np.flatnonzero(kinds)[:MOST_REJECTED]
    rows = bars.iloc[places]
    times = [time.to_pydatetime() for time in pd.DatetimeIndex(rows.index)]
    columns = [rows[name].to_numpy("float64").tolist() for name in BAR_COLUMNS]
    reasons = [Fault(kind).check for kind in kinds[places].tolist()]
    actions = ["repaired" if repaired else action for repaired in mended[places].tolist()]
    return tuple(map(Rejected, times, *columns, reasons, actions))
