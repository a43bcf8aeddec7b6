"""When an asset has something to decide: a cycle follows a bar, so none is run where no bar has closed since the last."""

from datetime import UTC, datetime

from core.collect import LIVE
from core.errors import GlassboxError
from core.instruments import resolve
from core.pipeline import Workbench
from core.pipeline.at_hand import sample_clock_span, sample_world
from core.pipeline.gathering import AUTO, SAMPLE
from core.pipeline.sample_clock import next_moment
from core.records import AutopilotState, Timeframe
from core.store.autopilot import last_begun
from core.store.books import active_book
from core.store.cycles import last_moment

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def due(bench: Workbench, state: AutopilotState, symbol: str, now: datetime) -> datetime | None:
    """The moment of the next cycle of an asset; None where there is nothing new.

    On the sample, whose clock stands still, each turn goes one bar further, until its end. A file has one moment, its
    last bar. Where no live source answered and the sample stood in, it is tried again with the next bar.
    """
    timeframe = Timeframe(state.timeframe)
    if state.source == SAMPLE:
        return _further(bench, symbol, timeframe)
    moment = _end_of_file(bench, state, symbol)
    if moment is not None:
        world, clock = moment
        last = last_moment(bench.store, symbol, timeframe.value, world)
        return now if last is None or last < clock else None
    last = last_moment(bench.store, symbol, timeframe.value, LIVE)
    if state.source == AUTO:
        last = max(filter(None, (last, _stood_in(bench, symbol, timeframe))), default=None)
    length = timeframe.delta
    if last is not None and (now - _EPOCH) // length <= (last - _EPOCH) // length:
        return None
    return now


def _further(bench: Workbench, symbol: str, timeframe: Timeframe) -> datetime | None:
    moment, world = next_moment(bench, symbol, timeframe, 1), sample_world(resolve(symbol), timeframe)
    book = active_book(bench.store, world) if world else None
    if moment is None or (book is not None and book.clock is not None and moment <= book.clock):
        return None
    return moment


def _end_of_file(bench: Workbench, state: AutopilotState, symbol: str) -> tuple[str, datetime] | None:
    """World and clock of a source that lies on this machine; None for live ones, and where it cannot be read."""
    if state.source == AUTO:
        return None
    try:
        offer = bench.sources(state.source)[0].offer(resolve(symbol), Timeframe(state.timeframe))
    except GlassboxError:  # the cycle tells
        return None
    return (offer.world, offer.clock) if offer.clock is not None else None


def _stood_in(bench: Workbench, symbol: str, timeframe: Timeframe) -> datetime | None:
    """When a cycle last decided at the end of the sample."""
    span, world = sample_clock_span(resolve(symbol), timeframe), sample_world(resolve(symbol), timeframe)
    if span is None or world is None:
        return None
    return last_begun(bench.store, symbol, timeframe.value, world, span[1])
