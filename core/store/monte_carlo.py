"""Simulations that were run."""

from datetime import datetime

import duckdb
import pandas as pd

from core.errors import UnknownId
from core.records import MonteCarloRun
from core.store.codec import dump, load
from core.store.connection import Store, Write


def save_simulation(run: MonteCarloRun, created_at: datetime) -> Write:
    """Keep one simulation."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT INTO simulations VALUES (?, ?, ?, ?, ?)",
            [run.id, run.request.backtest_id, run.request.method.value, created_at, dump(MonteCarloRun, run)],
        )

    return write


def read_simulation(store: Store, simulation_id: str) -> MonteCarloRun:
    """One simulation.

    Raises:
        UnknownId: no such simulation.
    """
    with store.cursor() as cursor:
        row = cursor.execute("SELECT record FROM simulations WHERE id = ?", [simulation_id]).fetchone()
    if row is None:
        raise UnknownId(f"There is no simulation {simulation_id!r}: run one on the Monte Carlo page.")
    return load(MonteCarloRun, row[0])


def list_simulations(store: Store, backtest_id: str, limit: int = 20) -> pd.DataFrame:
    """Newest simulations of one backtest first: id, created_at, method."""
    with store.cursor() as cursor:
        return cursor.execute(
            "SELECT id, created_at, method FROM simulations WHERE backtest_id = ? ORDER BY created_at DESC LIMIT ?",
            [backtest_id, limit],
        ).df()
