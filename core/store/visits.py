"""When each asset was looked at: what preloading learns the user's habits from."""

from datetime import datetime

import duckdb

from core.records import Visit
from core.store.connection import Store, Write


def save_visit(symbol: str, at: datetime) -> Write:
    """Keep a visit; of one asset and minute there is at most one."""
    minute = at.replace(second=0, microsecond=0)

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT INTO visits SELECT ?, ? WHERE NOT EXISTS (FROM visits WHERE symbol = ? AND visited_at = ?)",
            [symbol, minute, symbol, minute],
        )

    return write


def forget_visits(before: datetime) -> Write:
    """Drop visits too old to tell anything."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute("DELETE FROM visits WHERE visited_at < ?", [before])

    return write


def read_visits(store: Store, since: datetime) -> tuple[Visit, ...]:
    """Visits since a moment, oldest first."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT symbol, visited_at FROM visits WHERE visited_at >= ? ORDER BY visited_at, symbol", [since]
        ).fetchall()
    return tuple(Visit(*row) for row in rows)


def last_visit(store: Store) -> datetime | None:
    """The newest visit to any asset; None before the first."""
    with store.cursor() as cursor:
        row = cursor.execute("SELECT max(visited_at) FROM visits").fetchone()
    return None if row is None else row[0]
