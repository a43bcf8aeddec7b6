"""Which assets the user is about to look at, and whether this is a quiet moment to prepare for it."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.records import Visit

LOOKED_AT = timedelta(days=28)
"""Older visits are not read: what is left of their weight is a sixteenth."""
_HABIT = timedelta(days=7)
"""Half-life of a habit: visits of last week's same hour count half of today's."""
_RECENT = timedelta(hours=6)
"""Half-life of the present interest."""
QUIET = timedelta(minutes=5)
"""Nobody looked at anything and no model was asked for so long."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """One asset in the order of preloading."""

    symbol: str
    expected: float
    """Visits expected in the next hour."""
    popularity: float
    """Visits of the last four weeks, the older the lighter."""
    held: bool
    """A position in it is open."""


def ranking(visits: Sequence[Visit], held: Collection[str], now: datetime) -> tuple[Ranked, ...]:
    """Assets in the order in which they are worth preparing: held first, then by visits expected, then by popularity.

    The expectation is the mean of two kernel estimates of a point process's intensity (Diggle, "A kernel method for
    smoothing point process data", Applied Statistics 34, 1985) with one-sided exponential kernels, that is, of
    exponentially decayed counts (Cormode et al., "Forward decay", ICDE 2009):

        habit   = Σ 2^(−days/7) over visits in the coming hour of the day ÷ Σ 2^(−d/7) over the days looked at
        recency = ln 2 / 6 h · Σ 2^(−hours/6) over all visits

    both in visits an hour. Visits after `now` are not counted.

    Args:
        visits: of the last `LOOKED_AT`, in any order.
        held: symbols with an open position; they are ranked also without a visit.
    """
    past = [visit for visit in visits if now - LOOKED_AT <= visit.at <= now]
    days = sum(_decayed(timedelta(days=day), _HABIT) for day in range(1, LOOKED_AT.days + 1))
    found = []
    for symbol in {visit.symbol for visit in past} | set(held):
        ages = [now - visit.at for visit in past if visit.symbol == symbol]
        habit = math.fsum(_decayed(age, _HABIT) for age in ages if _in_coming_hour(age)) / days
        recency = (
            math.log(2) / (_RECENT / timedelta(hours=1)) * math.fsum(_decayed(age, _RECENT) for age in ages)
        )
        popularity = math.fsum(_decayed(age, _HABIT) for age in ages)
        found.append(Ranked(symbol, (habit + recency) / 2, popularity, symbol in held))
    return tuple(
        sorted(found, key=lambda item: (not item.held, -item.expected, -item.popularity, item.symbol))
    )


def is_quiet(
    last_visit: datetime | None, active_jobs: int, last_call: datetime | None, now: datetime
) -> bool:
    """True when no job runs and neither a user nor a language model was busy for `QUIET`."""
    return active_jobs == 0 and all(
        moment is None or now - moment >= QUIET for moment in (last_visit, last_call)
    )


def _decayed(age: timedelta, half_life: timedelta) -> float:
    return float(0.5 ** (age / half_life))


def _in_coming_hour(age: timedelta) -> bool:
    """Whether a visit of this age fell, on an earlier day, into the hour that begins now."""
    return age >= timedelta(hours=23) and -age % timedelta(days=1) < timedelta(hours=1)
