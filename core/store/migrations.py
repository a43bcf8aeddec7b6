"""Bringing a database up to date: each step of the schema is applied once, in one transaction, and its name recorded."""

from collections.abc import Callable
from pathlib import Path

import duckdb

from core.errors import StoreCorrupt
from core.store.repacking import pack_cycles
from core.store.schema import MIGRATIONS

LONG: dict[str, Callable[[duckdb.DuckDBPyConnection], None]] = {"passports, each value once": pack_cycles}
"""What goes before the statements of a step, in many small transactions; cut short, it goes on where it was."""


def migrate(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Apply the steps that this file has not seen.

    Raises:
        StoreCorrupt: the file was written by a newer version, or holds other tables.
    """
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations (position INTEGER PRIMARY KEY, name VARCHAR NOT NULL, applied_at TIMESTAMPTZ)"
    )
    done = [row[0] for row in connection.execute("SELECT name FROM migrations ORDER BY position").fetchall()]
    known = [name for name, _ in MIGRATIONS]
    if done != known[: len(done)]:
        raise StoreCorrupt(
            f"The database {path} was written by a newer or other version (it knows {done[-1]!r}): update Glassbox, or move the file aside."
        )
    for position, (name, statements) in list(enumerate(MIGRATIONS))[len(done) :]:
        if name in LONG:
            LONG[name](connection)
        connection.execute("BEGIN")
        connection.execute(statements)
        connection.execute("INSERT INTO migrations VALUES (?, ?, now())", [position, name])
        connection.execute("COMMIT")
