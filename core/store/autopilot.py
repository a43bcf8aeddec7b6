"""Switches, steps and heartbeats of the autopilot."""

from datetime import datetime

import duckdb

from core.records import AutopilotState, Step, StepRun
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
