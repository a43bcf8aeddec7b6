"""Bars: out of the store, the rest out of the sources, back into the store, and judged as they were at a moment."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pandas as pd

from core.collect import LIVE, BarRequest, Collected, assess, collect_bars
from core.errors import DataUnavailable, InputError
from core.execute import MEMORY
from core.features import WARMUP
from core.pipeline.run import Workbench
from core.records import DataQuality, Instrument, Problem, Timeframe
from core.settings import Settings
from core.store import Write
from core.store.bars import read_bars, read_coverage, replace_coverage, replace_forming, upsert_bars
from core.store.quality import read_rejected, save_quality, save_rejected

SAMPLE = "sample"
AUTO = "auto"


@dataclass(frozen=True, slots=True)
class Gathered:
    """Bars as they were known at a moment, and what is still to be stored."""

    moment: datetime
    bars: pd.DataFrame
    quality: DataQuality
    collected: Collected
    problems: tuple[Problem, ...]
    writes: tuple[Write, ...]
    """The quality of this load; and the bars themselves where they lie on this machine anyway."""


def gather(
    bench: Workbench,
    instrument: Instrument,
    timeframe: Timeframe,
    source: str,
    as_of: datetime | None,
    since: datetime | None = None,
    forming: bool = False,
) -> Gathered:
    """Bars known at `as_of` (default: the clock of the world they live in), as far back as a model needs.

    What a provider served is stored before this returns. Requests for one series wait for each other, so that many
    at once ask a provider once.

    Args:
        forming: whether the bar under way is fetched too, for the eye.
    Raises:
        DataUnavailable: no source has any.
        InputError: the moment has not come yet in that world.
    """
    now = bench.clock()
    end = as_of or now
    if end > now:
        raise InputError(f"The moment {end:%Y-%m-%d %H:%M} UTC has not come yet: choose one in the past.")
    request = BarRequest(
        instrument, timeframe, since or end - reach(bench, instrument, timeframe), end, now, forming
    )
    collected, writes = _collect(bench, request, source)
    if as_of and collected.clock and as_of > collected.clock:
        raise InputError(
            f"{collected.source} ends at {collected.clock:%Y-%m-%d %H:%M} UTC, before the moment {as_of:%Y-%m-%d %H:%M}: "
            "choose an earlier one."
        )
    moment = as_of or collected.clock or now
    key = (instrument.symbol, timeframe, collected.source)
    first = collected.bars.index[0].to_pydatetime() if len(collected.bars) else None
    bars, quality, problems = assess(
        collected.bars,
        instrument,
        timeframe,
        moment,
        rejected=read_rejected(bench.store, *key, first, known_at=moment if as_of else now),
        source_lag=collected.lag or None,
        reference=_reference(bench, request, source, collected),
        fallback=collected.fallback and collected.world == LIVE,
    )
    writes = (*writes, save_quality(*key, moment, quality))
    return Gathered(moment, bars, quality, collected, (*collected.problems, *problems), writes)


def _collect(bench: Workbench, request: BarRequest, source: str) -> tuple[Collected, tuple[Write, ...]]:
    """Collect and store; writes come back for bars that lie on this machine, and are left to the caller."""
    symbol, store = request.instrument.symbol, bench.store
    with bench.turns.alone((symbol, request.timeframe)):
        try:
            collected = collect_bars(
                request,
                bench.sources(source),
                lambda name, timeframe: read_bars(store, symbol, timeframe, name),
                lambda name, timeframe: read_coverage(store, symbol, timeframe, name),
                bench.gate,
                bench.settings.collect.bad_bars,
            )
        except DataUnavailable as err:
            if err.rejected:
                store.write(
                    *(save_rejected(symbol, request.timeframe, *item, request.now) for item in err.rejected)
                )
            raise
        writes = _writes(collected, request)
        if collected.world == LIVE and writes:
            store.write(*writes)
            writes = ()
    return collected, writes


def _writes(collected: Collected, request: BarRequest) -> tuple[Write, ...]:
    symbol, timeframe, now = request.instrument.symbol, request.timeframe, request.now
    writes = [save_rejected(symbol, timeframe, *item, now) for item in collected.rejected]
    if collected.fetched_at is not None:
        key = (symbol, timeframe, collected.source)
        if len(collected.fresh):
            writes.append(upsert_bars(*key, collected.fresh, collected.fetched_at))
        if collected.covered:
            writes.append(replace_coverage(*key, collected.covered, collected.fetched_at))
        if collected.forming is not None:
            writes.append(replace_forming(*key, collected.forming, collected.fetched_at))
    return tuple(writes)


def _reference(
    bench: Workbench, request: BarRequest, source: str, collected: Collected
) -> pd.DataFrame | None:
    """The same bars by another source, to be compared with: stored ones, and in auto a few asked for now."""
    if collected.world != LIVE or collected.bars.empty:
        return None
    others = [other.name for other in bench.sources(AUTO) if other.name not in (collected.source, SAMPLE)]
    compared = bench.settings.collect.cross_check_bars
    if source == AUTO and compared and collected.fetched_at is not None:
        _ask_another(bench, request, collected.source, compared)
    first = collected.bars.index[0].to_pydatetime()
    for name in others:
        known = read_bars(bench.store, request.instrument.symbol, request.timeframe, name, first)
        if len(known):
            return known
    return None


def _ask_another(bench: Workbench, request: BarRequest, served_by: str, count: int) -> None:
    """Fetch the newest bars from the next source too. It failing hinders nothing: health shows every failure; and nobody who
    needs the series itself waits for it."""
    symbol, timeframe, store = request.instrument.symbol, request.timeframe, bench.store
    others = [s for s in bench.sources(AUTO) if s.name not in (served_by, SAMPLE)]
    newest = replace(request, start=max(request.start, request.end - count * timeframe.delta), forming=False)
    with bench.turns.alone((symbol, timeframe, AUTO)):
        try:
            found = collect_bars(
                newest,
                others,
                lambda name, frame: read_bars(store, symbol, frame, name, newest.start),
                lambda name, frame: read_coverage(store, symbol, frame, name),
                bench.gate,
            )
        except DataUnavailable:
            return
        writes = _writes(found, newest)
        if writes:
            store.write(*writes)


def reach(bench: Workbench, instrument: Instrument, timeframe: Timeframe) -> timedelta:
    """How far back a model's training reaches, and at least the days of the settings."""
    return reach_of(bench.settings, instrument, timeframe)


def reach_of(settings: Settings, instrument: Instrument, timeframe: Timeframe) -> timedelta:
    """The same, by settings alone."""
    bars = settings.collect.train_bars + WARMUP + settings.predict.long_bars
    year = timedelta(days=365)
    return max(
        timedelta(days=settings.collect.history_days), year * (bars / instrument.bars_per_year(timeframe))
    )


def bars_until(
    bench: Workbench,
    instrument: Instrument,
    timeframe: Timeframe,
    source: str,
    start: datetime | None,
    until: datetime,
) -> pd.DataFrame:
    """Closed bars of one source from a little before `start`; what was missing is stored."""
    since = led_in(bench, timeframe, start or until)
    found = gather(bench, instrument, timeframe, source, until, since)
    bench.store.write(*found.writes)
    return found.bars


def led_in(bench: Workbench, timeframe: Timeframe, start: datetime) -> datetime:
    """A little before `start`; where costs know volatility or volume as much as they look back, closed hours included."""
    bars = 5 * MEMORY if bench.settings.costs.record().looks_back else 10
    return start - bars * timeframe.delta
