"""Paper books: state, orders, fills, trades, equity."""

from collections.abc import Iterable
from datetime import datetime

import duckdb
import pandas as pd

from core.errors import UnknownId
from core.records import Book, EquityPoint, Fill, Order, Trade
from core.store.codec import dump, load
from core.store.connection import Store, Write


def active_book(store: Store, world: str) -> Book | None:
    """The book that lives in a world now, or None."""
    with store.cursor() as cursor:
        row = cursor.execute("SELECT record FROM books WHERE world = ? AND active", [world]).fetchone()
    return load(Book, row[0]) if row else None


def read_book(store: Store, book_id: str) -> Book:
    """A book as it stands now, also one that was put aside.

    Raises:
        UnknownId: no such book.
    """
    with store.cursor() as cursor:
        row = cursor.execute("SELECT record FROM books WHERE id = ?", [book_id]).fetchone()
    if row is None:
        raise UnknownId(f"There is no book {book_id!r}: the Overview page lists those that there are.")
    return load(Book, row[0])


def list_books(store: Store) -> pd.DataFrame:
    """Active books without their shadows, last used first: id, world, created_at, clock, initial_cash, cash."""
    with store.cursor() as cursor:
        return cursor.execute(
            "SELECT b.id, b.world, b.created_at, b.clock, b.initial_cash, b.cash FROM books b"
            " LEFT JOIN (SELECT book_id, max(started_at) AS used FROM cycles GROUP BY 1) c ON c.book_id = b.id"
            " WHERE b.active AND NOT contains(b.world, '#') ORDER BY coalesce(c.used, b.created_at) DESC, b.id"
        ).df()


def create_book(book: Book, created_at: datetime) -> Write:
    """Make this the active book of its world; an earlier one is kept, inactive."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute("UPDATE books SET active = false WHERE world = ? AND active", [book.world])
        cursor.execute(
            "INSERT INTO books VALUES (?, ?, ?, true, ?, ?, ?, ?)",
            [book.id, book.world, created_at, book.initial_cash, book.cash, book.clock, dump(Book, book)],
        )
        cursor.execute(
            "INSERT INTO equity SELECT ?, ?, ?, ? WHERE ? IS NOT NULL",
            [book.id, book.clock, book.equity, book.cash, book.clock],
        )

    return write


def save_book(
    book: Book,
    orders: Iterable[Order],
    fills: Iterable[Fill],
    trades: Iterable[Trade],
    equity: Iterable[EquityPoint],
) -> Write:
    """Store the book's state with everything that led to it, as one write."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "UPDATE books SET cash = ?, clock = ?, record = ? WHERE id = ?",
            [book.cash, book.clock, dump(Book, book), book.id],
        )
        for order in orders:
            _save_order(cursor, book.id, order)
        for fill in fills:
            cursor.execute(
                "INSERT INTO fills VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    book.id, fill.order_id, fill.symbol, fill.side.value, fill.quantity, fill.price, fill.reference,
                    fill.fee, fill.time, fill.reason, fill.spread, fill.slippage,
                ],
            )  # fmt: skip
        for trade in trades:
            cursor.execute(
                "INSERT INTO trades VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    book.id, trade.symbol, trade.quantity, trade.entry_time, trade.entry_price, trade.exit_time,
                    trade.exit_price, trade.fees, trade.pnl, trade.return_, trade.exit_reason.value, trade.entry_order_id,
                    book.clock,
                ],
            )  # fmt: skip
        _save_equity(cursor, book.id, equity)

    return write


def _save_order(cursor: duckdb.DuckDBPyConnection, book_id: str, order: Order) -> None:
    cursor.execute(
        "INSERT OR REPLACE INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            order.id, book_id, order.cycle_id, order.symbol, order.side.value, order.type.value, order.quantity,
            order.status.value, order.submitted_at, order.filled, order.average, order.fee, order.reason,
            dump(Order, order),
        ],
    )  # fmt: skip


def _save_equity(cursor: duckdb.DuckDBPyConnection, book_id: str, points: Iterable[EquityPoint]) -> None:
    frame = pd.DataFrame([(p.time, p.equity, p.cash) for p in points], columns=["time", "equity", "cash"])
    if frame.empty:
        return
    cursor.execute("DELETE FROM equity WHERE book_id = ? AND time IN (SELECT time FROM frame)", [book_id])
    cursor.execute("INSERT INTO equity SELECT ?, time, equity, cash FROM frame", [book_id])


def read_order(store: Store, order_id: str) -> Order | None:
    """One order as it stands now."""
    with store.cursor() as cursor:
        row = cursor.execute("SELECT record FROM orders WHERE id = ?", [order_id]).fetchone()
    return load(Order, row[0]) if row else None


def orders_of_cycle(store: Store, cycle_id: str) -> tuple[Order, ...]:
    """The orders that a cycle sent, as they stand now."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT record FROM orders WHERE cycle_id = ? ORDER BY id", [cycle_id]
        ).fetchall()
    return tuple(load(Order, row[0]) for row in rows)


def read_fills(store: Store, book_id: str, order_id: str | None = None) -> pd.DataFrame:
    """Fills of a book (or of one order), oldest first."""
    with store.cursor() as cursor:
        return cursor.execute(
            "SELECT * EXCLUDE (book_id) FROM fills WHERE book_id = ? AND order_id = coalesce(?, order_id) ORDER BY time",
            [book_id, order_id],
        ).df()


def read_trades(store: Store, book_id: str) -> pd.DataFrame:
    """Round trips of a book, newest exit first."""
    with store.cursor() as cursor:
        return cursor.execute(
            "SELECT * EXCLUDE (book_id, known_at) FROM trades WHERE book_id = ? ORDER BY exit_time DESC, entry_time",
            [book_id],
        ).df()


def read_orders(store: Store, book_id: str, limit: int = 100) -> pd.DataFrame:
    """Orders of a book, newest first."""
    with store.cursor() as cursor:
        return cursor.execute(
            "SELECT * EXCLUDE (book_id, record) FROM orders WHERE book_id = ? ORDER BY submitted_at DESC, id LIMIT ?",
            [book_id, limit],
        ).df()


def read_equity(store: Store, book_id: str) -> pd.Series:
    """Equity of a book over time, index UTC."""
    with store.cursor() as cursor:
        frame = cursor.execute(
            "SELECT time, equity FROM equity WHERE book_id = ? ORDER BY time", [book_id]
        ).df()
    index = pd.DatetimeIndex(pd.to_datetime(frame["time"], utc=True), name="time")
    return pd.Series(frame["equity"].to_numpy(), index=index, name="equity")


def equity_at(store: Store, book_id: str, moment: datetime) -> float | None:
    """Equity at the last point at or before a moment."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT equity FROM equity WHERE book_id = ? AND time <= ? ORDER BY time DESC LIMIT 1",
            [book_id, moment],
        ).fetchone()
    return row[0] if row else None


def contaminated_orders(store: Store, book_id: str) -> frozenset[str]:
    """Orders of cycles in which a language model spoke that may remember what followed."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT o.id FROM orders o JOIN passports p ON p.cycle_id = o.cycle_id WHERE o.book_id = ?"
            " AND json_extract_string(p.facts, '$.llm.contaminated') = 'true'",
            [book_id],
        ).fetchall()
    return frozenset(str(row[0]) for row in rows)
