"""Bars that the stops of what is held are kept by: their own source's, and where it fails those of any other that answers."""

from datetime import datetime, timedelta

import pandas as pd

from core.calendars import has_bars
from core.collect import LIVE
from core.collect.shaping import join_bars
from core.errors import DataUnavailable
from core.pipeline.gathering import AUTO, SAMPLE, Gathered, gather, led_in
from core.pipeline.run import Workbench
from core.records import Instrument, Problem, Timeframe
from core.tables import empty_bars, stamp

PATIENCE = 2
"""Bars that a source which answers may lag behind its own delay before another one is asked, too."""


def guard_bars(
    bench: Workbench,
    instrument: Instrument,
    timeframe: Timeframe,
    source: str,
    start: datetime | None,
    until: datetime,
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Closed bars from a little before `start`, and what to tell of them; what was missing is stored.

    A stop must not sleep because one provider does: bars that the position's own source lacks at the end come from the
    first other source of the setting collect.priority that has them. They are kept under that source's name.
    Empty when nobody has any.
    """
    since = led_in(bench, timeframe, start or until)
    own = _asked(bench, instrument, timeframe, source, since, until)
    if own is not None and not own.collected.stale:
        due = until - own.collected.lag
        if not lags(own.bars, instrument, timeframe, due, PATIENCE):
            return own.bars, ()
    bars = empty_bars() if own is None else own.bars
    for other in bench.sources(AUTO):
        if other.name in (source, SAMPLE):
            continue
        found = _asked(bench, instrument, timeframe, other.name, since, until)
        if found is None or found.collected.stale or found.collected.world != LIVE:
            continue
        newer = found.bars if bars.empty else found.bars.loc[stamp(bars.index[-1] + timeframe.delta) :]
        if len(newer):
            return join_bars(bars, newer), (_told(instrument, source, other.name),)
    return bars, ()


def lags(
    bars: pd.DataFrame, instrument: Instrument, timeframe: Timeframe, until: datetime, most: int
) -> bool:
    """Whether more than `most` bars that have closed by then are missing at the end, by the market's calendar."""
    if bars.empty:
        return True
    first: datetime = bars.index[-1].to_pydatetime() + timeframe.delta
    last = until - (most + 1) * timeframe.delta
    return first <= last and has_bars(instrument, timeframe, first, last + timedelta(microseconds=1))


def _asked(
    bench: Workbench,
    instrument: Instrument,
    timeframe: Timeframe,
    source: str,
    since: datetime,
    until: datetime,
) -> Gathered | None:
    """Bars of one source; None when it has none."""
    try:
        found = gather(bench, instrument, timeframe, source, until, since)
    except DataUnavailable:
        return None  # its failure stands among the calls of the source
    bench.store.write(*found.writes)
    return found


def _told(instrument: Instrument, source: str, other: str) -> Problem:
    return Problem(
        "settle",
        f"{source} has no new bars of {instrument.symbol}, by which its stop and target are kept.",
        f"Those of {other} are used.",
    )
