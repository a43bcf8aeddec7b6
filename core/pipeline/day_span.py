"""The time that a report tells of one asset or book: the day itself, or the day on which a clock in the past stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from core.collect import LIVE

DAY = timedelta(days=1)
SETTLING = timedelta(hours=1)
"""The last bars of a day are stored shortly after it has ended: those that were stored by then count."""
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class DaySpan:
    """What may be looked at. Nothing here reaches past the end of the day that is told."""

    start: datetime
    """00:00 UTC."""
    until: datetime
    """Bars that had closed by then."""
    events: datetime
    """Fills, trades and marks up to and with this instant."""
    bars_known: datetime
    """Bars stored by then, with the values that they had then."""
    texts_known: datetime
    """Texts and figures fetched by then."""
    lived_from: datetime
    """Start of all that was decided: earlier than `start` where a clock in the past went through several days."""

    @property
    def past(self) -> bool:
        """Whether the clock stood in the past."""
        return self.until + SETTLING < self.bars_known


def bounds(day: date) -> tuple[datetime, datetime]:
    """00:00 and 24:00 UTC."""
    start = datetime.combine(day, time(), UTC)
    return start, start + DAY


def span_of(day: date, world: str, moments: Sequence[datetime]) -> DaySpan:
    """The time that is told of a series or a book.

    Args:
        moments: at which the cycles of the day decided, in the clock of their world; may be empty in the live one.
    """
    start, stop = bounds(day)
    if world == LIVE and (not moments or max(moments) >= start):
        return DaySpan(start, stop, stop - _INSTANT, stop + SETTLING, stop, start)
    clock = max(moments).astimezone(UTC)
    begin = _midnight(clock - _INSTANT)  # a clock at 00:00 stands at the end of the day before
    first = min(begin, _midnight(min(moments).astimezone(UTC)))
    return DaySpan(begin, clock, clock, stop + SETTLING, stop, first)


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
