"""What comes first, and how long a step rests after it failed: pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from core.records import StepRun

LONGEST_REST = timedelta(minutes=5)
"""About a round of decisions: whatever was wrong, a minute after it is well again the next round is at hand. A provider
that is down rests longer by itself (core.collect.gate)."""


def in_order(
    assets: Sequence[str],
    held: frozenset[str],
    volatility: Mapping[str, float],
    visits: Mapping[str, int],
) -> tuple[str, ...]:
    """Assets as they are to be served: those with open positions first, then the more volatile, then the more visited.

    Args:
        held: symbols with an open position or a working order.
        volatility: symbol → yearly; one that is not known counts as the calmest.
        visits: symbol → how often it was looked at lately.
    """
    return tuple(sorted(assets, key=lambda s: (s not in held, -volatility.get(s, 0.0), -visits.get(s, 0), s)))


def rest_after(failures: int, interval: timedelta) -> timedelta:
    """How long a step rests after so many failures in a row: its interval doubled each time, five minutes at most
    where the interval is not longer."""
    if failures <= 0:
        return timedelta(0)
    doubled = interval * 2 ** min(failures, 20)
    return min(max(LONGEST_REST, interval), doubled)


def rests(last: StepRun | None, now: datetime) -> bool:
    """Whether a step still rests after its last failure."""
    return last is not None and last.rests_until is not None and now < last.rests_until
