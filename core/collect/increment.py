"""Fetching what one source's cache lacks, and noticing when the past was rewritten."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from core.collect.collected import BarRequest
from core.collect.intervals import Interval, missing, union
from core.collect.quality.assess import usable
from core.collect.shaping import between, join_bars
from core.collect.source import BarSource, Offer
from core.errors import NotFound
from core.records import AssetClass, Problem
from core.tables import empty_bars, stamp

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
    source: BarSource,
    offer: Offer,
    request: BarRequest,
    window: Interval,
    held: pd.DataFrame,
    known: tuple[Interval, ...],
) -> Increment:
    """Fetch the parts of `window` that `known` does not cover and join them with the bars held.

    Where the source rewrites past prices, one known bar is asked again beside each gap; if its close has changed,
    everything is fetched anew and the old bars are forgotten.

    Raises:
        SourceError: the source failed, or has nothing at all.
    """
    gaps = missing(window, known)
    checks_past = offer.adjusted and request.instrument.asset_class is AssetClass.STOCK and len(held) > 0
    asked = tuple(_with_neighbour(gap, held, request) for gap in gaps) if checks_past else gaps
    fetched, problems = _fetch_all(source, offer, request, asked, nothing_held=held.empty)
    if checks_past and _rewritten(held, fetched):
        reach = min([window[0], *(span[0] for span in known)])
        if offer.history is not None:
            reach = max(reach, request.now - offer.history)
        gaps, held, known = ((reach, window[1]),), empty_bars(), ()
        fetched, problems = _fetch_all(source, offer, request, gaps, nothing_held=True)
        told = Problem(
            f"collect/{source.name}",
            f"A split or dividend changed earlier prices of {request.instrument.symbol}.",
            "All bars were fetched again.",
        )
        problems = (*problems, told)
    bars = join_bars(held, fetched)
    settled = _settled(bars, window, request, offer)
    done = tuple((start, min(stop, settled)) for start, stop in gaps if start < min(stop, settled))
    return Increment(bars, differing(fetched, held), done, union((*known, *done)), problems)


def _fetch_all(
    source: BarSource, offer: Offer, request: BarRequest, gaps: Iterable[Interval], nothing_held: bool
) -> tuple[pd.DataFrame, tuple[Problem, ...]]:
    """Closed, usable bars of all gaps. A gap without bars is no failure unless there is nothing else either."""
    bars = empty_bars()
    unserved: NotFound | None = None
    for start, stop in gaps:
        try:
            answer = source.fetch(request.instrument, request.timeframe, start, stop)
        except NotFound as err:
            unserved = err
            continue
        bars = join_bars(bars, answer)
    if unserved is not None and bars.empty and nothing_held:
        raise unserved
    bars, faults = usable(bars)
    bars = bars.iloc[: request.unfinished(bars, offer)]
    if not faults.dropped:
        return bars, ()
    what = f"{faults.dropped} bars of {request.instrument.symbol} cannot be used: {faults.sentence}."
    return bars, (Problem(f"collect/{source.name}", what, "They were left out."),)


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
