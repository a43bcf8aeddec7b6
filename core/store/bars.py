"""Bars by series: upsert, reading, what was known at a moment, and what was asked of each source.

A series is one symbol, timeframe and source; bars carry its number, because joining on a number is twice as fast as
on three texts. No key guards the table (an index would cost more than it saves): the write path keeps
(series, date) unique, and `doubled_bars` checks it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import numpy as np
import pandas as pd

from core.errors import BadData
from core.records import Timeframe
from core.store.connection import Store, Write
from core.tables import BAR_COLUMNS, empty_bars

Span = tuple[datetime, datetime]
"""Half-open: start ≤ t < stop."""

_LONG_AGO = datetime(1800, 1, 1, tzinfo=UTC)
_COLUMNS = ", ".join(BAR_COLUMNS)
_DIFFERS = " OR ".join(f"b.{name} <> f.{name}" for name in BAR_COLUMNS)


@dataclass(frozen=True, slots=True, eq=False)
class BarBatch:
    """Bars of one series to be written together."""

    symbol: str
    timeframe: Timeframe
    source: str
    bars: pd.DataFrame


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
        series = _number(cursor, symbol, timeframe, source)
        if series is None:
            return empty_bars()
        return _frame(
            cursor.execute(
                f"SELECT date, {_COLUMNS} FROM bars WHERE series = ? AND date >= coalesce(?, '-infinity'::TIMESTAMPTZ)"
                " AND date < coalesce(?, 'infinity'::TIMESTAMPTZ) ORDER BY date",
                [series, start, stop],
            )
        )


def last_bars(store: Store, symbol: str, timeframe: Timeframe, source: str, count: int) -> pd.DataFrame:
    """The newest `count` stored bars of one source, oldest first."""
    key = (symbol, timeframe.value, source)
    with store.cursor() as cursor:
        series, last = store.series.get(key) or _place(cursor, key)
        if series is None or last is None:
            return empty_bars()
        # a bound in time spares reading all of a long series; markets that close need a wider one
        for widen in (1.1, 8.0, None):
            since = _LONG_AGO if widen is None else last - count * widen * timeframe.delta
            frame = _frame(
                cursor.execute(
                    f"SELECT date, {_COLUMNS} FROM bars WHERE series = ? AND date >= ? ORDER BY date",
                    [series, since],
                )
            )
            if len(frame) >= count:
                break
    store.series[key] = (series, frame.index[-1].to_pydatetime())
    return frame.iloc[-count:]


def _place(
    cursor: duckdb.DuckDBPyConnection, key: tuple[str, str, str]
) -> tuple[int, datetime | None] | tuple[None, None]:
    row = cursor.execute(
        "SELECT series, (SELECT max(date) FROM bars WHERE bars.series = series.series) FROM series"
        " WHERE symbol = ? AND timeframe = ? AND source = ?",
        list(key),
    ).fetchone()
    return (None, None) if row is None else (row[0], row[1])


def bars_as_of(
    store: Store, symbol: str, timeframe: Timeframe, source: str, moment: datetime
) -> pd.DataFrame:
    """Bars that had closed at `moment`, with the values that this installation knew then.

    A bar that was fetched later is not there; one whose values were changed later has its earlier ones.
    """
    with store.cursor() as cursor:
        series = _number(cursor, symbol, timeframe, source)
        if series is None:
            return empty_bars()
        closed = moment - timeframe.delta
        return _frame(
            cursor.execute(
                f"SELECT date, {_COLUMNS} FROM bars WHERE series = ? AND date <= ? AND fetched_at <= ?"
                f" UNION ALL SELECT date, {_COLUMNS} FROM bar_revisions"
                " WHERE series = ? AND date <= ? AND fetched_at <= ? AND replaced_at > ? ORDER BY date",
                [series, closed, moment, series, closed, moment, moment],
            )
        )


def _number(cursor: duckdb.DuckDBPyConnection, symbol: str, timeframe: Timeframe, source: str) -> int | None:
    row = cursor.execute(
        "SELECT series FROM series WHERE symbol = ? AND timeframe = ? AND source = ?",
        [symbol, timeframe.value, source],
    ).fetchone()
    return None if row is None else int(row[0])


def _frame(cursor: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Rows date, open … volume as bars; numpy columns arrive in a third of the time that a frame takes."""
    columns = cursor.fetchnumpy()
    dates = pd.DatetimeIndex(np.asarray(columns.pop("date")), name="date").as_unit("us").tz_localize("UTC")
    return pd.DataFrame({name: np.asarray(columns[name]) for name in BAR_COLUMNS}, index=dates)


def upsert_bars(
    symbol: str, timeframe: Timeframe, source: str, bars: pd.DataFrame, fetched_at: datetime
) -> Write:
    """Write the bars of one series; see upsert_batches."""
    return upsert_batches((BarBatch(symbol, timeframe, source, bars),), fetched_at)


