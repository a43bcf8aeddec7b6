"""Calls to providers: what rate limits count after a restart, and what the health page shows."""

from datetime import datetime, timedelta

import duckdb
import pandas as pd

from core.records import SourceCall
from core.store.connection import Store, Write

KEPT = timedelta(days=14)


def save_call(call: SourceCall) -> Write:
    """Keep one call."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT INTO source_calls VALUES (?, ?, ?, ?, ?, ?, ?)",
            [call.source, call.at, call.seconds, call.outcome, call.rows, call.reason, call.rest_until],
        )

    return write


def forget_calls(before: datetime) -> Write:
    """Drop calls that no limit and no page looks at any more."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute("DELETE FROM source_calls WHERE asked_at < ?", [before])

    return write


def read_calls(store: Store, since: datetime) -> tuple[SourceCall, ...]:
    """Calls since a moment, oldest first."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT source, asked_at, seconds, outcome, rows, reason, rest_until FROM source_calls WHERE asked_at >= ? ORDER BY asked_at",
            [since],
        ).fetchall()
    return tuple(SourceCall(*row) for row in rows)


def call_summary(store: Store) -> pd.DataFrame:
    """By provider: source, calls, failed, p50 and p95 (seconds), last_success, last_failure, last_reason."""
    with store.cursor() as cursor:
        return cursor.execute(
            "SELECT source, count(*) AS calls, count(*) FILTER (outcome <> 'ok') AS failed,"
            " quantile_cont(seconds, 0.5) AS p50, quantile_cont(seconds, 0.95) AS p95,"
            " max(asked_at) FILTER (outcome = 'ok') AS last_success, max(asked_at) FILTER (outcome <> 'ok') AS last_failure,"
            " arg_max(reason, asked_at) FILTER (outcome <> 'ok') AS last_reason FROM source_calls GROUP BY source ORDER BY source"
        ).df()
