"""The books that the autopilot moves, as its page shows them."""

from dataclasses import dataclass
from datetime import datetime

from core.autopilot.halting import moved_books
from core.pipeline import Workbench
from core.pipeline.risk_state import state_of_book
from core.records import AutopilotState, SystemState
from core.views.number import Number, money, percent


@dataclass(frozen=True, slots=True)
class BookLine:
    """One book with what it may do."""

    id: str
    world: str
    equity: float
    """In the quote currency."""
    gained: float
    """Since the book began, as a fraction of its first cash."""
    open_profit: float
    """Of what is held, before exit costs."""
    positions: int
    orders: int
    state: SystemState
    reason: str
    """Why it may not do everything; empty while active."""
    clock: datetime | None


def book_lines(bench: Workbench, state: AutopilotState | None) -> tuple[BookLine, ...]:
    """A line for each open book of the autopilot."""
    lines = []
    for book in moved_books(bench, state):
        risk = state_of_book(bench, book, book.clock or bench.clock())
        lines.append(
            BookLine(
                book.id, book.world, book.equity, book.equity / book.initial_cash - 1.0,
                sum(position.unrealised for position in book.positions), len(book.positions), len(book.orders),
                risk.state, risk.reason, book.clock,
            )
        )  # fmt: skip
    return tuple(lines)


def book_numbers(lines: tuple[BookLine, ...], most: int) -> tuple[Number, ...]:
    """Equity, result, open result and positions over the books; `most`: positions that the settings allow a book."""
    if not lines:
        return ()
    begun = sum(line.equity / (1.0 + line.gained) for line in lines)
    equity = sum(line.equity for line in lines)
    held, orders = sum(line.positions for line in lines), sum(line.orders for line in lines)
    waiting = f"{orders} open order{'' if orders == 1 else 's'}" if orders else None
    where = " and ".join(line.world for line in lines)
    return (
        Number("Equity", money(equity), f"Cash and positions of the book ({where})."),
        Number("Result", percent(equity / begun - 1.0), "Equity against the cash that the book began with."),
        Number(
            "Open P&L", money(sum(line.open_profit for line in lines)), "Of what is held now, before exit costs."
        ),
        Number(
            "Positions", f"{held} of {most * len(lines)}",
            "Held now, of the most that the risk limits allow; with orders that wait for a bar.", waiting,
        ),
    )  # fmt: skip
