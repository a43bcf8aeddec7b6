"""What collecting bars is asked, and what it hands back."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pandas as pd

from core.collect.intervals import Interval
from core.collect.source import Offer
from core.errors import InputError
from core.records import Instrument, Problem, Rejected, Timeframe
from core.tables import empty_bars, stamp


@dataclass(frozen=True, slots=True)
class BarRequest:
    """Bars of one instrument with start ≤ open time < end, asked at `now`."""

    instrument: Instrument
    timeframe: Timeframe
    start: datetime
    end: datetime
    now: datetime
    forming: bool = False
    """Whether the bar under way is wanted too, to be looked at."""

    def __post_init__(self) -> None:
        """Refuse what cannot be.

        Raises:
            InputError: swapped dates, or a time without a zone.
        """
        if None in (self.start.tzinfo, self.end.tzinfo, self.now.tzinfo):
            raise InputError(
                "A date without a time zone was asked for: give it in UTC, like 2019-06-01T12:00Z."
            )
        if self.start >= self.end:
            raise InputError(
                f"The dates are swapped: {self.start:%Y-%m-%d %H:%M} is not before {self.end:%Y-%m-%d %H:%M}."
            )

    @property
    def span(self) -> timedelta:
        """Length of what is asked."""
        return self.end - self.start

    def window(self, offer: Offer) -> Interval:
        """The part that this offer can serve with finished bars.

        In a world of its own clock, what is asked past that clock is moved back, keeping its length, so that it ends
        with the bar that opens at the clock: a result there does not depend on the wall clock.
        """
        if offer.clock is not None:
            end = min(self.end, offer.clock + self.timeframe.delta)
            return self.start - (self.end - end), end
        finished = self.now - offer.delay
        start = self.start if offer.history is None else max(self.start, self.now - offer.history)
        return start, max(start, min(self.end, _floor(finished, self.timeframe)))

    def unfinished(self, bars: pd.DataFrame, offer: Offer) -> int:
        """Position of the first bar that has not closed (with the source's delay), or the number of bars."""
        last_open = stamp(self.now - offer.delay - self.timeframe.delta)
        return int(bars.index.searchsorted(last_open, side="right"))

    def tail(self, window: Interval) -> Interval | None:
        """From the end of the finished bars to the end of the one under way, when that is wanted."""
        if not self.forming or self.end < self.now:
            return None
        return window[1], _floor(self.now, self.timeframe) + self.timeframe.delta


def _floor(moment: datetime, timeframe: Timeframe) -> datetime:
    seconds = int(moment.timestamp()) // timeframe.seconds * timeframe.seconds
    return datetime.fromtimestamp(seconds, UTC)


@dataclass(frozen=True, slots=True, eq=False)
class Collected:
    """Bars from one source, and what the store should remember of it."""

    bars: pd.DataFrame
    """In order, checked, only closed ones. In a world of its own clock the last one opens at `clock` at the latest."""
    source: str
    world: str
    clock: datetime | None
    """None: the wall clock. Otherwise the latest moment of this world: the caller's `as_of` is this or earlier."""
    note: str
    """The source on itself, in one sentence."""
    fresh: pd.DataFrame = field(default_factory=empty_bars)
    """Bars that the cache does not have, or has with other values: to be stored."""
    fetched: tuple[Interval, ...] = ()
    """Ranges that were asked just now and are settled."""
    covered: tuple[Interval, ...] = ()
    """All ranges for which the cache is complete after `fresh` is stored; replaces what was known before. Empty for
    sources on this machine, which are read in full each time."""
    fetched_at: datetime | None = None
    """None when everything came from the cache."""
    stale: bool = False
    """True when no source answered and older bars are served."""
    problems: tuple[Problem, ...] = ()
    forming: pd.DataFrame | None = None
    """Bars that have not closed, when they were asked for; never part of `bars`."""
    rejected: tuple[tuple[str, tuple[Rejected, ...]], ...] = ()
    """Bars that were not used as served, by source; also of sources that were passed over."""
    lag: timedelta = timedelta()
    """How late the source is by its own account."""
    fallback: bool = False
    """True when a source with a higher priority failed."""
