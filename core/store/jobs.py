"""Rows of jobs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
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
