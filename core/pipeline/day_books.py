"""The books at the end of a day, put together from their fills and marks, and held against the limits."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from core.instruments import resolve
from core.pipeline.asset_day import bars_known
from core.pipeline.day_span import DaySpan
from core.pipeline.risk_context import risk_context
from core.pipeline.risk_state import state_of_book
from core.pipeline.risk_status import past_of_book
from core.pipeline.run import Workbench
from core.records import Book, BookDay, DayBook, DayHolding, Position, Side, Timeframe
from core.risk.usage import usage
from core.store.books import read_book
from core.store.days import equity_before, orders_of
from core.store.reports import fills_until, marks_until, series_of_order, trades_ended

_NOTHING = 1e-12


def day_book(bench: Workbench, book_id: str, span: DaySpan, cycles: Sequence[str]) -> DayBook:
    """One book: how it fared in the span, what it held at the end, and what was used of every limit.

    The limits are those of today's settings; equity, holdings and the log of the breaker are those of then.
    """
    book = read_book(bench.store, book_id)
    held = holdings(bench, book_id, span)
    mark = marks_until(bench.store, book_id, span.events)
    equity = book.initial_cash if mark is None else mark[0]
    lived = _lived(bench, book, span, cycles, equity)
    then = _as_it_stood(bench, book, span, held, equity)
    state = state_of_book(bench, then, span.until, known_at=span.bars_known)
    past = past_of_book(bench, then, state, span.bars_known)
    context = risk_context(
        then, lived.equity_start, 100.0, bench.settings, bench.settings.costs.record(), past
    )
    return DayBook(
        lived, span.until, held, state.state, state.reason, state.peak, state.drawdown, usage(context)
    )


def holdings(bench: Workbench, book_id: str, span: DaySpan) -> tuple[DayHolding, ...]:
    """What a book held at the end of a span, by symbol."""
    found: dict[str, DayHolding] = {}
    for fill in fills_until(bench.store, book_id, span.events):
        symbol = str(fill[1])
        after = _filled(found.pop(symbol, None), fill)
        if after is not None:
            found[symbol] = after
    return tuple(_priced(bench, found[symbol], span) for symbol in sorted(found))


def _filled(held: DayHolding | None, fill: tuple[Any, ...]) -> DayHolding | None:
    """A holding after one more fill; None when nothing is left of it."""
    order_id, symbol, side, quantity, price, _, time, _ = fill
    units = quantity if side == Side.BUY.value else -quantity
    if held is None:
        return DayHolding(symbol, units, price, time, None, order_id)
    total = held.quantity + units
    if abs(total) <= _NOTHING * max(abs(held.quantity), abs(units)):
        return None
    if held.quantity * units > 0:
        average = (held.quantity * held.entry_price + units * price) / total
        return replace(held, quantity=total, entry_price=average)
    if held.quantity * total > 0:
        return replace(held, quantity=total)
    return DayHolding(symbol, total, price, time, None, order_id)


def _priced(bench: Workbench, held: DayHolding, span: DaySpan) -> DayHolding:
    """With the last close that was known."""
    managed = series_of_order(bench.store, held.order_id)
    if managed is None:
        return held
    bars = bars_known(bench, resolve(held.symbol), Timeframe(managed[0]), managed[1], span)
    return replace(held, last_price=float(bars["close"].iloc[-1])) if len(bars) else held


def _lived(bench: Workbench, book: Book, span: DaySpan, cycles: Sequence[str], equity: float) -> BookDay:
    store = bench.store
    begun = equity_before(store, book.id, span.lived_from)
    trades = trades_ended(store, book.id, span.lived_from, span.events)
    return BookDay(
        book.id, book.world, span.lived_from, span.until, book.initial_cash if begun is None else begun, equity,
        orders_of(store, book.id, list(cycles)),
        sum(fill[6] >= span.lived_from for fill in fills_until(store, book.id, span.events)),
        len(trades), sum(trade.pnl for trade in trades),
    )  # fmt: skip


def _as_it_stood(
    bench: Workbench, book: Book, span: DaySpan, held: Sequence[DayHolding], equity: float
) -> Book:
    """The book of then: its cash is what its equity leaves beside the holdings."""
    positions = []
    for item in held:
        managed = series_of_order(bench.store, item.order_id) or ("1h", "")
        positions.append(
            Position(
                item.symbol, managed[0], item.quantity, item.entry_price, 0.0, item.opened_at, None, None,
                item.order_id, item.last_price if item.last_price is not None else item.entry_price, managed[1],
            )
        )  # fmt: skip
    value = sum(position.value for position in positions)
    return Book(book.id, book.world, book.initial_cash, equity - value, tuple(positions), (), span.until)
