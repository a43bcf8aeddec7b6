"""What makes a cell good, and which cells may be chosen at all."""

import math
from collections.abc import Sequence

import numpy as np

from core.evaluate.search.cells import Scores
from core.records import Objective


def objective_values(scores: Scores, objective: Objective, years: float) -> np.ndarray:
    """(k,) values of which more is better; nan where a cell has none.

    Calmar ratio (Young 1991): yearly growth over the worst drawdown; nan for a curve that never falls.

    Args:
        years: length of the history, for annualising growth.
    """
    if objective is Objective.SHARPE:
        return scores.sharpe
    if objective is Objective.RETURN:
        return scores.total_return
    if objective is Objective.DRAWDOWN:
        return scores.max_drawdown
    with np.errstate(invalid="ignore", divide="ignore"):
        growth = np.expm1(np.log1p(np.maximum(scores.total_return, -1.0)) / years)
        return np.where(scores.max_drawdown < 0, growth / -scores.max_drawdown, np.nan)


def violations(scores: Scores, worst_drawdown: float | None, least_trades: int) -> np.ndarray:
    """(k, 2): by how much each cell breaks the limits on drawdown and on trades; ≤ 0 keeps them.

    In Optuna's sign. The trades are a share of the limit, so that both have the size of a fraction. A refused cell
    breaks both wholly.
    """
    deepest = math.inf if worst_drawdown is None else worst_drawdown
    fall = np.where(np.isfinite(scores.max_drawdown), -scores.max_drawdown, 1.0) - deepest
    rare = (least_trades - np.where(np.isfinite(scores.trades), scores.trades, 0.0)) / max(1, least_trades)
    found = np.column_stack([np.maximum(fall, -1.0), np.maximum(rare, -1.0)])
    found[~np.isfinite(scores.total_return)] = 1.0
    return found


def choosable(scores: Scores, worst_drawdown: float | None, least_trades: int) -> np.ndarray:
    """(k,) bool: cells that ran and keep the limits."""
    kept = (violations(scores, worst_drawdown, least_trades) <= 0).all(axis=1)
    return kept & np.isfinite(scores.total_return)


def pareto_front(values: Sequence[np.ndarray] | np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Rows that no allowed row beats: none is at least as good everywhere and better somewhere.

    Args:
        values: one array (k,) for each objective, more is better; rows with a nan are left out.
        allowed: (k,) bool.

    Returns:
        Row numbers, the best of the first objective first; equal rows are all kept.
    """
    table = np.column_stack(list(values))
    rows = np.flatnonzero(allowed & np.isfinite(table).all(axis=1))
    order = rows[np.lexsort([-table[rows, column] for column in reversed(range(table.shape[1]))])]
    front: list[int] = []
    kept = np.empty((0, table.shape[1]))
    for row in order:
        mine = table[row]
        # In this order only rows before can dominate, and what dominates them dominates this one too.
        if not ((kept >= mine).all(axis=1) & (kept > mine).any(axis=1)).any():
            front.append(int(row))
            kept = np.vstack([kept, mine])
    return np.array(front, dtype=np.int64)
