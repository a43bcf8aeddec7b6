"""Searches: what was asked, the cells as they come, finished windows, and the result.

Cells and windows belong to the study (the hash of request and bars), not to the run: a run of the same study goes on
where the last one stopped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import numpy as np
import pandas as pd

from core.errors import UnknownId
from core.records import SearchRequest, SearchSummary, WindowResult
from core.store.codec import dump, load, pack, unpack
from core.store.connection import Store, Write

FIGURES = ("total_return", "sharpe", "max_drawdown", "trades")


@dataclass(frozen=True, slots=True)
class SearchRow:
    """One run of a search as it stands."""

    id: str
    study: str
    request: SearchRequest
    created_at: datetime
    summary: SearchSummary | None
    """None until it ends."""


@dataclass(frozen=True, slots=True, eq=False)
class WindowRow:
    """One finished window of a walk-forward."""

    result: WindowResult
    equity: np.ndarray
    trade_returns: np.ndarray


def begin_search(run_id: str, study: str, request: SearchRequest, created_at: datetime) -> Write:
    """Note that a search runs."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "INSERT OR REPLACE INTO search_runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
            [
                run_id, study, request.symbol, request.timeframe, request.source, request.strategy,
                request.method.value, created_at, dump(SearchRequest, request),
            ],
        )  # fmt: skip

    return write


def end_search(summary: SearchSummary, curve: pd.DataFrame | None) -> Write:
    """Keep the result; `curve` (index date; columns equity, hold) only for a walk-forward."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "UPDATE search_runs SET summary = ?, curve = ? WHERE id = ?",
            [
                dump(SearchSummary, summary),
                None if curve is None else pack(curve.reset_index()),
                summary.id,
            ],
        )

    return write


def save_cells(
    study: str, part: int, position: int, cells: np.ndarray, figures: np.ndarray, pruned: np.ndarray
) -> Write:
    """Keep finished cells; what was kept from `position` on is replaced.

    Args:
        cells: (k, d).
        figures: (k, 4) in the order of FIGURES; nan where not defined.
        pruned: (k,) bool.
    """

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute(
            "DELETE FROM search_cells WHERE study = ? AND part = ? AND position >= ?", [study, part, position]
        )
        if not len(cells):
            return
        fresh = pd.DataFrame(figures, columns=list(FIGURES))
        fresh["position"] = np.arange(position, position + len(cells))
        fresh["cell"] = [row.tolist() for row in cells]
        fresh["pruned"] = pruned
        cursor.register("fresh_cells", fresh)
        try:
            known = ", ".join(f"CASE WHEN isfinite({name}) THEN {name} END" for name in FIGURES)
            cursor.execute(
                f"INSERT INTO search_cells SELECT ?, ?, position, cell, {known}, pruned FROM fresh_cells",
                [study, part],
            )
        finally:
            cursor.unregister("fresh_cells")

    return write


def read_cells(store: Store, study: str, names: Sequence[str], part: int = 0) -> pd.DataFrame:
    """The cells of one part: a column for each name, then those of FIGURES (float64), pruned; index position."""
    with store.cursor() as cursor:
        table = cursor.execute(
            f"SELECT position, cell, {', '.join(FIGURES)}, pruned FROM search_cells"
            " WHERE study = ? AND part = ? ORDER BY position",
            [study, part],
        ).fetchnumpy()
    cells = np.array([list(row) for row in table["cell"]], dtype=float).reshape(-1, len(names))
    frame = pd.DataFrame(
        cells, columns=list(names), index=pd.Index(np.asarray(table["position"]), name="position")
    )
    for name in FIGURES:
        frame[name] = np.ma.filled(np.ma.masked_array(table[name]).astype(float), np.nan)
    frame["pruned"] = np.asarray(table["pruned"], dtype=bool)
    return frame


def count_cells(store: Store, study: str) -> int:
    """Cells of a study in all its parts."""
    with store.cursor() as cursor:
        row = cursor.execute("SELECT count(*) FROM search_cells WHERE study = ?", [study]).fetchone()
    assert row is not None  # count always gives one row
    return int(row[0])


def save_window(study: str, result: WindowResult, equity: np.ndarray, trade_returns: np.ndarray) -> Write:
    """Keep one finished window of a walk-forward."""

    def write(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute("DELETE FROM search_windows WHERE study = ? AND number = ?", [study, result.number])
        cursor.execute(
            "INSERT INTO search_windows VALUES (?, ?, ?, ?, ?)",
            [study, result.number, dump(WindowResult, result), equity.tolist(), trade_returns.tolist()],
        )

    return write


def read_windows(store: Store, study: str) -> tuple[WindowRow, ...]:
    """The finished windows of a study, in order."""
    with store.cursor() as cursor:
        rows = cursor.execute(
            "SELECT record, equity, trade_returns FROM search_windows WHERE study = ? ORDER BY number",
            [study],
        ).fetchall()
    return tuple(
        WindowRow(load(WindowResult, row[0]), np.array(row[1], dtype=float), np.array(row[2], dtype=float))
        for row in rows
    )


def read_search(store: Store, run_id: str) -> SearchRow:
    """One run.

    Raises:
        UnknownId: no such search.
    """
    with store.cursor() as cursor:
        row = cursor.execute(
            "SELECT id, study, request, created_at, summary FROM search_runs WHERE id = ?", [run_id]
        ).fetchone()
    if row is None:
        raise UnknownId(f"There is no search {run_id!r}: run one on the Optimise page.")
    summary = None if row[4] is None else load(SearchSummary, row[4])
    return SearchRow(row[0], row[1], load(SearchRequest, row[2]), row[3], summary)


def read_curve(store: Store, run_id: str) -> pd.DataFrame | None:
    """Out-of-sample equity and buy and hold of a walk-forward (index date); None where there is none."""
    with store.cursor() as cursor:
        row = cursor.execute("SELECT curve FROM search_runs WHERE id = ?", [run_id]).fetchone()
    return None if row is None or row[0] is None else unpack(row[0]).set_index("date")


def list_searches(store: Store, limit: int = 20) -> pd.DataFrame:
    """Newest finished searches first: id, created_at, symbol, timeframe, source, strategy, method."""
    with store.cursor() as cursor:
        return cursor.execute(
            "SELECT id, created_at, symbol, timeframe, source, strategy, method FROM search_runs"
            " WHERE summary IS NOT NULL ORDER BY created_at DESC LIMIT ?",
            [limit],
        ).df()
