"""Which series a daily optimisation looks at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from core.instruments import resolve
from core.moments import moment
from core.pipeline.gathering import SAMPLE
from core.pipeline.run import Workbench
from core.pipeline.sample_clock import next_moment
from core.records import Instrument, Timeframe
from core.store.autopilot import read_switch


@dataclass(frozen=True, slots=True)
class Asked:
    """One series."""

    instrument: Instrument
    timeframe: Timeframe
    source: str
    as_of: datetime | None
    """Nothing newer is read; None: the clock of the world that the bars live in."""


def read_asked(bench: Workbench, asked: Mapping[str, str]) -> tuple[Asked, ...]:
    """Read a job's arguments: symbol, timeframe, source, as_of (ISO or empty).

    No symbol: every asset of the autopilot, with its timeframe and source; before it was ever switched on, those of the
    settings. What else is empty comes from there too.

    Raises:
        InputError: an asset, a timeframe or a moment that cannot be.
    """
    settings, state = bench.settings, read_switch(bench.store)
    assets = state.assets if state else settings.autopilot.assets or (settings.symbol,)
    symbols = [asked["symbol"]] if asked.get("symbol") else list(assets)
    timeframe = Timeframe(asked.get("timeframe") or (state.timeframe if state else settings.timeframe.value))
    source = asked.get("source") or (state.source if state else settings.source)
    as_of = moment(asked.get("as_of", ""))
    alone = bool(asked.get("symbol"))
    return tuple(
        Asked(
            resolve(one),
            timeframe,
            source,
            as_of if as_of or alone else _clock(bench, one, timeframe, source),
        )
        for one in symbols
    )


def _clock(bench: Workbench, symbol: str, timeframe: Timeframe, source: str) -> datetime | None:
    """On the sample the autopilot goes through the past bar by bar: the moment that it has come to."""
    return next_moment(bench, symbol, timeframe, 0) if source == SAMPLE else None
