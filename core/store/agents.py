"""Trainings of agents: runs, the live curve, checkpoints to go on from, tested curves, and the files they left.

Points and checkpoints belong to a study: the same bars, limits, costs and way of learning. A run that was stopped is
taken up by the next one of its study, and what a seed has finished is not learnt again.
"""

from datetime import datetime

import duckdb
import pandas as pd

from core.records import AgentFile, AgentRun, CurvePoint, Timeframe
from core.store.codec import dump, load, pack, unpack
from core.store.connection import Store, Write


def save_agent_run(run: AgentRun, study: str) -> Write:
    """Keep a run as it stands, in place of its earlier state."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT OR REPLACE INTO agent_runs VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                run.id, study, run.request.symbol, run.request.timeframe, run.data_source, run.asked_at,
                run.finished_at, dump(AgentRun, run),
            ],
        )  # fmt: skip

    return write


def read_agent_run(store: Store, run_id: str) -> AgentRun | None:
    """One run; None before it has begun."""
    with store.cursor() as cursor:
        row = cursor.execute("SELECT record FROM agent_runs WHERE id = ?", [run_id]).fetchone()
    return None if row is None else load(AgentRun, row[0])


def study_of_run(store: Store, run_id: str) -> str | None:
    """The study that a run belongs to; None before it has begun."""
    with store.cursor() as cursor:
        row = cursor.execute("SELECT study FROM agent_runs WHERE id = ?", [run_id]).fetchone()
    return None if row is None else str(row[0])


def agent_runs(
    store: Store, symbol: str | None = None, timeframe: Timeframe | None = None, limit: int = 50
) -> tuple[AgentRun, ...]:
    """Runs, newest first; None takes all symbols or timeframes."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT record FROM agent_runs WHERE symbol = coalesce(?, symbol) AND timeframe = coalesce(?, timeframe)"
            " ORDER BY asked_at DESC, id LIMIT ?",
            [symbol, None if timeframe is None else timeframe.value, limit],
        ).fetchall()
    return tuple(load(AgentRun, row[0]) for row in rows)


def save_point(study: str, point: CurvePoint) -> Write:
    """Append a point of the live curve; the same point again replaces itself."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT OR REPLACE INTO agent_points VALUES (?, ?, ?, ?, ?, ?, ?)",
            [study, point.seed, point.step, point.error, point.learn, point.watch, point.seconds],
        )

    return write


def read_points(store: Store, study: str) -> tuple[CurvePoint, ...]:
    """The live curve so far: seed by seed, step by step."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT seed, step, error, learn, watch, seconds FROM agent_points WHERE study = ? ORDER BY seed, step",
            [study],
        ).fetchall()
    return tuple(CurvePoint(*row) for row in rows)


def points_of_run(store: Store, run_id: str) -> tuple[CurvePoint, ...]:
    """The live curve of a run's study, of the seeds that the run asked for; empty before it has begun."""
    study, run = study_of_run(store, run_id), read_agent_run(store, run_id)
    if study is None or run is None:
        return ()
    return tuple(point for point in read_points(store, study) if point.seed < run.request.seeds)


def save_checkpoint(study: str, seed: int, step: int, error: float | None, content: bytes) -> Write:
    """Keep where a seed stands, in place of where it stood."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute("DELETE FROM agent_checkpoints WHERE study = ? AND seed = ?", [study, seed])
        cursor.execute(
            "INSERT INTO agent_checkpoints VALUES (?, ?, ?, ?, ?)", [study, seed, step, error, content]
        )

    return write


def read_checkpoint(store: Store, study: str, seed: int) -> tuple[int, float | None, bytes] | None:
    """Step, error and content of a seed's checkpoint; None before its first."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT step, error, content FROM agent_checkpoints WHERE study = ? AND seed = ?", [study, seed]
        ).fetchone()
    return None if row is None else (int(row[0]), row[1], bytes(row[2]))


def save_tested(run_id: str, frame: pd.DataFrame) -> Write:
    """Keep the tested part of a run, index `opened` (UTC); see `read_tested` for its columns."""
    content = pack(frame.rename_axis("opened").reset_index())

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute("INSERT OR REPLACE INTO agent_tests VALUES (?, ?)", [run_id, content])

    return write


def read_tested(store: Store, run_id: str) -> pd.DataFrame:
    """The tested bars of a run; empty (no rows, no columns) where there are none.

    Returns:
        Index opened (UTC). Columns close; exposure (aimed at by the committee), held (position in shares of the largest
        one); equity of committee, seed_0 …, and each of core.records.agent.BASELINES (random: its first draw).
    """
    with store.cursor() as cursor:
        row = cursor.execute("SELECT frame FROM agent_tests WHERE run_id = ?", [run_id]).fetchone()
    if row is None:
        return pd.DataFrame(index=pd.DatetimeIndex([], tz="UTC", name="opened"))
    return unpack(row[0]).set_index("opened")


def save_agent_file(file: AgentFile) -> Write:
    """Record agents on disk."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT OR REPLACE INTO agent_files VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                file.model_id, file.symbol, file.timeframe, file.source, file.as_of, file.trained_at,
                dump(AgentFile, file),
            ],
        )  # fmt: skip

    return write


def newest_agent(
    store: Store, symbol: str, timeframe: Timeframe, source: str, as_of: datetime, known_at: datetime
) -> AgentFile | None:
    """The newest agents of a series that knew nothing after `as_of`, among those kept by `known_at`."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT record FROM agent_files WHERE symbol = ? AND timeframe = ? AND source = ? AND as_of <= ?"
            " AND trained_at <= ? ORDER BY as_of DESC, trained_at DESC LIMIT 1",
            [symbol, timeframe.value, source, as_of, known_at],
        ).fetchone()
    return None if row is None else load(AgentFile, row[0])


def highest_equity(store: Store, book_id: str, before: datetime) -> float:
    """The highest equity that a book was marked at before a moment; 0 where it was not."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT max(equity) FROM equity WHERE book_id = ? AND time < ?", [book_id, before]
        ).fetchone()
    return 0.0 if row is None or row[0] is None else float(row[0])


def agent_files(store: Store) -> tuple[AgentFile, ...]:
    """All agents on disk, newest training first."""
    with store.cursor() as cursor:
        rows = cursor.execute("SELECT record FROM agent_files ORDER BY trained_at DESC, model_id").fetchall()
    return tuple(load(AgentFile, row[0]) for row in rows)


def read_agent_file(store: Store, model_id: str) -> AgentFile | None:
    """Agents on disk by their id."""
    with store.cursor() as cursor:
        row = cursor.execute("SELECT record FROM agent_files WHERE model_id = ?", [model_id]).fetchone()
    return None if row is None else load(AgentFile, row[0])
