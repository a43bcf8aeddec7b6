"""How far stored bars can be trusted: the result of each load, and the bars that were not used as served."""

from collections.abc import Sequence
from datetime import datetime

import duckdb
import pandas as pd

from core.records import DataQuality, Rejected, Timeframe
from core.store.codec import dump, load
from core.store.connection import Store, Write


def save_quality(
    symbol: str, timeframe: Timeframe, source: str, as_of: datetime, quality: DataQuality
) -> Write:
    """Keep the result of one load."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT INTO quality VALUES (?, ?, ?, ?, ?, ?)",
            [symbol, timeframe.value, source, as_of, quality.score, dump(DataQuality, quality)],
        )

    return write


def latest_quality(store: Store, symbol: str, timeframe: Timeframe, source: str) -> DataQuality | None:
    """The newest result of one series."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT record FROM quality WHERE symbol = ? AND timeframe = ? AND source = ? ORDER BY as_of DESC LIMIT 1",
            [symbol, timeframe.value, source],
        ).fetchone()
    return load(DataQuality, row[0]) if row else None


def quality_history(
    store: Store, symbol: str, timeframe: Timeframe, source: str, limit: int = 500
) -> pd.DataFrame:
    """Scores of the last loads, oldest first: as_of, score."""
    with store.cursor() as cursor:
        return cursor.execute(
            "SELECT as_of, score FROM (SELECT as_of, score FROM quality WHERE symbol = ? AND timeframe = ? AND source = ?"
            " ORDER BY as_of DESC LIMIT ?) ORDER BY as_of",
            [symbol, timeframe.value, source, limit],
        ).df()


def save_rejected(
    symbol: str, timeframe: Timeframe, source: str, rows: Sequence[Rejected], fetched_at: datetime
) -> Write:
    """Put bars that were not used as served into quarantine; the same bar for the same reason stays once."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        if not rows:
            return
        key = [symbol, timeframe.value, source]
        fresh = pd.DataFrame(  # noqa: F841 (DuckDB reads it by name)
            [(r.time, r.open, r.high, r.low, r.close, r.volume, r.reason, r.action) for r in rows],
            columns=["date", "open", "high", "low", "close", "volume", "reason", "action"],
        )
        cursor.execute(
            "DELETE FROM quarantine USING fresh f WHERE symbol = ? AND timeframe = ? AND source = ?"
            " AND quarantine.date = f.date AND quarantine.reason = f.reason",
            key,
        )
        cursor.execute(
            "INSERT INTO quarantine SELECT ?, ?, ?, date, open, high, low, close, volume, reason, action, ? FROM fresh",
            [*key, fetched_at],
        )

    return write


def read_rejected(
    store: Store,
    symbol: str,
    timeframe: Timeframe,
    source: str,
    start: datetime | None = None,
    stop: datetime | None = None,
    known_at: datetime | None = None,
) -> tuple[Rejected, ...]:
    """Bars of one series in quarantine with start ≤ open time < stop that were there at `known_at`, oldest first."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT date, open, high, low, close, volume, reason, action FROM quarantine"
            " WHERE symbol = ? AND timeframe = ? AND source = ? AND date >= coalesce(?, '-infinity'::TIMESTAMPTZ)"
            " AND date < coalesce(?, 'infinity'::TIMESTAMPTZ) AND fetched_at <= coalesce(?, 'infinity'::TIMESTAMPTZ)"
            " ORDER BY date, reason",
            [symbol, timeframe.value, source, start, stop, known_at],
        ).fetchall()
    return tuple(Rejected(*row) for row in rows)


def quarantined(store: Store) -> pd.DataFrame:
    """What is in quarantine: symbol, timeframe, source, reason, action, bars, first, last."""
    with store.cursor() as cursor:
        return cursor.execute(
            "SELECT symbol, timeframe, source, reason, action, count(*) AS bars, min(date) AS first, max(date) AS last"
            " FROM quarantine GROUP BY ALL ORDER BY ALL"
        ).df()
