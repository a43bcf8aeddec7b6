"""A book held against its limits as it stands, with nothing proposed."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pandas as pd

from core.errors import UnknownId
from core.instruments import resolve
from core.pipeline.at_hand import known_bars
from core.pipeline.gathering import reach_of
from core.pipeline.risk_context import (
    Past,
    bars_per_day,
    closes_beside,
    midnight,
    recent_closes,
    risk_context,
)
from core.pipeline.risk_state import state_of_book
from core.pipeline.run import Workbench
from core.records import Book, Position, RiskState, RiskStatus, Timeframe
from core.risk.usage import usage
from core.settings.profiles import profile_in_force
from core.store.books import equity_at, list_books, read_book
from core.store.risk import risk_events
from core.tables import closed_bars


def book_in_use(bench: Workbench, world: str = "") -> str:
    """Id of the book that a cycle used last, of all worlds or of one.

    Raises:
        UnknownId: there is none.
    """
    books = list_books(bench.store)
    books = books[books["world"] == world] if world else books
    if books.empty:
        where = f" in {world}" if world else ""
        raise UnknownId(f"There is no book{where} yet: run a cycle first, `python -m core cycle BTC-USD`.")
    return str(books["id"].iloc[0])


def risk_status(bench: Workbench, book_id: str) -> RiskStatus:
    """State, use of every limit, profile and risk log of a book at its own clock.

    Raises:
        UnknownId: no such book.
    """
    book = read_book(bench.store, book_id)
    moment = book.clock or bench.clock()
    state = state_of_book(bench, book, moment)
    start = equity_at(bench.store, book.id, midnight(moment))
    past = past_of_book(bench, book, state)
    rank = {
        symbol: place for place, symbol in enumerate(past.symbols)
    }  # the first column is the first position's
    ordered = sorted(book.positions, key=lambda position: rank.get(position.symbol, len(rank)))
    context = risk_context(
        replace(book, positions=tuple(ordered)),
        start,
        100.0,
        bench.settings,
        bench.settings.costs.record(),
        past,
    )
    profile = profile_in_force(bench.settings)
    return RiskStatus(
        book.id, book.world, book.clock, book.equity, state, usage(context), profile.name if profile else "",
        tuple(reversed(risk_events(bench.store, book.id))),
    )  # fmt: skip


def past_of_book(bench: Workbench, book: Book, state: RiskState, known_at: datetime | None = None) -> Past:
    """Closes of all that is held, in the bars of the position with the longest ones, up to the book's clock.

    Args:
        known_at: bars stored later are not read; None: all are.
    """
    moment = book.clock
    if moment is None or not book.positions:
        return Past(moment, state)
    first = max(book.positions, key=lambda position: Timeframe(position.timeframe).seconds)
    timeframe, instrument = Timeframe(first.timeframe), resolve(first.symbol)
    bars = _closed(bench, first, moment, known_at)
    closes = recent_closes(bars, instrument, timeframe, moment, bench.settings)
    others = [position for position in book.positions if position.symbol != first.symbol]
    columns = [
        closes_beside(
            closes.index, timeframe, _closed(bench, other, moment, known_at), Timeframe(other.timeframe)
        )
        for other in others
    ]
    return Past(
        moment=moment,
        state=state,
        symbols=(first.symbol, *(position.symbol for position in others)),
        closes=np.column_stack([closes.to_numpy("float64"), *columns]),
        bars_per_day=bars_per_day(instrument, timeframe),
    )


def _closed(
    bench: Workbench, position: Position, moment: datetime, known_at: datetime | None
) -> pd.DataFrame:
    """Bars of a position that had closed at a moment, as far as they are at hand."""
    timeframe, instrument = Timeframe(position.timeframe), resolve(position.symbol)
    start = moment - reach_of(bench.settings, instrument, timeframe)
    bars = known_bars(bench, instrument, timeframe, position.data_source, start, moment, known_at)
    return closed_bars(bars, timeframe, moment)
