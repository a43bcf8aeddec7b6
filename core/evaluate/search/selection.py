"""Could the choice be luck? The return series of many cells, put through CSCV and Hansen's test."""

import numpy as np

from core.evaluate.search.cells import equity_curves
from core.evaluate.search.found import Case, Found
from core.evaluate.significance.overfitting import overfitting
from core.evaluate.significance.superior import superior_ability
from core.records import Overfitting

MOST_CELLS = 200
MOST_ROWS = 4000
"""With 200 cells: 6.4 MB."""
MOST_LOGITS = 2000
_SPA_CELLS, _SPA_REPS = 60, 500


def cell_returns(case: Case, found: Found, always: tuple[int, ...] = ()) -> np.ndarray:
    """(rows, cells) returns of at most 200 cells over stretches of equal length, at most 4,000 of them.

    The cells are spread evenly over all that ran to the end; bars are taken together where there are too many, which
    keeps the growth of each stretch and bounds the memory.

    Args:
        always: rows of `found` that must be among them.
    """
    ran = np.flatnonzero(~found.pruned & np.isfinite(found.scores.total_return))
    spread = ran[np.unique(np.linspace(0, len(ran) - 1, min(MOST_CELLS, len(ran))).round().astype(int))]
    if len(extra := np.setdiff1d(np.array(always, dtype=np.int64), spread)):
        spread = np.concatenate([extra, spread])[:MOST_CELLS]
    ends = _ends(case.history.length)
    curves = equity_curves(case.history, case.factory, case.names, found.cells[spread], case.terms)
    columns = [equity[ends[1:]] / equity[ends[:-1]] - 1.0 for _, equity in curves]
    return np.column_stack(columns) if columns else np.empty((len(ends) - 1, 0))


def hold_returns(case: Case, hold: np.ndarray) -> np.ndarray:
    """(rows,) of buy and hold (equity at each close) over the same stretches."""
    ends = _ends(case.history.length)
    return np.asarray(hold[ends[1:]] / hold[ends[:-1]] - 1.0)


def search_overfitting(returns: np.ndarray) -> Overfitting | None:
    """PBO of a matrix of returns; None where it has too few rows or cells that differ."""
    matrix = returns[:, np.isfinite(returns).all(axis=0) & (np.ptp(returns, axis=0) > 0)]
    if matrix.shape[1] < 2 or len(matrix) < 32:
        return None
    found = overfitting(matrix, blocks=16 if len(matrix) >= 160 else 8)
    thinned = np.sort(found.logits)
    if len(thinned) > MOST_LOGITS:
        thinned = thinned[np.linspace(0, len(thinned) - 1, MOST_LOGITS).round().astype(int)]
    return Overfitting(found.pbo, tuple(thinned.tolist()), found.strategies, found.blocks)


def search_superiority(returns: np.ndarray, hold: np.ndarray, seed: int) -> float | None:
    """Hansen's consistent p-value of the best of the cells against buy and hold; None where it cannot be asked.

    At most 60 of the cells, spread evenly, the best among them; stationary bootstrap, 500 draws, mean block n^(1/3).
    """
    matrix = returns[:, np.isfinite(returns).all(axis=0) & (np.ptp(returns, axis=0) > 0)]
    if matrix.shape[1] < 2 or len(matrix) < 64 or np.ptp(hold) == 0:
        return None
    spread = np.linspace(0, matrix.shape[1] - 1, min(_SPA_CELLS, matrix.shape[1])).round().astype(int)
    chosen = np.unique(np.append(spread, matrix.mean(axis=0).argmax()))
    block = max(2, round(len(matrix) ** (1 / 3)))
    return superior_ability(-hold, -matrix[:, chosen], block, _SPA_REPS, seed).consistent


def _ends(length: int) -> np.ndarray:
    """Row numbers at which a stretch ends, the first row included; the last stretch ends at the last bar."""
    return np.unique(np.linspace(0, length - 1, min(MOST_ROWS + 1, length)).round().astype(int))
