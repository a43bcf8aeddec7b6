"""Switches, steps, heartbeats and nights of the autopilot."""

from datetime import date, datetime
from functools import lru_cache

import duckdb

from core.records import AutopilotState, CycleReport, Night, Step, StepRun
from core.store.codec import load
from core.store.connection import Store, Write


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


def last_begun(store: Store, symbol: str, timeframe: str, world: str, as_of: datetime) -> datetime | None:
    """When the newest cycle of a series at one moment of a world was begun, if it did not fail."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT max(started_at) FROM cycles WHERE symbol = ? AND timeframe = ? AND world = ? AND as_of = ?"
            " AND verdict IN ('ordered', 'denied', 'no_trade')",
            [symbol, timeframe, world, as_of],
        ).fetchone()
    return None if row is None else row[0]


def newest_decision(store: Store, symbol: str, timeframe: str, worlds: tuple[str, ...]) -> CycleReport | None:
    """The newest cycle of a series in any of these worlds that came to a decision; None before the first."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT report FROM cycles WHERE symbol = ? AND timeframe = ? AND world IN (SELECT unnest(?))"
            " AND report IS NOT NULL AND verdict IN ('ordered', 'denied', 'no_trade')"
            " ORDER BY started_at DESC, id LIMIT 1",
            [symbol, timeframe, list(worlds)],
        ).fetchone()
    return None if row is None else _report(str(row[0]))


@lru_cache(maxsize=32)
def _report(text: str) -> CycleReport:
    """A report as it was stored; everybody who watches the autopilot reads the same few again and again."""
    return load(CycleReport, text)


def worlds_decided(store: Store, symbols: tuple[str, ...], timeframe: str) -> tuple[str, ...]:
    """The worlds in which the last paper cycle of each series came to a decision."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT DISTINCT arg_max(world, started_at) FROM cycles WHERE symbol IN (SELECT unnest(?)) AND timeframe = ?"
            " AND mode = 'paper' AND verdict IN ('ordered', 'denied', 'no_trade') GROUP BY symbol ORDER BY 1",
            [list(symbols), timeframe],
        ).fetchall()
    return tuple(str(row[0]) for row in rows if row[0])
