"""Backtests that were run, with their curves and trades."""

from datetime import datetime

import duckdb
import pandas as pd

from core.errors import UnknownId
from core.records import BacktestSummary
from core.store.codec import dump, load, pack, unpack
from core.store.connection import Store, Write
from core.tables import empty_bars

FILL_COLUMNS = ("bar", "kind", "quantity", "price", "reference", "fee", "charges")


def save_backtest(
    summary: BacktestSummary,
    curves: pd.DataFrame,
    trades: pd.DataFrame,
    created_at: datetime,
    bars: pd.DataFrame | None = None,
    fills: pd.DataFrame | None = None,
) -> Write:
    """Keep one backtest.

    Args:
        curves: index date; columns equity, hold and whatever else is known at each bar.
        trades: closed round trips.
        bars: that were traded, so that the report can be drawn as it was when the source's bars have changed.
        fills: what was executed.
    """

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT INTO backtests (id, symbol, timeframe, source, strategy, created_at, summary, curves, trades, bars, fills)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                summary.id, summary.symbol, summary.timeframe, summary.source, summary.strategy, created_at,
                dump(BacktestSummary, summary), pack(curves.reset_index()), pack(trades),
                None if bars is None else pack(bars.reset_index()), None if fills is None else pack(fills),
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
    curves = unpack(row[1]).set_index("date")
    return load(BacktestSummary, row[0]), curves, unpack(row[2])


def read_backtest_bars(store: Store, backtest_id: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """(bars, fills) of one backtest, both empty where an older version did not keep them.

    Raises:
        UnknownId: no such backtest.
    """
    with store.cursor() as cursor:
        row = cursor.execute("SELECT bars, fills FROM backtests WHERE id = ?", [backtest_id]).fetchone()
    if row is None:
        raise UnknownId(f"There is no backtest {backtest_id!r}: run one on the Backtest page.")
    if row[0] is None or row[1] is None:
        return empty_bars(), pd.DataFrame({name: pd.Series(dtype="float64") for name in FILL_COLUMNS})
    return unpack(row[0]).set_index("date"), unpack(row[1])


def list_backtests(store: Store, limit: int = 20) -> pd.DataFrame:
    """Newest backtests first: id, created_at, symbol, timeframe, source, strategy, title (may be empty)."""
    with store.cursor() as cursor:
        return cursor.execute(
            "SELECT id, created_at, symbol, timeframe, source, strategy, coalesce(summary->>'title', '') AS title"
            " FROM backtests ORDER BY created_at DESC LIMIT ?",
            [limit],
        ).df()
