"""Cycles, their stages and their reports."""

from datetime import UTC, datetime

import duckdb
import pandas as pd

from core.errors import UnknownId
from core.records import CycleReport, CycleRequest, Problem, StageReport, StageState
from core.store.codec import dump, load
from core.store.connection import Store, Write
from core.store.packing import Told, packed, save_packed
from core.store.passports import passport_of, results_of


def open_cycle(cycle_id: str, request: CycleRequest, started_at: datetime) -> Write:
    """Record that a cycle began; its verdict stays «running» until `close_cycle`."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT INTO cycles (id, symbol, timeframe, source, mode, as_of, started_at, verdict)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 'running')",
            [
                cycle_id,
                request.symbol,
                request.timeframe.value,
                request.source,
                request.mode.value,
                request.as_of,
                started_at,
            ],
        )

    return write


def save_stage(
    cycle_id: str, position: int, stage: StageReport, input_hash: str | None, output: str | None
) -> Write:
    """Record one finished stage with its output as JSON."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT INTO stages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                cycle_id, position, stage.stage, stage.state.value, stage.seconds, stage.summary, stage.source,
                input_hash, dump(tuple[Problem, ...], stage.problems),
            ],
        )  # fmt: skip
        if output is not None:
            cursor.execute(
                "INSERT INTO stage_outputs VALUES (?, ?, ?, ?)", [cycle_id, position, stage.stage, output]
            )

    return write


def close_cycle(report: CycleReport) -> Write:
    """Record how a cycle ended, and move the results of its stages into its passport."""
    decision = report.decision
    verdict = "failed" if report.failed or decision is None else decision.verdict.value
    words = decision.words if decision else report.stages[-1].summary if report.stages else ""
    confidence = decision.proposal.confidence if decision else None

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "UPDATE cycles SET source = ?, world = ?, book_id = ?, as_of = ?, seconds = ?, verdict = ?, words = ?,"
            " confidence = ? WHERE id = ?",
            [
                report.data_source or report.request.source, report.world, report.book_id, report.as_of, report.seconds,
                verdict, words, confidence, report.id,
            ],
        )  # fmt: skip
        told = Told(dump(CycleReport, report), results_of(cursor, report.id))
        save_packed(cursor, [packed(report.id, told)])
        cursor.execute("DELETE FROM stage_outputs WHERE cycle_id = ?", [report.id])

    return write


def read_cycle(store: Store, cycle_id: str) -> CycleReport:
    """The report of one cycle.

    Raises:
        UnknownId: no such cycle, or it never ended.
    """
    with store.cursor() as cursor:
        passport = passport_of(cursor, cycle_id)
        known = passport or cursor.execute("SELECT 1 FROM cycles WHERE id = ?", [cycle_id]).fetchone()
    if known is None:
        raise UnknownId(
            f"There is no cycle {cycle_id!r}: take an id from the Overview page or `python -m core cycle`."
        )
    if passport is None:
        raise UnknownId(
            f"Cycle {cycle_id} was interrupted before it ended, so it has no passport: run it again."
        )
    return passport.report


def list_cycles(store: Store, limit: int = 50, symbol: str | None = None) -> pd.DataFrame:
    """Newest cycles first: id, started_at, as_of, symbol, timeframe, source, world, mode, verdict, words, confidence, seconds."""
    with store.cursor() as cursor:
        return cursor.execute(
            "SELECT id, started_at, as_of, symbol, timeframe, source, world, mode, verdict, words, confidence, seconds"
            " FROM cycles WHERE symbol = coalesce(?, symbol) ORDER BY started_at DESC, id LIMIT ?",
            [symbol, limit],
        ).df()


def last_moment(store: Store, symbol: str, timeframe: str, world: str) -> datetime | None:
    """The moment of the newest cycle of a series that did not fail; None before the first.

    A cycle that was cut short after its order was committed counts: decided again, it would order twice.
    """
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT greatest((SELECT max(as_of) FROM cycles WHERE symbol = $symbol AND timeframe = $timeframe"
            " AND world = $world AND verdict IN ('ordered', 'denied', 'no_trade')),"
            " (SELECT max(o.submitted_at) FROM cycles c JOIN orders o ON o.cycle_id = c.id JOIN books b ON b.id = o.book_id"
            " WHERE c.symbol = $symbol AND c.timeframe = $timeframe AND b.world = $world"
            " AND c.verdict IN ('running', 'interrupted')))",
            {"symbol": symbol, "timeframe": timeframe, "world": world},
        ).fetchone()
    return None if row is None else row[0]


def ended_cycles(store: Store, since: datetime | None = None) -> tuple[str, ...]:
    """Ids of the cycles that have a report, oldest first; since None: all of them."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT id FROM cycles SEMI JOIN passports ON cycle_id = id"
            " WHERE ?::TIMESTAMPTZ IS NULL OR started_at >= ? ORDER BY started_at, id",
            [since, since],
        ).fetchall()
    return tuple(str(row[0]) for row in rows)


def newest_report(store: Store, symbol: str, timeframe: str, world: str) -> CycleReport | None:
    """The newest cycle of a series that came to a decision; None before the first."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT id FROM cycles WHERE symbol = ? AND timeframe = ? AND world = ?"
            " AND verdict IN ('ordered', 'denied', 'no_trade') ORDER BY started_at DESC, id LIMIT 1",
            [symbol, timeframe, world],
        ).fetchone()
        passport = passport_of(cursor, str(row[0])) if row else None
    return passport.report if passport else None


def stage_seconds(store: Store) -> pd.DataFrame:
    """Median, 95th percentile and number of runs of each stage over the last 500 cycles, in seconds."""
    with store.cursor() as cursor:
        return cursor.execute(
            "SELECT stage, median(seconds) AS p50, quantile_cont(seconds, 0.95) AS p95, count(*) AS runs,"
            " count(*) FILTER (state = 'failed') AS failed FROM stages"
            " WHERE cycle_id IN (SELECT id FROM cycles ORDER BY started_at DESC LIMIT 500)"
            " GROUP BY stage ORDER BY min(position)"
        ).df()


def stages_of(store: Store, cycle_id: str) -> tuple[StageReport, ...]:
    """The stages of a cycle that are committed so far, in order."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT stage, state, seconds, summary, source, problems FROM stages WHERE cycle_id = ? ORDER BY position",
            [cycle_id],
        ).fetchall()
    return tuple(
        StageReport(row[0], StageState(row[1]), row[2], row[3], row[4], load(tuple[Problem, ...], row[5]))
        for row in rows
    )


def outputs_of(store: Store, cycle_id: str) -> dict[str, str]:
    """Result of each stage as JSON, in order; stages without one are left out."""
    with store.cursor() as cursor:
        return results_of(cursor, cycle_id)


def last_cycled(store: Store, before: datetime) -> datetime | None:
    """When the newest paper cycle before a moment began; None where there is none."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT max(started_at) FROM cycles WHERE started_at < ? AND mode = 'paper'", [before]
        ).fetchone()
    return None if row is None or row[0] is None else row[0].astimezone(UTC)
