"""Orders that a halt by hand takes back: what still waits to open something is never filled."""

from datetime import datetime

from core.execute import cancel
from core.pipeline.risk_state import halted_by_hand
from core.pipeline.run import Workbench
from core.records import Book, Order


def take_back(
    book: Book, bench: Workbench, known_at: datetime | None = None, but_not: str = ""
) -> tuple[Book, tuple[Order, ...]]:
    """The book without waiting orders that would open something, where a person has halted it, and those orders.

    Exits stay: a halt keeps stops and targets, and lets what is held be closed.

    Args:
        known_at, but_not: see `core.store.risk.risk_events`.
    """
    waiting = [order for order in book.orders if not order.reduce_only]
    if not waiting or not halted_by_hand(bench, book.id, known_at, but_not):
        return book, ()
    gone = []
    for order in waiting:
        book, canceled = cancel(book, order.id)
        gone += [canceled] if canceled else []
    return book, tuple(gone)
