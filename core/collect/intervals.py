"""Arithmetic of half-open time ranges; pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

Interval = tuple[datetime, datetime]
"""start ≤ t < stop."""


def union(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same moments in the fewest ranges, oldest first; ranges that touch are joined, empty ones vanish."""
    joined: list[Interval] = []
    for start, stop in sorted(span for span in intervals if span[0] < span[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(stop, joined[-1][1]))
        else:
            joined.append((start, stop))
    return tuple(joined)


def missing(wanted: Interval, covered: Iterable[Interval]) -> tuple[Interval, ...]:
    """The parts of `wanted` that no range of `covered` holds, oldest first."""
    gaps: list[Interval] = []
    reached, end = wanted
    for start, stop in union(covered):
        if start > reached:
            gaps.append((reached, min(start, end)))
        reached = max(reached, stop)
        if reached >= end:
            break
    if reached < end:
        gaps.append((reached, end))
    return tuple(span for span in gaps if span[0] < span[1])


def clip(intervals: Iterable[Interval], bounds: Interval) -> tuple[Interval, ...]:
    """The parts of the ranges that lie inside `bounds`."""
    return union((max(start, bounds[0]), min(stop, bounds[1])) for start, stop in intervals)


def length(intervals: Iterable[Interval]) -> timedelta:
    """Time covered, overlaps counted once."""
    return sum((stop - start for start, stop in union(intervals)), timedelta())
