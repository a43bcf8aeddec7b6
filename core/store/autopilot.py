"""Switches, steps, heartbeats and nights of the autopilot."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import duckdb

from core.records import AutopilotState, CycleReport, Night, Step, StepRun
from core.store.connection import Store, Write
from core.store.passports import passport_of


def save_switch(state: AutopilotState) -> Write:
    """Append a switch: on or off."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT INTO autopilot_switches VALUES (?, ?, ?, ?, ?, ?)",
            [state.since, state.who, state.running, list(state.assets), state.timeframe, state.source],
        )

    return write


def read_switch(store: Store) -> AutopilotState | None:
    """The last switch; None before the first."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT switched_at, who, running, assets, timeframe, source FROM autopilot_switches"
            " ORDER BY switched_at DESC, rowid DESC LIMIT 1"
        ).fetchone()
    return None if row is None else AutopilotState(row[2], row[0], row[1], tuple(row[3]), row[4], row[5])


def save_step(run: StepRun) -> Write:
    """Keep the last run of a step."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT OR REPLACE INTO autopilot_steps VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                run.step.value, run.subject, run.started_at, run.seconds, run.ok, run.words, run.failures,
                run.rests_until,
            ],
        )  # fmt: skip

    return write


def read_steps(store: Store) -> tuple[StepRun, ...]:
    """The last run of every step, by step and subject."""
    with store.cursor() as cursor:
        rows = cursor.execute("SELECT * FROM autopilot_steps ORDER BY step, subject").fetchall()
    return tuple(StepRun(Step(row[0]), *row[1:]) for row in rows)


def read_step(store: Store, step: Step, subject: str) -> StepRun | None:
    """The last run of one step for one subject."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT * FROM autopilot_steps WHERE step = ? AND subject = ?", [step.value, subject]
        ).fetchone()
    return None if row is None else StepRun(Step(row[0]), *row[1:])


def save_heartbeat(at: datetime) -> Write:
    """Note that the autopilot lives."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute("INSERT OR REPLACE INTO autopilot_heartbeat VALUES (1, ?)", [at])

    return write


def last_heartbeat(store: Store) -> datetime | None:
    """When the autopilot was last known to live."""
    with store.cursor() as cursor:
        row = cursor.execute("SELECT beat_at FROM autopilot_heartbeat").fetchone()
    return None if row is None else row[0]


def save_night(night: Night) -> Write:
    """Keep that a night's work was begun."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute("INSERT OR REPLACE INTO autopilot_nights VALUES (?, ?)", [night.day, night.begun_at])

    return write


def last_night(store: Store) -> Night | None:
    """The last night whose work was begun; None before the first."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT day, begun_at FROM autopilot_nights ORDER BY day DESC LIMIT 1"
        ).fetchone()
    if row is None:
        return None
    day: date = row[0]
    return Night(day, row[1])


def worked_before(store: Store, moment: datetime) -> bool:
    """Whether anything was done before a moment: a job, a cycle, or a deed of the audit trail."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM jobs WHERE submitted_at < $before) OR EXISTS"
            " (SELECT 1 FROM cycles WHERE started_at < $before) OR EXISTS (SELECT 1 FROM audit WHERE done_at < $before)",
            {"before": moment},
        ).fetchone()
    return bool(row and row[0])


def last_begun(store: Store, symbol: str, timeframe: str, world: str, as_of: datetime) -> datetime | None:
    """When the newest cycle of a series at one moment of a world was begun, if it did not fail."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT max(started_at) FROM cycles WHERE symbol = ? AND timeframe = ? AND world = ? AND as_of = ?"
            " AND verdict IN ('ordered', 'denied', 'no_trade')",
            [symbol, timeframe, world, as_of],
        ).fetchone()
    return None if row is None else row[0]


def newest_decisions(
    store: Store, timeframe: str, worlds: Mapping[str, Sequence[str]]
) -> dict[str, CycleReport]:
    """The newest cycle of each asset that came to a decision; assets without one are left out.

    Args:
        worlds: asset → the worlds in which its cycles may have lived.
    """
    pairs = [(symbol, world) for symbol, several in worlds.items() for world in several]
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT symbol, arg_max(id, started_at), arg_max(seconds, started_at) FROM cycles WHERE timeframe = ? AND (symbol, world) IN"
            " (SELECT (unnest(?), unnest(?))) AND verdict IN ('ordered', 'denied', 'no_trade') GROUP BY symbol",
            [timeframe, [symbol for symbol, _ in pairs], [world for _, world in pairs]],
        ).fetchall()
        found = {str(row[0]): _kept(store, cursor, *row) for row in rows}
    return {symbol: report for symbol, report in found.items() if report is not None}


def _kept(
    store: Store, cursor: duckdb.DuckDBPyConnection, symbol: str, cycle_id: str, seconds: float
) -> CycleReport | None:
    """A report; everybody who watches the autopilot reads the same few again and again. One that was stored with its order
    is stored once more when the cycle ends, with the seconds that it took until then."""
    kept = store.newest.get(symbol)
    if kept is not None and (kept.id, kept.seconds) == (cycle_id, seconds):
        return kept
    passport = passport_of(cursor, cycle_id)
    if passport is None:
        return None
    report = store.newest[symbol] = passport.report
    return report


def worlds_decided(store: Store, symbols: tuple[str, ...], timeframe: str) -> tuple[str, ...]:
    """The worlds in which the last paper cycle of each series came to a decision."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT DISTINCT arg_max(world, started_at) FROM cycles WHERE symbol IN (SELECT unnest(?)) AND timeframe = ?"
            " AND mode = 'paper' AND verdict IN ('ordered', 'denied', 'no_trade') GROUP BY symbol ORDER BY 1",
            [list(symbols), timeframe],
        ).fetchall()
    return tuple(str(row[0]) for row in rows if row[0])
