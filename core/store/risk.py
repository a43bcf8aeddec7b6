"""The risk log of books (append-only), and what the breaker and the losing streak are read off."""

from datetime import UTC, datetime

import duckdb
import numpy as np

from core.records import RiskEvent
from core.store.codec import dump, load
from core.store.connection import Store, Write

_LONG_AGO = datetime(1800, 1, 1, tzinfo=UTC)


def save_risk_event(event: RiskEvent) -> Write:
    """Append an entry to the log of a book."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT INTO risk_events VALUES (?, ?, ?, ?, ?, ?)",
            [
                event.book_id, event.kind.value, event.at, event.made_at, event.cycle_id,
                dump(RiskEvent, event),
            ],
        )  # fmt: skip

    return write


def risk_events(
    store: Store, book_id: str, known_at: datetime | None = None, but_not: str = ""
) -> tuple[RiskEvent, ...]:
    """The log of a book, oldest first.

    Args:
        known_at: entries written later are left out.
        but_not: a cycle whose own entries are left out: it decided before it wrote them.
    """
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT record FROM risk_events WHERE book_id = ? AND made_at <= coalesce(?, 'infinity'::TIMESTAMPTZ)"
            " AND (cycle_id = '' OR cycle_id <> ?) ORDER BY made_at, rowid",
            [book_id, known_at, but_not],
        ).fetchall()
    return tuple(load(RiskEvent, row[0]) for row in rows)


def marks_between(
    store: Store, book_id: str, after: datetime | None, before: datetime
) -> tuple[np.ndarray, np.ndarray]:
    """Times (n,) datetime64[us] in UTC and equity (n,) of a book with after < time < before, oldest first."""
    with store.cursor() as cursor:
        found = cursor.execute(
            "SELECT time, equity FROM equity WHERE book_id = ? AND time > ? AND time < ? ORDER BY time",
            [book_id, after or _LONG_AGO, before],
        ).fetchnumpy()
    return np.asarray(found["time"]).astype("datetime64[us]"), np.asarray(found["equity"], dtype=float)


def outcomes_between(
    store: Store, book_id: str, since: datetime | None, before: datetime
) -> tuple[tuple[datetime, float], ...]:
    """Exit time and profit of the trades with since ≤ exit time < before that were booked by then, oldest first."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT exit_time, pnl FROM trades WHERE book_id = ? AND exit_time >= ? AND exit_time < ?"
            " AND coalesce(known_at, exit_time) <= ? ORDER BY exit_time, rowid",
            [book_id, since or _LONG_AGO, before, before],
        ).fetchall()
    return tuple((time.astimezone(UTC), pnl) for time, pnl in rows)
