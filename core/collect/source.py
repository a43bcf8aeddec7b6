"""The protocol that every source of bars keeps, and what a source says of itself before it is asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import pandas as pd

from core.records import Instrument, Timeframe

LIVE = "live"
"""The world whose clock is the wall clock."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `calls` questions within any `seconds`."""

    calls: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Offer:
    """What a source would serve for one instrument and timeframe, and within which limits."""

    world: str
    """`live`, or the era of a data set, e.g. sample-crypto-2019: a book lives in one world."""
    clock: datetime | None
    """None in the live world; otherwise the open time of the last bar, so that an order decided then still finds
    the open that fills it."""
    history: timedelta | None
    """How far back the source reaches; None when it has no limit."""
    delay: timedelta
    """How long after a bar's close its values may still change; a younger bar is treated as unfinished."""
    adjusted: bool
    """Whether past prices change when a dividend or split happens."""
    local: bool
    """True when nothing but this machine is asked: no cool-down, and always read in full."""
    note: str
    """What a reader should know: venue, adjustment, volume, in one sentence."""


class BarSource(Protocol):
    """One place that bars come from. Knows nothing of caches, other sources or the store."""

    @property
    def name(self) -> str:
        """Name that requests, tables and pages use: yfinance, coingecko, sample, file:PATH."""
        ...

    @property
    def limits(self) -> tuple[Limit, ...]:
        """How often it may be asked; empty when nobody else is asked."""
        ...

    def offer(self, instrument: Instrument, timeframe: Timeframe) -> Offer:
        """What would be served; asks no network.

        Raises:
            Unsupported: with the reason, when this source does not serve them.
            BadFile: a file cannot be read.
        """
        ...

    def fetch(
        self, instrument: Instrument, timeframe: Timeframe, start: datetime, end: datetime
    ) -> pd.DataFrame:
        """Bars in the shape of core.tables with start ≤ open time < end, as served: values are not judged here.

        Raises:
            SourceError: one of its kinds; an empty answer is NotFound.
        """
        ...
