"""Daily reports, and what was known of a day when it ended."""

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from core.records import (
    AutopilotState,
    DailyReport,
    DataQuality,
    DaySource,
    ExitReason,
    Reading,
    ReportLine,
    Trade,
)
from core.store.codec import dump, load
from core.store.connection import Store, Write
from core.store.pages import page_of

_LINE = "SELECT day, written_at, assets, words, told_by FROM daily_reports"


def save_report(report: DailyReport) -> Write:
    """Keep the report of a day; it takes the place of the one before."""
    assets = list(dict.fromkeys(asset.symbol for asset in report.assets))
    record = zlib.compress(dump(DailyReport, report).encode(), 6)

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT OR REPLACE INTO daily_reports VALUES (?, ?, ?, ?, ?, ?)",
            [report.day, report.written_at, assets, report.told.words, report.told.by, record],
        )

    return write


def read_report(store: Store, day: date) -> DailyReport | None:
    """The report of a day; None where none was written."""
    with store.cursor() as cursor:
        row = cursor.execute("SELECT record FROM daily_reports WHERE day = ?", [day]).fetchone()
    return load(DailyReport, zlib.decompress(row[0]).decode()) if row else None


def list_reports(store: Store, limit: int, offset: int = 0) -> tuple[tuple[ReportLine, ...], int]:
    """A page of the stored reports, newest day first, and how many there are."""
    rows, total = page_of(store, _LINE, "day DESC", [], limit, offset)
    lines = [
        ReportLine(row["day"], row["written_at"], tuple(row["assets"]), row["words"], row["told_by"])
        for row in rows
    ]
    return tuple(lines), total


