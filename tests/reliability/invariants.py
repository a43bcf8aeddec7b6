"""What must hold of a book after every turn, and a picture of a course that two runs can be compared by."""

import hashlib
import json
import math
from dataclasses import dataclass
from typing import Any

from core.records import Book
from core.store import Store, dump
from core.store.books import active_book

_CLOSE = 1e-9
"""Relative error of sums of floats that are added in another order."""


def broken(store: Store, world: str) -> list[str]:
    """Sentences on what does not hold of the active book of a world; nothing when all is well."""
    book = active_book(store, world)
    if book is None:
        return []
    return [*_sums(store, book), *_once(store, book)]


def _sums(store: Store, book: Book) -> list[str]:
    """Cash and positions are the sum of the fills, and equity is cash plus positions."""
    with store.cursor() as cursor:
        flows = cursor.execute(
            "SELECT symbol, sum(if(side = 'buy', quantity, -quantity)), sum(if(side = 'buy', -quantity, quantity) * price),"
            " sum(fee), sum(abs(quantity * price)), sum(quantity) FROM fills WHERE book_id = ? GROUP BY symbol",
            [book.id],
        ).fetchall()
        marked = cursor.execute(
            "SELECT equity, cash FROM equity WHERE book_id = ? ORDER BY time DESC LIMIT 1", [book.id]
        ).fetchone()
    wrong = []
    turned = book.initial_cash + sum(row[4] for row in flows)
    cash = book.initial_cash + sum(row[2] - row[3] for row in flows)
    if not _same(cash, book.cash, turned):
        wrong.append(f"cash {book.cash!r}, but the fills leave {cash!r}")
    held = {position.symbol: position.quantity for position in book.positions}
    for symbol, quantity, _, _, _, traded in flows:
        if not _same(quantity, held.get(symbol, 0.0), traded):
            wrong.append(f"{held.get(symbol, 0.0)!r} {symbol} held, but the fills sum to {quantity!r}")
    if orphans := held.keys() - {row[0] for row in flows}:
        wrong.append(f"held without a fill: {sorted(orphans)}")
    worth = book.cash + sum(position.quantity * position.last_price for position in book.positions)
    if not math.isfinite(book.equity) or not _same(worth, book.equity, turned):
        wrong.append(f"equity {book.equity!r}, but cash and positions are worth {worth!r}")
    if book.cash < 0:
        wrong.append(f"cash is {book.cash!r}")
    if marked is not None and not all(map(math.isfinite, marked)):
        wrong.append(f"the last mark of equity is {marked}")
    return wrong


def _once(store: Store, book: Book) -> list[str]:
    """Nothing happens twice: one cycle that ended for an asset and moment, one order for it, no fill beyond its order."""
    questions = {
        "cycles of one asset at one moment": "SELECT symbol, as_of FROM cycles WHERE verdict NOT IN ('running',"
        " 'interrupted') GROUP BY ALL HAVING count(*) > 1",
        "orders of one asset at one moment": "SELECT symbol, submitted_at FROM orders WHERE book_id = $book"
        " GROUP BY ALL HAVING count(*) > 1",
        "orders of one cycle": "SELECT cycle_id FROM orders WHERE book_id = $book GROUP BY ALL HAVING count(*) > 1",
        "equal fills": "SELECT order_id, time, reason, quantity FROM fills WHERE book_id = $book"
        " GROUP BY ALL HAVING count(*) > 1",
        "orders filled beyond their quantity": "SELECT o.id FROM orders o JOIN fills f ON f.order_id = o.id"
        " WHERE o.book_id = $book AND f.reason = 'entry' GROUP BY o.id, o.quantity"
        " HAVING sum(f.quantity) > o.quantity * (1 + 1e-9)",
        "trades that were booked twice": "SELECT entry_order_id, exit_time FROM trades WHERE book_id = $book"
        " GROUP BY ALL HAVING count(*) > 1",
        "ids used twice": "SELECT id FROM (SELECT id FROM cycles UNION ALL SELECT id FROM orders) GROUP BY id"
        " HAVING count(*) > 1",
        "active books of one world": "SELECT world FROM books WHERE active GROUP BY world HAVING count(*) > 1",
    }  # fmt: skip
    wrong = []
    with store.cursor() as cursor:
        for name, question in questions.items():
            found = cursor.execute(question, {"book": book.id} if "$book" in question else None).fetchall()
            if found:
                wrong.append(f"{name}: {found[:3]}")
    return wrong


