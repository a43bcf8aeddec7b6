"""Tuning runs, their trials as they come, and the parameters that trainings of a series were told to use."""

from dataclasses import dataclass
from datetime import datetime

import duckdb

from core.records import TunedParameters, TuningRun, TuningTrial
from core.store.codec import dump, load
from core.store.connection import Store, Write


@dataclass(frozen=True, slots=True)
class Adopted:
    """Tuned parameters in use."""

    run_id: str
    """Tuning run, or model that was promoted, that they come from."""
    since: datetime
    parameters: TunedParameters


def save_tuning(run: TuningRun) -> Write:
    """Keep a run as it stands, in place of its earlier state."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT OR REPLACE INTO tuning_runs VALUES (?, ?, ?, ?, ?, ?, ?)",
            [run.id, run.study, run.symbol, run.timeframe, run.source, run.created_at, dump(TuningRun, run)],
        )

    return write


def save_tuning_trial(study: str, trial: TuningTrial) -> Write:
    """Keep one trial of a study; trials belong to the study, so that a run goes on where the last one stopped."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute("DELETE FROM tuning_trials WHERE study = ? AND number = ?", [study, trial.number])
        cursor.execute(
            "INSERT INTO tuning_trials VALUES (?, ?, ?)", [study, trial.number, dump(TuningTrial, trial)]
        )

    return write


def cut_tuning_trials(study: str, number: int) -> Write:
    """Forget trials from a number on, which the study itself no longer knows."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute("DELETE FROM tuning_trials WHERE study = ? AND number >= ?", [study, number])

    return write


def read_tuning(store: Store, run_id: str) -> TuningRun | None:
    """One run; None before it has begun."""
    with store.cursor() as cursor:
        row = cursor.execute("SELECT record FROM tuning_runs WHERE id = ?", [run_id]).fetchone()
    return None if row is None else load(TuningRun, row[0])


def tunings_of(store: Store, symbol: str, timeframe: str, limit: int = 20) -> tuple[TuningRun, ...]:
    """Runs of an asset and timeframe, newest first."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT record FROM tuning_runs WHERE symbol = ? AND timeframe = ? ORDER BY created_at DESC LIMIT ?",
            [symbol, timeframe, limit],
        ).fetchall()
    return tuple(load(TuningRun, row[0]) for row in rows)


def tuning_trials(store: Store, study: str) -> tuple[TuningTrial, ...]:
    """Trials of a study in their order."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT record FROM tuning_trials WHERE study = ? ORDER BY number", [study]
        ).fetchall()
    return tuple(load(TuningTrial, row[0]) for row in rows)


def adopt_parameters(symbol: str, timeframe: str, source: str, adopted: Adopted) -> Write:
    """Let trainings of a series use these parameters from now on."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT OR REPLACE INTO tuned_parameters VALUES (?, ?, ?, ?, ?, ?)",
            [
                symbol, timeframe, source, adopted.run_id, adopted.since,
                dump(TunedParameters, adopted.parameters),
            ],
        )  # fmt: skip

    return write


def drop_parameters(symbol: str, timeframe: str, source: str) -> Write:
    """Let trainings of a series use the settings again."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "DELETE FROM tuned_parameters WHERE symbol = ? AND timeframe = ? AND source = ?",
            [symbol, timeframe, source],
        )

    return write


def adopt_horizon_parameters(
    symbol: str, timeframe: str, source: str, horizon: str, adopted: Adopted
) -> Write:
    """Let trainings of one horizon of a series use these parameters from now on."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT OR REPLACE INTO tuned_by_horizon VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                symbol, timeframe, source, horizon, adopted.run_id, adopted.since,
                dump(TunedParameters, adopted.parameters),
            ],
        )  # fmt: skip

    return write


def drop_horizon_parameters(symbol: str, timeframe: str, source: str) -> Write:
    """Let trainings of all horizons of a series use what the series uses."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "DELETE FROM tuned_by_horizon WHERE symbol = ? AND timeframe = ? AND source = ?",
            [symbol, timeframe, source],
        )

    return write


def horizon_parameters(store: Store, symbol: str, timeframe: str, source: str) -> dict[str, Adopted]:
    """Horizon → the parameters that it uses in place of those of its series."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT horizon, run_id, since, record FROM tuned_by_horizon WHERE symbol = ? AND timeframe = ? AND source = ?"
            " ORDER BY horizon",
            [symbol, timeframe, source],
        ).fetchall()
    return {str(row[0]): Adopted(row[1], row[2], load(TunedParameters, row[3])) for row in rows}


def adopted_parameters(store: Store, symbol: str, timeframe: str, source: str) -> Adopted | None:
    """The tuned parameters that a series uses; None: the settings'."""
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT run_id, since, record FROM tuned_parameters WHERE symbol = ? AND timeframe = ? AND source = ?",
            [symbol, timeframe, source],
        ).fetchone()
    return None if row is None else Adopted(row[0], row[1], load(TunedParameters, row[2]))
