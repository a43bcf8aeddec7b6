"""When an asset has something to decide: a cycle follows a bar, so none is run where no bar has closed since the last."""

from datetime import UTC, datetime

from core.collect import LIVE
from core.instruments import resolve
from core.pipeline import Workbench
from core.pipeline.at_hand import sample_world
from core.pipeline.gathering import SAMPLE
from core.pipeline.sample_clock import next_moment
from core.records import AutopilotState, Timeframe
from core.store.books import active_book
from core.store.cycles import last_moment

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def due(bench: Workbench, state: AutopilotState, symbol: str, now: datetime) -> datetime | None:
    """The moment of the next cycle of an asset; None where there is nothing new.

    On the sample, whose clock stands still, each turn goes one bar further, until its end.
    """
    timeframe = Timeframe(state.timeframe)
    if state.source == SAMPLE:
        return _further(bench, symbol, timeframe)
    last = last_moment(bench.store, symbol, timeframe.value, LIVE)
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