def _same(one: float, other: float, scale: float) -> bool:
    return math.isfinite(one) and abs(one - other) <= _CLOSE * max(scale, 1.0)


def standing(store: Store, world: str) -> str:
    """A short text for how a book stands, to the last bit: two runs that agree tell the same after every turn."""
    book = active_book(store, world)
    if book is None:
        return "none"
    with store.cursor() as cursor:
        done = cursor.execute("SELECT count(*), max(time) FROM fills WHERE book_id = ?", [book.id]).fetchone()
        decided = cursor.execute(
            "SELECT verdict, count(*) FROM cycles WHERE verdict NOT IN ('running', 'interrupted') GROUP BY 1 ORDER BY 1"
        ).fetchall()
    held = [
        (p.symbol, p.quantity, p.entry_price, p.last_price, p.stop, p.target, str(p.managed_until))
        for p in book.positions
    ]
    working = [(o.symbol, o.side.value, o.quantity, str(o.submitted_at)) for o in book.orders]
    told = repr((book.cash, str(book.clock), held, working, done, decided))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Picture:
    """A course without what differs by nature: random ids, and seconds that work took."""

    decisions: tuple[str, ...]
    """Asset, moment, verdict, confidence and words of every cycle, in order."""
    orders: tuple[str, ...]
    fills: tuple[str, ...]
    trades: tuple[str, ...]
    equity: tuple[str, ...]
    book: str

    @property
    def digest(self) -> str:
        """One text for all of it."""
        parts = (self.decisions, self.orders, self.fills, self.trades, self.equity, self.book)
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def picture_of(store: Store, world: str) -> Picture:
    """Every float to its last bit, every id replaced by what it stands for."""
    book = active_book(store, world)
    assert book is not None, "the course has no book"
    with store.cursor() as cursor:
        cycles = cursor.execute(
            "SELECT symbol, as_of, verdict, confidence, words FROM cycles"
            " WHERE verdict NOT IN ('running', 'interrupted') ORDER BY as_of, symbol"
        ).fetchall()
        orders = cursor.execute(
            "SELECT id, symbol, submitted_at, side, type, quantity, status, filled, average, fee, reason FROM orders"
            " WHERE book_id = ? ORDER BY submitted_at, symbol",
            [book.id],
        ).fetchall()
        fills = cursor.execute(
            "SELECT order_id, symbol, side, quantity, price, reference, fee, time, reason FROM fills WHERE book_id = ?"
            " ORDER BY time, symbol, reason, quantity",
            [book.id],
        ).fetchall()
        trades = cursor.execute(
            "SELECT entry_order_id, symbol, quantity, entry_time, entry_price, exit_time, exit_price, fees, pnl,"
            " exit_reason FROM trades WHERE book_id = ? ORDER BY exit_time, symbol, entry_time",
            [book.id],
        ).fetchall()
        equity = cursor.execute(
            "SELECT time, equity, cash FROM equity WHERE book_id = ? ORDER BY time", [book.id]
        ).fetchall()
    names = {row[0]: f"{row[1]} {row[2].isoformat()}" for row in orders}
    return Picture(
        _lines(cycles, {}), _lines(orders, names), _lines(fills, names), _lines(trades, names), _lines(equity, {}),
        _renamed(dump(Book, book), {**names, book.id: world, **{k.removesuffix("-1"): v for k, v in names.items()}}),
    )  # fmt: skip


def _lines(rows: list[tuple[Any, ...]], names: dict[str, str]) -> tuple[str, ...]:
    return tuple(
        " | ".join(names.get(cell, repr(cell)) if isinstance(cell, str) else repr(cell) for cell in row)
        for row in rows
    )


def _renamed(text: str, names: dict[str, str]) -> str:
    for id_, name in sorted(names.items(), key=lambda item: -len(item[0])):
        text = text.replace(id_, name)
    return text
