"""Backtests that were run, with their curves and trades."""

import io
from datetime import datetime

import duckdb
import pandas as pd

from core.errors import UnknownId
from core.records import BacktestSummary
from core.store.codec import dump, load
from core.store.connection import Store, Write


def save_backtest(
    summary: BacktestSummary, curves: pd.DataFrame, trades: pd.DataFrame, created_at: datetime
) -> Write:
    """Keep one backtest: its summary, curves (index date; columns equity, hold) and trades."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT INTO backtests VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                summary.id, summary.symbol, summary.timeframe, summary.source, summary.strategy, created_at,
                dump(BacktestSummary, summary), _parquet(curves.reset_index()), _parquet(trades),
            ],
        )  # fmt: skip

    return write


def read_backtest(store: Store, backtest_id: str) -> tuple[BacktestSummary, pd.DataFrame, pd.DataFrame]:
    """Summary, curves and trades of one backtest.

    Raises:
        UnknownId: no such backtest.
    """
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT summary, curves, trades FROM backtests WHERE id = ?", [backtest_id]
        ).fetchone()
    if row is None:
        raise UnknownId(f"There is no backtest {backtest_id!r}: run one on the Backtest page.")
    curves = pd.read_parquet(io.BytesIO(row[1])).set_index("date")
    return load(BacktestSummary, row[0]), curves, pd.read_parquet(io.BytesIO(row[2]))


def list_backtests(store: Store, limit: int = 20) -> pd.DataFrame:
    """Newest backtests first: id, created_at, symbol, timeframe, source, strategy."""
    with store.cursor() as cursor:
        return cursor.execute(
            "SELECT id, created_at, symbol, timeframe, source, strategy FROM backtests ORDER BY created_at DESC LIMIT ?",
            [limit],
        ).df()


def _parquet(frame: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer, index=False)
    return buffer.getvalue()
