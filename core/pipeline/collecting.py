"""Bars and headlines: out of the store, out of the sources, and back into the store."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pandas as pd

from core.collect import Collected, assess, collect_bars
from core.errors import InputError
from core.features import WARMUP
from core.pipeline.run import Outcome, Run, Tell, Workbench
from core.records import DataQuality, Headline, Instrument, Problem, Timeframe
from core.store import Write, dump
from core.store.market import (
    headlines_fetched_at,
    mark_headlines_fetched,
    read_bars,
    read_coverage,
    read_headlines,
    replace_coverage,
    save_headlines,
    save_quality,
    upsert_bars,
)

SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Gathered:
    """Bars as they were known at a moment, and what is to be stored."""

    moment: datetime
    bars: pd.DataFrame
    quality: DataQuality
    collected: Collected
    problems: tuple[Problem, ...]
    writes: tuple[Write, ...]


def collect(run: Run, bench: Workbench, tell: Tell) -> Outcome:
    """Closed bars up to the cycle's moment, their quality, and the headlines published before it."""
    tell(0.0, "looking for bars")
    asked = run.request
    found = gather(bench, run.instrument, asked.timeframe, asked.source, asked.as_of)
    tell(0.6, "looking for headlines")
    headlines, problems, more = gather_headlines(bench, run.instrument, found)
    origin = "the cache" if found.collected.fetched_at is None else found.collected.source
    words = (
        f"{len(found.bars):,} {asked.timeframe} bars of {run.instrument.symbol} to {found.bars.index[-1]:%Y-%m-%d %H:%M} UTC "
        f"from {origin}, quality {found.quality.score:.0f} of 100; {len(headlines)} headlines."
        if len(found.bars)
        else f"No closed bar of {run.instrument.symbol} before {found.moment:%Y-%m-%d %H:%M} UTC."
    )
    return Outcome(
        run=replace(
            run, as_of=found.moment, world=found.collected.world, data_source=found.collected.source, bars=found.bars,
            quality=found.quality, headlines=headlines,
        ),
        summary=words,
        source=found.collected.note or found.collected.source,
        problems=(*found.problems, *problems),
        writes=(*found.writes, *more),
        input_hash=fingerprint(found.bars),
        output=dump(DataQuality, found.quality),
    )  # fmt: skip


def gather(
    bench: Workbench,
    instrument: Instrument,
    timeframe: Timeframe,
    source: str,
    as_of: datetime | None,
    since: datetime | None = None,
) -> Gathered:
    """Bars known at `as_of` (default: the clock of the world they live in), as far back as a model needs.

    Raises:
        DataUnavailable: no source has any.
        InputError: the moment has not come yet in that world.
    """
    now = bench.clock()
    end = as_of or now
    if end > now:
        raise InputError(f"The moment {end:%Y-%m-%d %H:%M} UTC has not come yet: choose one in the past.")
    collected = collect_bars(
        instrument,
        timeframe,
        since or end - _reach(bench, instrument, timeframe),
        end,
        bench.sources(source),
        lambda name: read_bars(bench.store, instrument.symbol, timeframe, name),
        lambda name: read_coverage(bench.store, instrument.symbol, timeframe, name),
        bench.cool_down,
        now,
    )
    if as_of and collected.clock and as_of > collected.clock:
        raise InputError(
            f"{collected.source} ends at {collected.clock:%Y-%m-%d %H:%M} UTC, before the moment {as_of:%Y-%m-%d %H:%M}: "
            "choose an earlier one."
        )
    moment = as_of or collected.clock or now
    bars, quality, problems = assess(collected.bars, instrument, timeframe, moment)
    key = (instrument.symbol, timeframe, collected.source)
    writes = [save_quality(*key, moment, quality)]
    if collected.fetched_at is not None:
        writes.append(upsert_bars(*key, collected.fresh, collected.fetched_at))
        if collected.covered:
            writes.append(replace_coverage(*key, collected.covered, collected.fetched_at))
    return Gathered(moment, bars, quality, collected, (*collected.problems, *problems), tuple(writes))


def _reach(bench: Workbench, instrument: Instrument, timeframe: Timeframe) -> timedelta:
    """How far back a model's training reaches, and at least the days of the settings."""
    settings = bench.settings.collect
    bars = settings.train_bars + WARMUP + bench.settings.predict.long_bars
    year = timedelta(days=365)
    return max(timedelta(days=settings.history_days), year * (bars / instrument.bars_per_year(timeframe)))


def gather_headlines(
    bench: Workbench, instrument: Instrument, found: Gathered
) -> tuple[tuple[Headline, ...], tuple[Problem, ...], tuple[Write, ...]]:
    """Headlines published before the moment: the sample's own in the sample's world, else stored and fetched ones."""
    settings, symbol = bench.settings.collect, instrument.symbol
    oldest = found.moment - timedelta(days=settings.headline_days)
    if found.collected.world.startswith(SAMPLE):
        known, none = bench.headlines(instrument, SAMPLE, found.moment)
        recent = tuple(h for h in known if oldest <= h.published_at <= found.moment)
        return recent, none, (save_headlines(recent),)
    now, asked = bench.clock(), headlines_fetched_at(bench.store, symbol)
    fresh: tuple[Headline, ...] = ()
    problems: tuple[Problem, ...] = ()
    writes: tuple[Write, ...] = ()
    due = asked is None or now - asked >= timedelta(minutes=settings.headline_minutes)
    if due and found.collected.clock is None and now - found.moment < timedelta(days=1):
        fresh, problems = bench.headlines(instrument, found.collected.source, now)
        writes = (save_headlines(fresh), mark_headlines_fetched(symbol, now))
    stored = read_headlines(bench.store, symbol, oldest, found.moment, sample=False)
    both = {
        h.id: h for h in (*stored, *fresh) if symbol in h.symbols and oldest <= h.published_at <= found.moment
    }
    return tuple(sorted(both.values(), key=lambda h: h.published_at, reverse=True)), problems, writes


def fetch(
    bench: Workbench,
    instrument: Instrument,
    timeframe: Timeframe,
    source: str,
    tell: Callable[[float, str], None],
) -> str:
    """Download what is missing, store it, and say what there is now."""
    tell(0.1, f"asking for {timeframe} bars of {instrument.symbol}")
    found = gather(bench, instrument, timeframe, source, None)
    tell(0.7, "asking for headlines")
    headlines, problems, more = gather_headlines(bench, instrument, found)
    bench.store.write(*found.writes, *more)
    told = " ".join(f"{p.where}: {p.what} {p.instead}" for p in (*found.problems, *problems))
    return (
        f"{len(found.bars):,} bars of {instrument.symbol} {timeframe} from {found.collected.source}, "
        f"{len(found.collected.fresh):,} of them new; {len(headlines)} recent headlines. {told}"
    ).strip()


def bars_until(
    bench: Workbench,
    instrument: Instrument,
    timeframe: Timeframe,
    source: str,
    start: datetime | None,
    until: datetime,
) -> pd.DataFrame:
    """Closed bars of one source from a little before `start`; what was missing is stored."""
    since = (start or until) - 10 * timeframe.delta
    found = gather(bench, instrument, timeframe, source, until, since)
    bench.store.write(*found.writes)
    return found.bars


def fingerprint(bars: pd.DataFrame) -> str:
    """Hash of bars: the same bars give the same text."""
    return f"{int(pd.util.hash_pandas_object(bars).sum()):016x}"