def switches_of(store: Store, start: datetime, stop: datetime) -> tuple[AutopilotState, ...]:
    """What the autopilot traded in start ≤ t < stop: the switch that held at the start, and those after it."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT switched_at, who, running, assets, timeframe, source FROM autopilot_switches WHERE switched_at < ?"
            " ORDER BY switched_at, rowid",
            [stop],
        ).fetchall()
    before = [row for row in rows if row[0] <= start][-1:]
    held = [*before, *(row for row in rows if row[0] > start)]
    return tuple(AutopilotState(row[2], row[0], row[1], tuple(row[3]), row[4], row[5]) for row in held)


@dataclass(frozen=True, slots=True)
class CycleOfDay:
    """One cycle that began on a day and ended, with what its decision says."""

    id: str
    symbol: str
    timeframe: str
    source: str
    world: str
    book_id: str
    as_of: datetime
    started_at: datetime
    verdict: str
    words: str
    confidence: float | None
    action: str
    quantity: float
    gate: str
    order_id: str


def cycles_of_day(store: Store, start: datetime, stop: datetime) -> tuple[CycleOfDay, ...]:
    """Paper cycles that began in start ≤ t < stop and ended, oldest first; those that saw no moment are left out."""
    paths = "['$.decision.proposal.action', '$.decision.proposal.quantity', '$.decision.proposal.gate', '$.order.id']"
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT id, symbol, timeframe, source, coalesce(world, ''), coalesce(book_id, ''), as_of, started_at,"
            f" verdict, coalesce(words, ''), confidence, json_extract_string(facts, {paths}) FROM cycles"
            " LEFT JOIN passports ON cycle_id = id"
            " WHERE started_at >= ? AND started_at < ? AND verdict <> 'running' AND mode = 'paper'"
            " AND as_of IS NOT NULL ORDER BY started_at, id",
            [start, stop],
        ).fetchall()
    return tuple(_cycle(row) for row in rows)


def _cycle(row: tuple[Any, ...]) -> CycleOfDay:
    action, quantity, gate, order = row[11] or (None,) * 4
    return CycleOfDay(
        row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], row[10], action or "",
        float(quantity or 0.0), gate or "", order or "",
    )  # fmt: skip


def fills_until(store: Store, book_id: str, until: datetime) -> list[tuple[Any, ...]]:
    """Fills of a book up to a moment, oldest first: order_id, symbol, side, quantity, price, fee, time, reason."""
    return _rows(
        store,
        "SELECT order_id, symbol, side, quantity, price, fee, time, reason FROM fills WHERE book_id = ? AND time <= ?"
        " ORDER BY time, rowid",
        [book_id, until],
    )


def trades_ended(store: Store, book_id: str, start: datetime, until: datetime) -> tuple[Trade, ...]:
    """Round trips of a book that ended in start ≤ t ≤ until and were booked by then, oldest exit first."""
    rows = _rows(
        store,
        "SELECT symbol, quantity, entry_time, entry_price, exit_time, exit_price, fees, pnl, return_, exit_reason,"
        " entry_order_id FROM trades WHERE book_id = ? AND exit_time >= ? AND exit_time <= ?"
        " AND coalesce(known_at, exit_time) <= ? ORDER BY exit_time, entry_time",
        [book_id, start, until, until],
    )
    return tuple(
        Trade(
            row[0],
            row[1],
            row[2],
            row[3],
            row[4],
            row[5],
            row[6],
            row[7],
            row[8],
            ExitReason(row[9]),
            row[10],
        )
        for row in rows
    )


def series_of_order(store: Store, order_id: str) -> tuple[str, str] | None:
    """Timeframe and source of the bars that manage what an order opened."""
    rows = _rows(store, "SELECT record FROM orders WHERE id = ?", [order_id])
    if not rows:
        return None
    record = json.loads(rows[0][0])
    return record.get("timeframe", "1h"), record.get("data_source", "")


def marks_until(store: Store, book_id: str, until: datetime) -> tuple[float, float] | None:
    """Equity and cash of a book at its last mark up to a moment; None where it has none."""
    rows = _rows(
        store,
        "SELECT equity, cash FROM equity WHERE book_id = ? AND time <= ? ORDER BY time DESC LIMIT 1",
        [book_id, until],
    )
    return (rows[0][0], rows[0][1]) if rows else None


def books_alive(store: Store, world: str, until: datetime) -> tuple[str, ...]:
    """Books of a world that were made by a moment and hold something or moved, the newest first."""
    rows = _rows(
        store, "SELECT id FROM books WHERE world = ? AND created_at <= ? ORDER BY created_at DESC LIMIT 1",
        [world, until],
    )  # fmt: skip
    return tuple(str(row[0]) for row in rows)


def quality_until(
    store: Store, symbol: str, timeframe: str, source: str, until: datetime
) -> DataQuality | None:
    """The result of the last load of a series up to a moment."""
    rows = _rows(
        store,
        "SELECT record FROM quality WHERE symbol = ? AND timeframe = ? AND source = ? AND as_of <= ?"
        " ORDER BY as_of DESC LIMIT 1",
        [symbol, timeframe, source, until],
    )
    return load(DataQuality, rows[0][0]) if rows else None


def figures_known(store: Store, symbol: str, names: Sequence[str], until: datetime) -> tuple[Reading, ...]:
    """The newest figure of each of these names about an asset that was read by a moment, in order of the names."""
    rows = _rows(
        store,
        "SELECT source, name, symbol, time, value, words, fetched_at FROM readings WHERE symbol = ?"
        " AND list_contains(?::VARCHAR[], name) AND time <= ? AND fetched_at <= ?"
        " QUALIFY row_number() OVER (PARTITION BY name ORDER BY time DESC, fetched_at DESC) = 1",
        [symbol, list(names), until, until],
    )
    found = {row[1]: Reading(*row) for row in rows}
    return tuple(found[name] for name in names if name in found)


def calls_of_day(store: Store, start: datetime, stop: datetime) -> tuple[DaySource, ...]:
    """Providers that were asked in start ≤ t < stop, the most failures first."""
    rows = _rows(
        store,
        "SELECT source, count(*) FILTER (asked_at >= $start), count(*) FILTER (asked_at >= $start AND outcome <> 'ok')"
        " AS failed, max(asked_at) FILTER (outcome = 'ok'),"
        " coalesce(arg_max(reason, asked_at) FILTER (asked_at >= $start AND outcome <> 'ok'), '')"
        " FROM source_calls WHERE asked_at < $stop GROUP BY source HAVING count(*) FILTER (asked_at >= $start) > 0"
        " ORDER BY failed DESC, source",
        {"start": start, "stop": stop},
    )
    return tuple(DaySource(*row) for row in rows)


def _rows(store: Store, query: str, values: Any) -> list[tuple[Any, ...]]:
    with store.cursor() as cursor:
        return cursor.execute(query, values).fetchall()
