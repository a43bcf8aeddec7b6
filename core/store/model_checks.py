"""Drift checks of models, and contests between them."""

import duckdb

from core.records import Contest, DriftReport
from core.store.codec import dump, load
from core.store.connection import Store, Write


def save_drift(report: DriftReport) -> Write:
    """Add one check; earlier ones stay."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT INTO drift_checks VALUES (?, ?, ?, ?)",
            [report.model_id, report.checked_at, report.drifted, dump(DriftReport, report)],
        )

    return write


def drift_history(store: Store, model_id: str, limit: int = 20) -> tuple[DriftReport, ...]:
    """Checks of one model, newest first."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT record FROM drift_checks WHERE model_id = ? ORDER BY checked_at DESC LIMIT ?",
            [model_id, limit],
        ).fetchall()
    return tuple(load(DriftReport, row[0]) for row in rows)


def save_contest(contest: Contest) -> Write:
    """Keep the state of one contest in place of its earlier one."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT OR REPLACE INTO contests VALUES (?, ?, ?, ?, ?)",
            [
                contest.id, contest.champion_id, contest.challenger_id, contest.updated_at,
                dump(Contest, contest),
            ],
        )  # fmt: skip

    return write


def read_contest(store: Store, contest_id: str) -> Contest | None:
    """The last state of a contest; None before it has begun."""
    with store.cursor() as cursor:
        row = cursor.execute("SELECT record FROM contests WHERE id = ?", [contest_id]).fetchone()
    return None if row is None else load(Contest, row[0])


def contests_of(store: Store, model_id: str) -> tuple[Contest, ...]:
    """Contests that a model is or was in, the last looked at first."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT record FROM contests WHERE champion_id = ? OR challenger_id = ? ORDER BY updated_at DESC",
            [model_id, model_id],
        ).fetchall()
    return tuple(load(Contest, row[0]) for row in rows)
