"""What can be had at once, without asking the network: stored series and what lies on this machine."""

from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

from core.collect import sample_series
from core.errors import NotFound, Unsupported
from core.pipeline.gathering import AUTO, SAMPLE, gather
from core.pipeline.run import Workbench
from core.records import DataQuality, Instrument, Rejected, Timeframe
from core.store.bars import bars_as_of, last_bars, read_bars, read_forming, stored_series
from core.store.quality import latest_quality, read_rejected
from core.tables import empty_bars, stamp


def known_bars(
    bench: Workbench,
    instrument: Instrument,
    timeframe: Timeframe,
    source: str,
    start: datetime,
    stop: datetime,
    known_at: datetime | None = None,
) -> pd.DataFrame:
    """Bars with start ≤ open time < stop that can be had without the network: from this machine, else stored ones.

    Args:
        known_at: what was stored later is left out, and what was replaced later has its earlier values.
    """
    candidate = bench.sources(source)[0]
    try:
        if candidate.offer(instrument, timeframe).local:
            return candidate.fetch(instrument, timeframe, start, stop)
    except (Unsupported, NotFound):
        return empty_bars()
    if known_at is not None:
        bars = bars_as_of(bench.store, instrument.symbol, timeframe, source, known_at)
        return bars[(bars.index >= stamp(start)) & (bars.index < stamp(stop))]
    return read_bars(bench.store, instrument.symbol, timeframe, source, start, stop)


def open_at(
    bench: Workbench, instrument: Instrument, timeframe: Timeframe, source: str, moment: datetime
) -> float | None:
    """Open of the bar that begins at a moment, when it is known already; nothing else of that bar is read."""
    bars = known_bars(bench, instrument, timeframe, source, moment, moment + timeframe.delta)
    begins = bars["open"].to_numpy()[bars.index == stamp(moment)]
    return float(begins[0]) if len(begins) else None


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """Bars at hand without asking the network, with all that is known of them."""

    bars: pd.DataFrame
    source: str
    """Empty when there are none."""
    world: str = ""
    """The era, where it is the embedded sample."""
    quality: DataQuality | None = None
    fetched_at: datetime | None = None
    forming: pd.DataFrame = field(default_factory=empty_bars)
    """Bars that had not closed when they were fetched."""
    rejected: tuple[Rejected, ...] = ()
    """Bars of the same time that were not used as served."""
    reference: pd.DataFrame | None = None
    """The same bars by another source, where any are stored."""


def stored_or_sample(
    bench: Workbench, instrument: Instrument, timeframe: Timeframe, source: str, count: int
) -> Held:
    """The last `count` bars of the series that a page shows: what is stored of that source, else the sample."""
    name = stored_source(bench, instrument, timeframe, source)
    if name:
        return _stored(bench, instrument, timeframe, name, count)
    span = sample_clock_span(instrument, timeframe)
    if span is None or source not in (AUTO, SAMPLE):
        return Held(empty_bars(), "")
    found = gather(bench, instrument, timeframe, SAMPLE, None, span[0])
    return Held(found.bars.iloc[-count:], SAMPLE, found.collected.world, found.quality)


def stored_source(bench: Workbench, instrument: Instrument, timeframe: Timeframe, source: str) -> str:
    """The stored series that is meant: in auto the first of the settings' order that is as fresh as any."""
    if source == SAMPLE:
        return ""
    series = stored_series(bench.store)
    mine = series[(series["symbol"] == instrument.symbol) & (series["timeframe"] == timeframe.value)]
    mine = mine[mine["source"] == source] if source != AUTO else mine[mine["source"] != SAMPLE]
    if mine.empty:
        return ""
    fresh = mine[mine["last"] >= mine["last"].max() - 2 * timeframe.delta]
    order = {other.name: place for place, other in enumerate(bench.sources(AUTO))}
    return str(min(fresh["source"], key=lambda name: order.get(name, len(order))))


def _stored(bench: Workbench, instrument: Instrument, timeframe: Timeframe, name: str, count: int) -> Held:
    store, symbol = bench.store, instrument.symbol
    bars = last_bars(store, symbol, timeframe, name, count)
    first = bars.index[0].to_pydatetime()
    series = stored_series(store)
    of_asset = series[(series["symbol"] == symbol) & (series["timeframe"] == timeframe.value)]
    others = [str(other) for other in of_asset["source"] if other not in (name, SAMPLE)]
    return Held(
        bars=bars,
        source=name,
        quality=latest_quality(store, symbol, timeframe, name),
        fetched_at=of_asset.loc[of_asset["source"] == name, "fetched_at"].iloc[0].to_pydatetime(),
        forming=read_forming(store, symbol, timeframe, name),
        rejected=read_rejected(store, symbol, timeframe, name, first),
        reference=read_bars(store, symbol, timeframe, others[0], first) if others else None,
    )


def sample_clock_span(instrument: Instrument, timeframe: Timeframe) -> tuple[datetime, datetime] | None:
    """First bar and clock of the embedded sample for a series, or None when it has none."""
    for item in sample_series():
        if (item.symbol, item.timeframe) == (instrument.symbol, timeframe):
            return item.first, item.clock
    return None


def sample_world(instrument: Instrument, timeframe: Timeframe) -> str | None:
    """The era that a series of the sample lives in, or None when the sample has no such series."""
    worlds = {(item.symbol, item.timeframe): item.world for item in sample_series()}
    return worlds.get((instrument.symbol, timeframe))
