"""One source for one request: from the cache as far as it reaches, the rest asked now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import pandas as pd

from core.calendars import has_bars
from core.collect.collected import BarRequest, Collected
from core.collect.gate import Gate
from core.collect.increment import Ask, Increment, differing, fetch_increment, said_of, trusted
from core.collect.intervals import Interval, missing, union
from core.collect.quality.judge import Judged, judge
from core.collect.shaping import between, divides, join_bars, resample_bars
from core.collect.source import BarSource, Offer
from core.errors import NotFound
from core.records import AssetClass, Problem, Timeframe
from core.settings import BadBars
from core.tables import empty_bars

Cached = Callable[[str, Timeframe], pd.DataFrame]
"""(source name, timeframe) → its stored bars of this instrument."""
Covered = Callable[[str, Timeframe], tuple[Interval, ...]]
"""(source name, timeframe) → the ranges already asked of it."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A source that says it can serve the request."""

    source: BarSource
    offer: Offer

    @property
    def name(self) -> str:
        """Of the source."""
        return self.source.name


@dataclass(frozen=True, slots=True, eq=False)
class Desk:
    """Who asks: the request, what is remembered, the door to the providers and what becomes of bad bars."""

    request: BarRequest
    cached: Cached
    covered: Covered
    gate: Gate
    policy: BadBars

    def judge(self, bars: pd.DataFrame, schema: bool = True) -> Judged:
        """Bars as served, judged by the policy; `schema`: checked against the contract once more at the end."""
        asked = self.request
        return judge(bars, asked.instrument, asked.timeframe, self.policy, asked.now, schema=schema)

    def fetch(self, source: BarSource, start: datetime, end: datetime) -> Judged:
        """Ask a provider through the gate; an answer that is refused counts as its failure."""
        asked = self.request
        question = partial(source.fetch, asked.instrument, asked.timeframe, start, end)
        return self.gate.ask(
            source.name, source.limits, lambda: self.judge(question()), lambda judged: len(judged.bars)
        )


def ask_source(candidate: Candidate, desk: Desk) -> Collected:
    """Bars of one source.

    Raises:
        SourceError: it failed, or has nothing.
    """
    source, offer, asked = candidate.source, candidate.offer, desk.request
    window = asked.window(offer)
    if offer.local:
        return _read_local(candidate, desk, window)
    known = union(desk.covered(source.name, asked.timeframe))
    held = trusted(desk.cached(source.name, asked.timeframe), known)
    gaps = _worth_asking(missing(window, known), asked)
    built, gaps = _from_shorter(source.name, gaps, desk)
    if not gaps and built.empty and asked.tail(window) is None:
        bars = _nonempty(between(held, *window), window)
        told = short_of(candidate, asked, window)
        return Collected(
            bars, source.name, offer.world, None, offer.note, covered=known, problems=told, lag=offer.delay
        )
    increment = _increment(candidate, desk, window, gaps, held, known, built)
    return Collected(
        bars=_nonempty(between(increment.bars, *window), window),
        source=source.name,
        world=offer.world,
        clock=None,
        note=offer.note,
        fresh=increment.fresh,
        fetched=increment.fetched,
        covered=increment.covered,
        fetched_at=asked.now,
        lag=offer.delay,
        problems=(*increment.problems, *short_of(candidate, asked, window)),
        forming=increment.forming if asked.forming else None,
        rejected=((source.name, increment.rejected),) if increment.rejected else (),
    )


def _increment(
    candidate: Candidate,
    desk: Desk,
    window: Interval,
    gaps: tuple[Interval, ...],
    held: pd.DataFrame,
    known: tuple[Interval, ...],
    built: "_Built",
) -> Increment:
    """Bars built from shorter ones first, then what is still missing from the source."""
    held, known = join_bars(held, built.bars), union((*known, *built.spans))
    if not gaps and desk.request.tail(window) is None:
        return Increment(held, built.bars, (), known, (), built.bars.iloc[:0], ())
    ask: Ask = partial(desk.fetch, candidate.source)
    increment = fetch_increment(candidate.name, ask, candidate.offer, desk.request, window, gaps, held, known)
    if built.empty:
        return increment
    return Increment(
        increment.bars, join_bars(built.bars, increment.fresh), increment.fetched, increment.covered,
        increment.problems, increment.forming, increment.rejected,
    )  # fmt: skip


