"""Where the clock of the embedded sample goes next."""

from datetime import datetime

from core.features import WARMUP
from core.instruments import resolve
from core.pipeline.at_hand import sample_clock_span, sample_world
from core.pipeline.run import Workbench
from core.records import Timeframe
from core.store.books import active_book


def next_moment(bench: Workbench, symbol: str, timeframe: Timeframe, bars: int) -> datetime | None:
    """Where a step of `bars` bars leads the sample's book: on from its clock, never past the sample's last bar.

    A book that has not begun starts where a model first has enough history. None outside the sample.
    """
    instrument = resolve(symbol)
    span, world = sample_clock_span(instrument, timeframe), sample_world(instrument, timeframe)
    if span is None or world is None:
        return None
    book = active_book(bench.store, world)
    if book is None or book.clock is None:
        return min(span[0] + (bench.settings.collect.train_bars + WARMUP) * timeframe.delta, span[1])
    return min(max(book.clock, span[0]) + bars * timeframe.delta, span[1])
