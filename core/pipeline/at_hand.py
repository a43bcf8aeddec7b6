"""What can be had at once, without asking the network: stored series and what lies on this machine."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from core.collect import sample_series
from core.errors import NotFound, Unsupported
from core.pipeline.collecting import SAMPLE, gather
from core.pipeline.run import Workbench
from core.records import DataQuality, Instrument, Timeframe
from core.store.market import latest_quality, read_bars, stored_series
from core.tables import empty_bars, stamp


def known_bars(
    bench: Workbench,
    instrument: Instrument,
    timeframe: Timeframe,
    source: str,
    start: datetime,
    stop: datetime,
) -> pd.DataFrame:
    """Bars with start ≤ open time < stop that can be had without the network: from this machine, else stored ones."""
    candidate = bench.sources(source)[0]
    try:
        if candidate.offer(instrument, timeframe).local:
            return candidate.fetch(instrument, timeframe, start, stop)
    except (Unsupported, NotFound):
        return empty_bars()
    return read_bars(bench.store, instrument.symbol, timeframe, source, start, stop)


def open_at(
    bench: Workbench, instrument: Instrument, timeframe: Timeframe, source: str, moment: datetime
) -> float | None:
    """Open of the bar that begins at a moment, when it is known already; nothing else of that bar is read."""
    bars = known_bars(bench, instrument, timeframe, source, moment, moment + timeframe.delta)
    begins = bars["open"].to_numpy()[bars.index == stamp(moment)]
    return float(begins[0]) if len(begins) else None


@dataclass(frozen=True, slots=True)
class Held:
    """Bars at hand without asking the network."""

    bars: pd.DataFrame
    source: str
    world: str
    quality: DataQuality | None
    fetched_at: datetime | None


def stored_or_sample(bench: Workbench, instrument: Instrument, timeframe: Timeframe, source: str) -> Held:
    """The series a page shows: what is stored of that source (any live one for auto), else the sample."""
    series = stored_series(bench.store)
    mine = series[(series["symbol"] == instrument.symbol) & (series["timeframe"] == timeframe.value)]
    mine = mine[mine["source"] == source] if source != "auto" else mine[mine["source"] != SAMPLE]
    if source != SAMPLE and len(mine):
        newest = mine.sort_values("fetched_at").iloc[-1]
        name = str(newest["source"])
        bars = read_bars(bench.store, instrument.symbol, timeframe, name)
        quality = latest_quality(bench.store, instrument.symbol, timeframe, name)
        return Held(bars, name, "", quality, newest["fetched_at"].to_pydatetime())
    span = sample_clock_span(instrument, timeframe)
    if span is None or source not in ("auto", SAMPLE):
        return Held(empty_bars(), "", "", None, None)
    found = gather(bench, instrument, timeframe, SAMPLE, None, span[0])
    return Held(found.bars, SAMPLE, found.collected.world, found.quality, None)


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