def _nonempty(bars: pd.DataFrame, window: Interval) -> pd.DataFrame:
    if bars.empty:
        raise NotFound(f"it has no bars from {window[0]:%Y-%m-%d} to {window[1]:%Y-%m-%d}")
    return bars


def _worth_asking(gaps: tuple[Interval, ...], asked: BarRequest) -> tuple[Interval, ...]:
    """Without those in which the market is closed: nobody has bars of a weekend."""
    if asked.instrument.asset_class is AssetClass.CRYPTO:
        return gaps
    return tuple(gap for gap in gaps if has_bars(asked.instrument, asked.timeframe, *gap))


@dataclass(frozen=True, slots=True, eq=False)
class _Built:
    bars: pd.DataFrame
    spans: tuple[Interval, ...]

    @property
    def empty(self) -> bool:
        return not self.spans


def _from_shorter(name: str, gaps: tuple[Interval, ...], desk: Desk) -> tuple[_Built, tuple[Interval, ...]]:
    """Gaps that stored shorter bars of the same source cover whole are built from those, without a question.

    Only for markets that never close, whose bars follow the UTC grid.
    """
    asked, built, spans, left = desk.request, empty_bars(), list[Interval](), list[Interval]()
    if asked.instrument.asset_class is not AssetClass.CRYPTO:
        return _Built(built, ()), gaps
    shorter = [frame for frame in reversed(Timeframe) if divides(frame, asked.timeframe)]
    for gap in gaps:
        for frame in shorter:
            covered = union(desk.covered(name, frame))
            if covered and not missing(gap, covered):
                part = between(trusted(desk.cached(name, frame), covered), *gap)
                built = join_bars(built, resample_bars(part, frame, asked.timeframe))
                spans.append(gap)
                break
        else:
            left.append(gap)
    return _Built(built, tuple(spans)), tuple(left)


def _read_local(candidate: Candidate, desk: Desk, window: Interval) -> Collected:
    source, offer, asked = candidate.source, candidate.offer, desk.request
    # read anew each time from this machine: the contract's schema would only cost its slow import here
    judged = desk.judge(source.fetch(asked.instrument, asked.timeframe, *window), schema=False)
    bars = judged.bars.iloc[: asked.unfinished(judged.bars, offer)]
    if bars.empty:
        raise NotFound("none of its bars has closed yet")
    fresh = differing(bars, desk.cached(source.name, asked.timeframe))
    return Collected(
        bars, source.name, offer.world, offer.clock, offer.note, fresh, fetched_at=asked.now,
        problems=said_of(source.name, judged, asked.instrument),
        rejected=((source.name, judged.rejected),) if judged.rejected else (),
    )  # fmt: skip


def stale_bars(candidate: Candidate, desk: Desk) -> Collected | None:
    """Bars of a source that failed, as far as they were stored before."""
    asked = desk.request
    if candidate.offer.local:
        return None
    known = union(desk.covered(candidate.name, asked.timeframe))
    window = asked.window(candidate.offer)
    bars = between(trusted(desk.cached(candidate.name, asked.timeframe), known), *window)
    if bars.empty:
        return None
    problem = Problem(
        "collect/cache",
        f"No source answered for {asked.timeframe} bars of {asked.instrument.symbol}.",
        f"Stored bars of {candidate.name} are used; the last one opened {bars.index[-1]:%Y-%m-%d %H:%M} UTC.",
    )
    return Collected(
        bars, candidate.name, candidate.offer.world, None, candidate.offer.note,
        covered=known, stale=True, problems=(problem,),
    )  # fmt: skip


def short_of(candidate: Candidate, asked: BarRequest, window: Interval) -> tuple[Problem, ...]:
    """Tell when a source reaches back less than four fifths of what was asked."""
    history = candidate.offer.history
    if history is None or window[1] - window[0] >= 0.8 * (min(asked.end, asked.now) - asked.start):
        return ()
    what = (
        f"{candidate.name} reaches back only {history.days} days with {asked.timeframe} bars, "
        f"{asked.span.days} were asked for."
    )
    return (Problem(f"collect/{candidate.name}", what, "What it has is used."),)
