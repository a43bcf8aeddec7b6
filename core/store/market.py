"""Bars, what was asked for, their quality, and headlines."""

from collections.abc import Iterable
from datetime import datetime

import duckdb
import pandas as pd

from core.records import DataQuality, Headline, Timeframe
from core.store.codec import dump, load
from core.store.connection import Store, Write
from core.tables import BAR_COLUMNS, empty_bars

Span = tuple[datetime, datetime]
"""Half-open: start ≤ t < stop."""


def read_bars(
    store: Store,
    symbol: str,
    timeframe: Timeframe,
    source: str,
    start: datetime | None = None,
    stop: datetime | None = None,
) -> pd.DataFrame:
    """Stored bars of one source with start ≤ open time < stop, oldest first."""
    with store.cursor() as cursor:
        frame = cursor.execute(
            f"SELECT date, {', '.join(BAR_COLUMNS)} FROM bars WHERE symbol = ? AND timeframe = ? AND source = ?"
            " AND date >= coalesce(?, '-infinity'::TIMESTAMPTZ) AND date < coalesce(?, 'infinity'::TIMESTAMPTZ) ORDER BY date",
            [symbol, timeframe.value, source, start, stop],
        ).df()
    if frame.empty:
        return empty_bars()
    frame["date"] = pd.to_datetime(frame["date"], utc=True).dt.as_unit("us")
    return frame.set_index("date")


def upsert_bars(
    symbol: str, timeframe: Timeframe, source: str, bars: pd.DataFrame, fetched_at: datetime
) -> Write:
    """Replace the bars of these times."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        if bars.empty:
            return
        fresh = bars.reset_index()  # noqa: F841 (DuckDB reads it by name)
        cursor.execute(
            "DELETE FROM bars WHERE symbol = ? AND timeframe = ? AND source = ? AND date BETWEEN ? AND ?"
            " AND date IN (SELECT date FROM fresh)",
            [symbol, timeframe.value, source, bars.index[0].to_pydatetime(), bars.index[-1].to_pydatetime()],
        )
        cursor.execute(
            f"INSERT INTO bars SELECT ?, ?, ?, date, {', '.join(BAR_COLUMNS)}, ? FROM fresh",
            [symbol, timeframe.value, source, fetched_at],
        )

    return write


def read_coverage(store: Store, symbol: str, timeframe: Timeframe, source: str) -> tuple[Span, ...]:
    """Ranges already asked of this source, oldest first."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT start, stop FROM coverage WHERE symbol = ? AND timeframe = ? AND source = ? ORDER BY start",
            [symbol, timeframe.value, source],
        ).fetchall()
    return tuple((start, stop) for start, stop in rows)


def replace_coverage(
    symbol: str, timeframe: Timeframe, source: str, spans: Iterable[Span], fetched_at: datetime
) -> Write:
    """Set the ranges that were asked of this source."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        key = [symbol, timeframe.value, source]
        cursor.execute("DELETE FROM coverage WHERE symbol = ? AND timeframe = ? AND source = ?", key)
        for start, stop in spans:
            cursor.execute("INSERT INTO coverage VALUES (?, ?, ?, ?, ?, ?)", [*key, start, stop, fetched_at])

    return write


def save_quality(
    symbol: str, timeframe: Timeframe, source: str, as_of: datetime, quality: DataQuality
) -> Write:
    """Keep one quality result."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT INTO quality VALUES (?, ?, ?, ?, ?, ?)",
            [symbol, timeframe.value, source, as_of, quality.score, dump(DataQuality, quality)],
        )

    return write


def latest_quality(store: Store, symbol: str, timeframe: Timeframe, source: str) -> DataQuality | None:
    """The newest quality result of one series."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT record FROM quality WHERE symbol = ? AND timeframe = ? AND source = ? ORDER BY as_of DESC LIMIT 1",
            [symbol, timeframe.value, source],
        ).fetchone()
    return load(DataQuality, row[0]) if row else None


def save_headlines(headlines: Iterable[Headline]) -> Write:
    """Add headlines; those already known keep their first `fetched_at` and gain symbols."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        for item in headlines:
            cursor.execute(
                "INSERT INTO headlines VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
                " SET symbols = list_sort(list_distinct(list_concat(headlines.symbols, excluded.symbols)))",
                [
                    item.id,
                    item.source,
                    item.title,
                    item.url,
                    list(item.symbols),
                    item.published_at,
                    item.fetched_at,
                ],
            )

    return write


def read_headlines(
    store: Store, symbol: str, published_from: datetime, published_until: datetime, sample: bool
) -> tuple[Headline, ...]:
    """Headlines about one symbol, newest first; the embedded sample's or the real ones, never mixed."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT id, source, title, url, symbols, published_at, fetched_at FROM headlines"
            " WHERE list_contains(symbols, ?) AND published_at >= ? AND published_at <= ? AND (source = 'sample') = ?"
            " ORDER BY published_at DESC, id",
            [symbol, published_from, published_until, sample],
        ).fetchall()
    return tuple(Headline(row[0], row[1], row[2], row[3], tuple(row[4]), row[5], row[6]) for row in rows)


def headlines_fetched_at(store: Store, symbol: str) -> datetime | None:
    """When headlines of a symbol were last asked for."""
    with store.cursor() as cursor:
        row = cursor.execute("SELECT fetched_at FROM headline_fetches WHERE symbol = ?", [symbol]).fetchone()
    return row[0] if row else None


def mark_headlines_fetched(symbol: str, now: datetime) -> Write:
    """Remember that headlines of a symbol were asked for."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute("INSERT OR REPLACE INTO headline_fetches VALUES (?, ?)", [symbol, now])

    return write


def stored_series(store: Store) -> pd.DataFrame:
    """What the store holds: symbol, timeframe, source, bars, first, last, fetched_at."""
    with store.cursor() as cursor:
        return cursor.execute(
            "SELECT symbol, timeframe, source, count(*) AS bars, min(date) AS first, max(date) AS last,"
            " max(fetched_at) AS fetched_at FROM bars GROUP BY ALL ORDER BY ALL"
        ).df()
