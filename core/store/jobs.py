"""Rows of jobs."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import duckdb

from core.errors import UnknownId
from core.store.connection import Store, Write


class JobState(StrEnum):
    """Life of a job."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class JobRow:
    """One piece of long work."""

    id: str
    kind: str
    key: str
    """Jobs of one key never run at the same time."""
    arguments: dict[str, str]
    state: JobState
    progress: float
    """0…1."""
    message: str
    log: tuple[str, ...]
    result_id: str | None
    error: str | None
    submitted_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    bad_input: bool = False
    """The user asked for something that cannot be, as opposed to work that went wrong."""

    @property
    def active(self) -> bool:
        """Still to end."""
        return self.state in (JobState.QUEUED, JobState.RUNNING)


_COLUMNS = "id, kind, key, arguments, state, progress, message, log, result_id, error, submitted_at, started_at, finished_at, bad_input"


def save_job(job: JobRow) -> Write:
    """Insert or replace a job."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT OR REPLACE INTO jobs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                job.id, job.kind, job.key, json.dumps(job.arguments), job.state.value, job.progress, job.message,
                json.dumps(job.log), job.result_id, job.error, job.submitted_at, job.started_at, job.finished_at,
                job.bad_input,
            ],
        )  # fmt: skip

    return write


def read_job(store: Store, job_id: str) -> JobRow:
    """One job.

    Raises:
        UnknownId: no such job.
    """
    with store.cursor() as cursor:
        row = cursor.execute(f"SELECT {_COLUMNS} FROM jobs WHERE id = ?", [job_id]).fetchone()
    if row is None:
        raise UnknownId(f"There is no job {job_id!r}.")
    return _row(row)


def list_jobs(store: Store, limit: int = 50, active: bool = False) -> tuple[JobRow, ...]:
    """Jobs, newest first; only those still to end when `active`."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            f"SELECT {_COLUMNS} FROM jobs WHERE NOT ? OR state IN ('queued', 'running') ORDER BY submitted_at DESC, id LIMIT ?",
            [active, limit],
        ).fetchall()
    return tuple(_row(row) for row in rows)


def count_jobs(store: Store) -> int:
    """Jobs on record."""
    with store.cursor() as cursor:
        row = cursor.execute("SELECT count(*) FROM jobs").fetchone()
    return int(row[0]) if row else 0


def jobs_of(
    store: Store, kinds: Collection[str], since: datetime | None = None, limit: int = 50
) -> tuple[JobRow, ...]:
    """Jobs of some kinds, newest first; only those submitted at or after `since`."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            f"SELECT {_COLUMNS} FROM jobs WHERE kind IN (SELECT unnest(?)) AND (?::TIMESTAMPTZ IS NULL OR submitted_at >= ?)"
            " ORDER BY submitted_at DESC, id LIMIT ?",
            [list(kinds), since, since, limit],
        ).fetchall()
    return tuple(_row(row) for row in rows)


KEPT_DONE, KEPT_FAILED, KEPT_NEWEST = timedelta(days=7), timedelta(days=30), 50
"""How long rows of routine jobs are kept, and how many of each kind in any case."""
ROUTINE = ("fetch", "forecast", "settle", "news", "score", "preload", "cycle")
"""Kinds that come by the thousands and whose result is kept elsewhere: nothing refers to their rows."""


def forget_jobs(now: datetime) -> Write:
    """Drop old rows of routine jobs: done ones after a week, failed ones after a month, the newest of each kind never.

    Unfinished jobs stay, and so do all whose row says where a result came from: backtests, searches, trainings, reports.
    """

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "DELETE FROM jobs WHERE id IN (SELECT id FROM (SELECT id, submitted_at, state,"
            " row_number() OVER (PARTITION BY kind ORDER BY submitted_at DESC, id) AS place FROM jobs"
            " WHERE kind IN (SELECT unnest(?)) AND state NOT IN ('queued', 'running'))"
            " WHERE place > ? AND submitted_at < if(state = 'failed', ?::TIMESTAMPTZ, ?::TIMESTAMPTZ))",
            [list(ROUTINE), KEPT_NEWEST, now - KEPT_FAILED, now - KEPT_DONE],
        )

    return write


def interrupt_unfinished(now: datetime) -> Write:
    """Mark what a former process left unfinished."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "UPDATE jobs SET state = 'interrupted', finished_at = ?,"
            " error = 'The app ended while this ran; what it had committed is kept. Run it again.'"
            " WHERE state IN ('queued', 'running')",
            [now],
        )
        cursor.execute("UPDATE cycles SET verdict = 'interrupted' WHERE verdict = 'running'")

    return write


def _row(row: tuple) -> JobRow:
    arguments: Mapping[str, str] = json.loads(row[3])
    return JobRow(
        row[0], row[1], row[2], dict(arguments), JobState(row[4]), row[5], row[6], tuple(json.loads(row[7])),
        row[8], row[9], row[10], row[11], row[12], row[13],
    )  # fmt: skip
