"""Bars from the first source that can give them, asking only for what is not known yet.

Sources are tried in order, world by world: within a world those that reach far enough back, then their cached bars,
then those that reach back only a little; another world's source is used only when the first world has nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

import pandas as pd

from core.collect.collected import BarRequest, Collected
from core.collect.cooldown import CoolDown
from core.collect.increment import differing, fetch_increment, trusted
from core.collect.intervals import Interval, missing, union
from core.collect.quality.assess import usable
from core.collect.shaping import between
from core.collect.source import BarSource, Offer
from core.errors import (
    BadData,
    DataUnavailable,
    NeedsKey,
    NotFound,
    RateLimited,
    SourceError,
    Unreachable,
    Unsupported,
)
from core.records import Instrument, Problem, Timeframe

Cached = Callable[[str], pd.DataFrame]
"""Source name → its stored bars of this instrument and timeframe."""
Covered = Callable[[str], tuple[Interval, ...]]
"""Source name → the ranges already asked of it."""

_REST_AFTER = (RateLimited, Unreachable, BadData, NeedsKey)
"""Failures of the source itself; an unknown symbol is none."""


@dataclass(frozen=True, slots=True, eq=False)
class _Candidate:
    source: BarSource
    offer: Offer

    @property
    def name(self) -> str:
        return self.source.name


def collect_bars(
    instrument: Instrument,
    timeframe: Timeframe,
    start: datetime,
    end: datetime,
    sources: Sequence[BarSource],
    cached: Cached,
    covered: Covered,
    cool_down: CoolDown,
    now: datetime,
) -> Collected:
    """Closed bars with start ≤ open time < end, or the same length up to the clock of a world of its own.

    Raises:
        DataUnavailable: with the reason of every source.
        InputError, BadFile: the dates or the file are wrong.
    """
    request = BarRequest(instrument, timeframe, start, end, now)
    reasons: dict[str, str] = {}
    refused: dict[str, str] = {}
    candidates = []
    for source in sources:
        try:
            candidates.append(_Candidate(source, source.offer(instrument, timeframe)))
        except Unsupported as err:
            refused[source.name] = str(err)
    for _, world in groupby(candidates, key=lambda candidate: candidate.offer.world):
        found = _from_world(list(world), request, cached, covered, cool_down, reasons)
        if found is not None:
            return replace(found, problems=(*_failures(reasons, found), *found.problems))
    raise DataUnavailable(instrument.symbol, timeframe, {**reasons, **refused})


def _from_world(
    candidates: list[_Candidate],
    request: BarRequest,
    cached: Cached,
    covered: Covered,
    cool_down: CoolDown,
    reasons: dict[str, str],
) -> Collected | None:
    """The first success among sources of one world; failures are added to `reasons`."""
    shallow = [c for c in candidates if c.offer.history is not None and c.offer.history < request.span / 2]
    deep = [c for c in candidates if c not in shallow]
    for group in (deep, shallow):
        for candidate in group:
            try:
                return _ask(candidate, request, cached, covered, cool_down)
            except SourceError as err:
                reasons[candidate.name] = str(err)
        for candidate in group:
            stale = _stale(candidate, request, cached, covered)
            if stale is not None:
                return stale
    return None


def _ask(
    candidate: _Candidate, request: BarRequest, cached: Cached, covered: Covered, cool_down: CoolDown
) -> Collected:
    """Bars of one source: from the cache as far as it reaches, the rest fetched now; SourceError when it fails."""
    source, offer = candidate.source, candidate.offer
    window = request.window(offer)
    if offer.local:
        return _read_local(source, offer, request, window, cached)
    known = union(covered(source.name))
    held = trusted(cached(source.name), known)
    gaps = missing(window, known)
    if not gaps:
        bars = between(held, *window)
        if bars.empty:
            raise NotFound(f"it has no bars from {window[0]:%Y-%m-%d} to {window[1]:%Y-%m-%d}")
        told = _short(candidate, request, window)
        return Collected(bars, source.name, offer.world, None, offer.note, covered=known, problems=told)
    resting = cool_down.resting(source.name)
    if resting:
        raise Unreachable(resting)
    try:
        increment = fetch_increment(source, offer, request, window, held, known)
    except _REST_AFTER as err:
        cool_down.fail(source.name, str(err), err.retry_after if isinstance(err, RateLimited) else None)
        raise
    cool_down.clear(source.name)
    bars = between(increment.bars, *window)
    if bars.empty:
        raise NotFound(f"it has no bars from {window[0]:%Y-%m-%d} to {window[1]:%Y-%m-%d}")
    return Collected(
        bars=bars,
        source=source.name,
        world=offer.world,
        clock=None,
        note=offer.note,
        fresh=increment.fresh,
        fetched=increment.fetched,
        covered=increment.covered,
        fetched_at=request.now,
        problems=(*increment.problems, *_short(candidate, request, window)),
    )


def _read_local(
    source: BarSource, offer: Offer, request: BarRequest, window: Interval, cached: Cached
) -> Collected:
    bars, faults = usable(source.fetch(request.instrument, request.timeframe, *window))
    problems: tuple[Problem, ...] = ()
    if faults.dropped:
        what = f"{faults.dropped} bars cannot be used: {faults.sentence}."
        problems = (Problem(f"collect/{source.name}", what, "They were left out."),)
    bars = bars.iloc[: request.unfinished(bars, offer)]
    if bars.empty:
        raise NotFound("none of its bars has closed yet")
    fresh = differing(bars, cached(source.name))
    return Collected(
        bars, source.name, offer.world, offer.clock, offer.note, fresh, fetched_at=request.now, problems=problems
    )  # fmt: skip


def _stale(candidate: _Candidate, request: BarRequest, cached: Cached, covered: Covered) -> Collected | None:
    """Bars of a source that failed, as far as they were stored before."""
    if candidate.offer.local:
        return None
    known = union(covered(candidate.name))
    window = request.window(candidate.offer)
    bars = between(trusted(cached(candidate.name), known), *window)
    if bars.empty:
        return None
    problem = Problem(
        "collect/cache",
        f"No source answered for {request.timeframe} bars of {request.instrument.symbol}.",
        f"Stored bars of {candidate.name} are used; the last one opened {bars.index[-1]:%Y-%m-%d %H:%M} UTC.",
    )
    return Collected(
        bars, candidate.name, candidate.offer.world, None, candidate.offer.note,
        covered=known, stale=True, problems=(problem,),
    )  # fmt: skip


def _failures(reasons: dict[str, str], found: Collected) -> tuple[Problem, ...]:
    if found.clock is None:
        instead = f"Bars of {found.source} are used."
    else:
        instead = f"Bars of {found.source} are used; their clock stands at {found.clock:%Y-%m-%d %H:%M} UTC."
    return tuple(Problem(f"collect/{name}", _sentence(why), instead) for name, why in reasons.items())


def _sentence(reason: str) -> str:
    text = reason.rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."


def _short(candidate: _Candidate, request: BarRequest, window: Interval) -> tuple[Problem, ...]:
    """Tell when a source reaches back less than four fifths of what was asked."""
    history = candidate.offer.history
    if history is None or window[1] - window[0] >= 0.8 * (min(request.end, request.now) - request.start):
        return ()
    what = (
        f"{candidate.name} reaches back only {history.days} days with {request.timeframe} bars, "
        f"{request.span.days} were asked for."
    )
    return (Problem(f"collect/{candidate.name}", what, "What it has is used."),)
