"""The audit trail: append-only, each row bound to the one before it."""

from datetime import datetime

import duckdb

from core.records import AuditEntry, ChainCheck, Deed
from core.records.audit import FIRST, chained
from core.store.connection import Store, Write

_COLUMNS = "position, done_at, who, origin, action, subject, before, after, previous, hash"


def save_deed(deed: Deed, at: datetime) -> Write:
    """Append a deed; belongs into the transaction of what was done."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        last = cursor.execute("SELECT position, hash FROM audit ORDER BY position DESC LIMIT 1").fetchone()
        position, previous = (int(last[0]) + 1, str(last[1])) if last else (1, FIRST)
        entry = chained(position, at, deed, previous)
        cursor.execute(
            f"INSERT INTO audit ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                position, at, deed.who, deed.origin, deed.action, deed.subject, deed.before, deed.after, previous,
                entry.hash,
            ],
        )  # fmt: skip

    return write


def read_audit(store: Store, limit: int = 100, before: int | None = None) -> tuple[AuditEntry, ...]:
    """Entries, newest first; `before`: only those at lower positions."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            f"SELECT {_COLUMNS} FROM audit WHERE position < coalesce(?, 9223372036854775807)"
            " ORDER BY position DESC LIMIT ?",
            [before, limit],
        ).fetchall()
    return tuple(_entry(row) for row in rows)


def newest_deed(store: Store, action: str) -> AuditEntry | None:
    """The last entry of an action; None where there is none."""
    with store.cursor() as cursor:
        row = cursor.execute(
            f"SELECT {_COLUMNS} FROM audit WHERE action = ? ORDER BY position DESC LIMIT 1", [action]
        ).fetchone()
    return None if row is None else _entry(row)


def check_chain(store: Store) -> ChainCheck:
    """Compute every hash again."""
    with store.cursor() as cursor:
        rows = cursor.execute(f"SELECT {_COLUMNS} FROM audit ORDER BY position").fetchall()
    previous = FIRST
    for number, row in enumerate(rows, 1):
        entry = _entry(row)
        if entry != chained(number, entry.at, entry.deed, previous):
            return ChainCheck(len(rows), number, rows[-1][9])
        previous = entry.hash
    return ChainCheck(len(rows), None, previous)


def _entry(row: tuple[object, ...]) -> AuditEntry:
    position, at, who, origin, action, subject, before, after, previous, digest = row
    deed = Deed(str(who), str(origin), str(action), str(subject), str(before), str(after))
    assert isinstance(position, int) and isinstance(at, datetime)
    return AuditEntry(position, at, deed, str(previous), str(digest))
