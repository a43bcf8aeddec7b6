"""Shadow books: they live beside a real book, in worlds of their own, e.g. live#no-llm."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import duckdb
import pandas as pd

from core.records import Book, EquityPoint, Fill, Order, Trade
from core.records.ledgers import SHADOWS, shadow_world
from core.store.books import create_book, save_book
from core.store.codec import dump, load
from core.store.connection import Store, Write


class Lived(NamedTuple):
    """A book and what happened in it."""

    book: Book
    orders: tuple[Order, ...]
    fills: tuple[Fill, ...]
    trades: tuple[Trade, ...]
    equity: tuple[EquityPoint, ...]


def active_shadows(store: Store, world: str) -> dict[str, Book]:
    """The shadow books that live beside the book of a world now, by name."""
    names = {shadow_world(world, name): name for name in SHADOWS}
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT world, record FROM books WHERE active AND list_contains(?::VARCHAR[], world)",
            [list(names)],
        ).fetchall()
    return {names[row[0]]: load(Book, row[1]) for row in rows}


def begin_shadow(book: Book, of: str | None, created_at: datetime) -> Write:
    """Make this the active shadow of its world, with the history of the book that it leaves; None: without any.

    The history is what checks and curves are read off: equity, round trips, fills and the risk log.
    """

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        if of is not None:
            for table, before in (
                ("equity", "time"),
                ("trades", "exit_time"),
                ("fills", "time"),
                ("risk_events", "at"),
            ):
                cursor.execute(  # what the cycle under way did with the real book is not the shadow's
                    f'INSERT INTO {table} SELECT * REPLACE (? AS book_id) FROM {table} WHERE book_id = ? AND "{before}" < ?',
                    [book.id, of, book.clock],
                )
        create_book(book, created_at)(cursor)

    return write


def save_lived(lived: Sequence[Lived], of: str) -> Write:
    """Several shadows of one book with what happened in them; those in which nothing did share their statements.

    What a person did about the real book, a halt or a reset, holds for its shadows too.
    """

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        ids = [one.book.id for one in lived]
        if cursor.execute(
            "SELECT 1 FROM risk_events WHERE book_id = ? AND kind <> 'trip' LIMIT 1", [of]
        ).fetchone():
            cursor.execute(
                "INSERT INTO risk_events SELECT e.* REPLACE (s.id AS book_id) FROM risk_events e,"
                " (SELECT unnest(?::VARCHAR[]) AS id) s WHERE e.book_id = ? AND e.kind <> 'trip' AND NOT EXISTS"
                " (SELECT 1 FROM risk_events o WHERE o.book_id = s.id AND o.kind = e.kind AND o.made_at = e.made_at)",
                [ids, of],
            )
        quiet = [one for one in lived if not (one.orders or one.fills or one.trades)]
        for one in lived:
            if one.orders or one.fills or one.trades:
                save_book(*one)(cursor)
        for one in quiet:
            cursor.execute(
                "UPDATE books SET cash = ?, clock = ?, record = ? WHERE id = ?",
                [one.book.cash, one.book.clock, dump(Book, one.book), one.book.id],
            )
        marks = [(one.book.id, mark) for one in quiet for mark in one.equity]
        if marks:  # of a book in which nothing filled they are all newer than what is stored
            cursor.execute(
                "INSERT INTO equity SELECT unnest(?::VARCHAR[]), unnest(?::TIMESTAMPTZ[]), unnest(?::DOUBLE[]),"
                " unnest(?::DOUBLE[])",
                [
                    [book_id for book_id, _ in marks], [mark.time for _, mark in marks],
                    [mark.equity for _, mark in marks], [mark.cash for _, mark in marks],
                ],
            )  # fmt: skip

    return write


def cycles_of_book(store: Store, book_id: str) -> pd.DataFrame:
    """Cycles of a book through which its shadows went, in the order of their moments.

    Columns: id, as_of, contaminated, cost ($ for the language model), unpriced (requests without a price).
    """
    with store.cursor() as cursor:
        return cursor.execute(
            "SELECT c.id, c.as_of, coalesce(json_extract_string(p.facts, '$.llm.contaminated') = 'true', false) AS contaminated,"
            " coalesce(l.cost, 0)::DOUBLE AS cost, coalesce(l.unpriced, 0)::BIGINT AS unpriced FROM cycles c"
            " JOIN passports p ON p.cycle_id = c.id"
            " LEFT JOIN (SELECT cycle_id, sum(cost) AS cost, count(*) FILTER (attempts > 0 AND cost IS NULL) AS unpriced"
            " FROM llm_calls GROUP BY cycle_id) l ON l.cycle_id = c.id"
            " WHERE c.book_id = ?"
            " AND EXISTS (SELECT 1 FROM stages s WHERE s.cycle_id = c.id AND s.stage = 'shadow')"
            " ORDER BY c.as_of, c.started_at",
            [book_id],
        ).df()


def holdings(store: Store, book_ids: Sequence[str]) -> pd.DataFrame:
    """What books have held: book_id, cycle_id (of the order that opened it), timeframe, entered, left (NaT: held still)."""
    with store.cursor() as cursor:
        return cursor.execute(
            "SELECT f.book_id, o.cycle_id, json_extract_string(o.record, '$.timeframe') AS timeframe,"
            " min(f.time) AS entered, any_value(t.left_at) AS left_at FROM fills f JOIN orders o ON o.id = f.order_id"
            " LEFT JOIN (SELECT book_id, entry_order_id, max(exit_time) AS left_at FROM trades GROUP BY ALL) t"
            " ON t.book_id = f.book_id AND t.entry_order_id = f.order_id"
            " WHERE f.reason = 'entry' AND list_contains(?::VARCHAR[], f.book_id) GROUP BY ALL ORDER BY entered",
            [list(book_ids)],
        ).df()
