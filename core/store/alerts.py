"""The inbox: every alert once, whether it was read, and whether it was sent."""

from collections.abc import Collection
from datetime import datetime

import duckdb

from core.records import Alert, AlertKind, InboxItem, Severity
from core.store.connection import Store, Write

_COLUMNS = "key, kind, severity, happened_at, subject, words, live, noticed_at, read, told_at, attempts"


def save_alerts(alerts: Collection[Alert], at: datetime, silent: bool = False) -> Write:
    """Keep alerts that are not known yet.

    Args:
        silent: they are old news: read, and sent to nobody.
    """

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        for alert in alerts:
            cursor.execute(
                f"INSERT OR IGNORE INTO alerts ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
                [
                    alert.key, alert.kind.value, alert.severity.value, alert.at, alert.subject, alert.words, alert.live,
                    at, silent, at if silent else None,
                ],
            )  # fmt: skip

    return write


def known_keys(store: Store) -> frozenset[str]:
    """Keys of all alerts on record."""
    with store.cursor() as cursor:
        return frozenset(str(row[0]) for row in cursor.execute("SELECT key FROM alerts").fetchall())


def read_inbox(store: Store, limit: int = 200, unread: bool = False) -> tuple[InboxItem, ...]:
    """Alerts, newest first."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            f"SELECT {_COLUMNS} FROM alerts WHERE NOT read OR NOT ? ORDER BY noticed_at DESC, happened_at DESC, key LIMIT ?",
            [unread, limit],
        ).fetchall()
    return tuple(_item(row) for row in rows)


def waiting_alerts(store: Store, least: Severity, most_attempts: int) -> tuple[InboxItem, ...]:
    """Live alerts that were not sent yet and were not tried too often, oldest first."""
    loud = [severity.value for severity in Severity if severity.rank >= least.rank]
    with store.cursor() as cursor:
        rows = cursor.execute(
            f"SELECT {_COLUMNS} FROM alerts WHERE told_at IS NULL AND live AND attempts < ? AND list_contains(?, severity)"
            " ORDER BY noticed_at, happened_at, key",
            [most_attempts, loud],
        ).fetchall()
    return tuple(_item(row) for row in rows)


def told_since(store: Store, since: datetime) -> int:
    """Messages sent since a moment."""
    with store.cursor() as cursor:
        row = cursor.execute("SELECT count(*) FROM alert_messages WHERE sent_at > ?", [since]).fetchone()
    return int(row[0]) if row else 0


def mark_told(keys: Collection[str], at: datetime) -> Write:
    """Note that one message told these."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute("UPDATE alerts SET told_at = ? WHERE list_contains(?, key)", [at, list(keys)])
        cursor.execute("INSERT INTO alert_messages VALUES (?, ?)", [at, len(keys)])

    return write


def mark_failed(keys: Collection[str]) -> Write:
    """Note that sending these failed."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute("UPDATE alerts SET attempts = attempts + 1 WHERE list_contains(?, key)", [list(keys)])

    return write


def mark_all_read() -> Write:
    """Nothing in the inbox is new any more."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute("UPDATE alerts SET read = true WHERE NOT read")

    return write


def _item(row: tuple[object, ...]) -> InboxItem:
    key, kind, severity, at, subject, words, live, noticed, read, told, attempts = row
    assert isinstance(at, datetime) and isinstance(noticed, datetime)
    assert told is None or isinstance(told, datetime)
    assert isinstance(attempts, int)
    alert = Alert(
        str(key), AlertKind(str(kind)), Severity(str(severity)), at, str(subject), str(words), bool(live)
    )
    return InboxItem(alert, noticed, bool(read), told, attempts)
