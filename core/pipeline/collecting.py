"""The first stage: bars and headlines as they were known at a moment."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from core.pipeline.gathering import gather
from core.pipeline.news import headlines_at
from core.pipeline.run import Outcome, Run, Tell, Workbench, in_words
from core.records import DataQuality, Instrument, Timeframe
from core.store import dump


def collect(run: Run, bench: Workbench, tell: Tell) -> Outcome:
    """Closed bars up to the cycle's moment, their quality, and the headlines published before it."""
    tell(0.0, "looking for bars")
    asked = run.request
    found = gather(bench, run.instrument, asked.timeframe, asked.source, asked.as_of)
    tell(0.6, "looking for headlines")
    headlines, problems, more = headlines_at(
        bench, run.instrument, found.collected.world, found.moment, run.known_at or asked.as_of
    )
    origin = "the cache" if found.collected.fetched_at is None else found.collected.source
    words = (
        f"{len(found.bars):,} {asked.timeframe} bars of {run.instrument.symbol} to {found.bars.index[-1]:%Y-%m-%d %H:%M} UTC "
        f"from {origin}, data trust {found.quality.score:.0f} of 100; {len(headlines)} headlines."
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


def fetch(
    bench: Workbench,
    instrument: Instrument,
    timeframe: Timeframe,
    source: str,
    tell: Callable[[float, str], None],
) -> str:
    """Download what is missing and the bar under way, store it, and say what there is now."""
    tell(0.1, f"asking for {timeframe} bars of {instrument.symbol}")
    found = gather(bench, instrument, timeframe, source, None, forming=True)
    tell(0.7, "asking for headlines")
    headlines, problems, more = headlines_at(bench, instrument, found.collected.world, found.moment)
    bench.store.write(*found.writes, *more)
    told = in_words((*found.problems, *problems))
    return (
        f"{len(found.bars):,} bars of {instrument.symbol} {timeframe} from {found.collected.source}, "
        f"{len(found.collected.fresh):,} of them new, data trust {found.quality.score:.0f} of 100; "
        f"{len(headlines)} recent headlines. {told}"
    ).strip()


def fingerprint(bars: pd.DataFrame) -> str:
    """Hash of bars: the same bars give the same text."""
    return f"{int(pd.util.hash_pandas_object(bars).sum()):016x}"