def upsert_batches(batches: Sequence[BarBatch], fetched_at: datetime) -> Write:
    """Add new bars and replace those whose values differ; the replaced values are kept as revisions.

    A bar that is known with the same values keeps the time at which it was first fetched.

    Raises (when written):
        BadData: a batch holds two bars of one time; nothing is written.
    """

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        full = [batch for batch in batches if len(batch.bars)]
        if not full:
            return
        fresh = _together(full, _numbers(cursor, full))  # noqa: F841 (DuckDB reads it by name)
        bounds = [
            min(batch.bars.index[0] for batch in full).to_pydatetime(),
            max(batch.bars.index[-1] for batch in full).to_pydatetime(),
        ]
        cursor.execute(
            f"CREATE OR REPLACE TEMP TABLE incoming AS SELECT f.*, b.rowid AS held, coalesce({_DIFFERS}, false) AS differs"
            " FROM (SELECT * REPLACE (date::TIMESTAMPTZ AS date) FROM fresh) f LEFT JOIN (SELECT rowid, * FROM bars WHERE date BETWEEN ? AND ?) b"
            " ON b.series = f.series AND b.date = f.date",
            bounds,
        )
        changed = cursor.execute("SELECT count(*) FROM incoming WHERE differs").fetchone()
        if changed and changed[0]:
            old = "rowid IN (SELECT held FROM incoming WHERE differs)"
            cursor.execute(f"INSERT INTO bar_revisions SELECT *, ? FROM bars WHERE {old}", [fetched_at])
            cursor.execute(f"DELETE FROM bars WHERE {old}")
        cursor.execute(
            f"INSERT INTO bars SELECT series, date, {_COLUMNS}, ? FROM incoming WHERE differs OR held IS NULL",
            [fetched_at],
        )
        if cursor.execute("SELECT 1 FROM forming_bars LIMIT 1").fetchone():
            cursor.execute(
                "DELETE FROM forming_bars USING incoming f WHERE forming_bars.series = f.series AND forming_bars.date <= f.date"
            )
        cursor.execute("DROP TABLE incoming")

    return write


def _numbers(cursor: duckdb.DuckDBPyConnection, batches: Sequence[BarBatch]) -> list[int]:
    """The number of each batch's series; a few are asked one by one, many by reading the list of all."""
    if len(batches) < 4:
        return [series_number(cursor, b.symbol, b.timeframe, b.source) for b in batches]
    rows = cursor.execute("SELECT symbol, timeframe, source, series FROM series").fetchall()
    known = {tuple(row[:3]): int(row[3]) for row in rows}
    return [
        known.get((b.symbol, b.timeframe.value, b.source))
        or series_number(cursor, b.symbol, b.timeframe, b.source)
        for b in batches
    ]


def _together(batches: Sequence[BarBatch], numbers: Sequence[int]) -> dict[str, np.ndarray]:
    """All batches as columns: series, date and the five of a bar."""
    for batch in batches:
        if not batch.bars.index.is_unique:
            raise BadData(
                f"Bars of {batch.symbol} {batch.timeframe} from {batch.source} hold two bars of one time; nothing was stored."
            )
    indexes = [pd.DatetimeIndex(batch.bars.index) for batch in batches]
    micros = np.concatenate([(i if i.unit == "us" else i.as_unit("us")).asi8 for i in indexes])
    table = np.concatenate([_table(batch.bars) for batch in batches])
    columns = {name: np.ascontiguousarray(table[:, place]) for place, name in enumerate(BAR_COLUMNS)}
    series = np.repeat(np.array(numbers, "int32"), [len(index) for index in indexes])
    return {"series": series, "date": micros.view("M8[us]")} | columns


def _table(bars: pd.DataFrame) -> np.ndarray:
    """The five columns in their order; choosing them copies, so it is left out where they stand right."""
    chosen = bars if tuple(bars.columns) == BAR_COLUMNS else bars[list(BAR_COLUMNS)]
    return chosen.to_numpy("float64")


def series_number(cursor: duckdb.DuckDBPyConnection, symbol: str, timeframe: Timeframe, source: str) -> int:
    """The number of a series, given to it at its first use; inside a transaction."""
    known = _number(cursor, symbol, timeframe, source)
    if known is not None:
        return known
    row = cursor.execute(
        "INSERT INTO series SELECT coalesce(max(series), 0) + 1, ?, ?, ? FROM series RETURNING series",
        [symbol, timeframe.value, source],
    ).fetchone()
    assert row is not None
    return int(row[0])


def replace_forming(
    symbol: str, timeframe: Timeframe, source: str, bars: pd.DataFrame, fetched_at: datetime
) -> Write:
    """Set the bars of a series that have not closed yet; they are for the eye only, no cycle reads them."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        number = series_number(cursor, symbol, timeframe, source)
        cursor.execute("DELETE FROM forming_bars WHERE series = ?", [number])
        if len(bars):
            rows = bars[list(BAR_COLUMNS)].reset_index(names="date")  # noqa: F841 (DuckDB reads it by name)
            cursor.execute(
                f"INSERT INTO forming_bars SELECT ?, date, {_COLUMNS}, ? FROM rows", [number, fetched_at]
            )

    return write


def read_forming(store: Store, symbol: str, timeframe: Timeframe, source: str) -> pd.DataFrame:
    """The bars of a series that had not closed when they were fetched, oldest first."""
    with store.cursor() as cursor:
        number = _number(cursor, symbol, timeframe, source)
        return _frame(
            cursor.execute(
                f"SELECT date, {_COLUMNS} FROM forming_bars WHERE series = ? ORDER BY date", [number]
            )
        )


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


def stored_series(store: Store) -> pd.DataFrame:
    """What the store holds: symbol, timeframe, source, bars, first, last, fetched_at."""
    with store.cursor() as cursor:
        return cursor.execute(
            "SELECT symbol, timeframe, source, held.* EXCLUDE (series) FROM series JOIN (SELECT series, count(*) AS bars,"
            " min(date) AS first, max(date) AS last, max(fetched_at) AS fetched_at FROM bars GROUP BY series) held"
            " USING (series) ORDER BY symbol, timeframe, source",
        ).df()


def doubled_bars(store: Store) -> int:
    """Times that one series holds twice; 0, as long as the write path keeps its promise."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT count(*) FROM (SELECT series, date FROM bars GROUP BY ALL HAVING count(*) > 1)"
        ).fetchone()
    return int(row[0]) if row else 0
