"""Fetching what one source's cache lacks, and noticing when the past was rewritten."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from core.collect.collected import BarRequest
from core.collect.intervals import Interval, union
from core.collect.quality.judge import Judged
from core.collect.shaping import between, join_bars
from core.collect.source import Offer
from core.errors import NotFound
from core.records import AssetClass, Instrument, Problem, Rejected
from core.tables import empty_bars, stamp

Ask = Callable[[datetime, datetime], Judged]
"""(start, end) → what the source serves there, judged; raises SourceError."""

_READJUSTED = 2e-5
"""Relative change of a known close from which a dividend or split is assumed; rounding stays far below."""

_SETTLES_AFTER = timedelta(hours=6)
"""A bar that is still absent so long after its close (and half a bar) is taken not to exist."""


@dataclass(frozen=True, slots=True, eq=False)
class Increment:
    """One source's bars after an update."""

    bars: pd.DataFrame
    fresh: pd.DataFrame
    fetched: tuple[Interval, ...]
    covered: tuple[Interval, ...]
    problems: tuple[Problem, ...]
    forming: pd.DataFrame
    """Bars that have not closed."""
    rejected: tuple[Rejected, ...]


def trusted(bars: pd.DataFrame, covered: Iterable[Interval]) -> pd.DataFrame:
    """The cached bars inside ranges that are known to be complete, in order."""
    parts = [between(bars, *span) for span in covered]
    return pd.concat(parts) if parts else empty_bars()


def differing(bars: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """The bars that `known` lacks or has with other values."""
    if known.empty or bars.empty:
        return bars
    same = (known.reindex(bars.index).to_numpy() == bars.to_numpy()).all(axis=1)
    return bars[~same]


def fetch_increment(
    name: str,
    ask: Ask,
    offer: Offer,
    request: BarRequest,
    window: Interval,
    gaps: tuple[Interval, ...],
    held: pd.DataFrame,
    known: tuple[Interval, ...],
) -> Increment:
    """Fetch the `gaps` of `window` that `known` does not cover and join them with the bars held.

    Where the source rewrites past prices, one known bar is asked again beside each gap; if its close has changed,
    everything is fetched anew and the old bars are forgotten.

    Raises:
        SourceError: the source failed, or has nothing at all.
    """
    checks_past = offer.adjusted and request.instrument.asset_class is AssetClass.STOCK and len(held) > 0
    asked = tuple(_with_neighbour(gap, held, request) for gap in gaps) if checks_past else gaps
    tail = request.tail(window)
    got = _fetch_all(name, ask, offer, request, _with_tail(asked, tail), nothing_held=held.empty)
    problems = got.problems
    if checks_past and _rewritten(held, got.bars):
        reach = min([window[0], *(span[0] for span in known)])
        if offer.history is not None:
            reach = max(reach, request.now - offer.history)
        gaps, held, known = ((reach, window[1]),), empty_bars(), ()
        got = _fetch_all(name, ask, offer, request, _with_tail(gaps, tail), nothing_held=True)
        told = Problem(
            f"collect/{name}",
            f"A split or dividend changed earlier prices of {request.instrument.symbol}.",
            "All bars were fetched again.",
        )
        problems = (*got.problems, told)
    bars = join_bars(held, got.bars)
    settled = _settled(bars, window, request, offer)
    done = tuple((start, min(stop, settled)) for start, stop in gaps if start < min(stop, settled))
    return Increment(
        bars, differing(got.bars, held), done, union((*known, *done)), problems, got.forming, got.rejected
    )


def _with_tail(gaps: tuple[Interval, ...], tail: Interval | None) -> tuple[Interval, ...]:
    return gaps if tail is None else union((*gaps, tail))


@dataclass(frozen=True, slots=True, eq=False)
class _Fetched:
    bars: pd.DataFrame
    forming: pd.DataFrame
    rejected: tuple[Rejected, ...]
    problems: tuple[Problem, ...]


def _fetch_all(
    name: str, ask: Ask, offer: Offer, request: BarRequest, gaps: Iterable[Interval], nothing_held: bool
) -> _Fetched:
    """Closed, usable bars of all gaps. A gap without bars is no failure unless there is nothing else either."""
    bars = empty_bars()
    rejected: list[Rejected] = []
    problems: list[Problem] = []
    unserved: NotFound | None = None
    for start, stop in gaps:
        try:
            answer = ask(start, stop)
        except NotFound as err:
            unserved = err
            continue
        bars = join_bars(bars, answer.bars)
        rejected += answer.rejected
        problems += said_of(name, answer, request.instrument)
    if unserved is not None and bars.empty and nothing_held:
        raise unserved
    closed = request.unfinished(bars, offer)
    return _Fetched(bars.iloc[:closed], bars.iloc[closed:], tuple(rejected), tuple(problems))


def said_of(name: str, judged: Judged, instrument: Instrument) -> tuple[Problem, ...]:
    """What to tell of bars that were not used as served."""
    repaired = sum(row.action == "repaired" for row in judged.rejected)
    if not judged.faults.dropped and not repaired:
        return ()
    count = judged.faults.dropped + repaired
    instead = (
        f"{repaired} were repaired and are marked, the others left out."
        if repaired
        else "They were left out."
    )
    what = f"{count} bars of {instrument.symbol} cannot be used as served: {judged.faults.sentence}."
    return (Problem(f"collect/{name}", what, instead),)


def _with_neighbour(gap: Interval, held: pd.DataFrame, request: BarRequest) -> Interval:
    """The gap with one held bar before it, or else after it."""
    before = int(held.index.searchsorted(stamp(gap[0])))
    if before:
        return held.index[before - 1].to_pydatetime(), gap[1]
    return gap[0], max(gap[1], held.index[0].to_pydatetime() + request.timeframe.delta)


def _rewritten(held: pd.DataFrame, fetched: pd.DataFrame) -> bool:
    both = held.index.intersection(fetched.index)
    if both.empty:
        return False
    change = fetched.loc[both, "close"].to_numpy() / held.loc[both, "close"].to_numpy() - 1
    return bool((np.abs(change) > _READJUSTED).any())


def _settled(bars: pd.DataFrame, window: Interval, request: BarRequest, offer: Offer) -> datetime:
    """Until when the answer is final: the close of the last bar, or so long ago that a missing bar does not exist."""
    inside = between(bars, *window)
    last_close = inside.index[-1].to_pydatetime() + request.timeframe.delta if len(inside) else window[0]
    return max(last_close, request.now - offer.delay - _SETTLES_AFTER - 1.5 * request.timeframe.delta)
