"""Which of the cells found is taken: the plateau by default, with the peak beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.evaluate.search.found import Case, Found
from core.evaluate.search.objectives import choosable, objective_values, pareto_front
from core.evaluate.search.stability import Surface, grid_surface, peak, plateau, scattered_surface
from core.records import CellResult, Dimension, Objective, SearchMethod


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """Cells judged by score and surroundings."""

    scores: np.ndarray
    """(k,) leading objective; nan for cells given up early and for repetitions."""
    surface: Surface
    allowed: np.ndarray
    """(k,) bool: may be chosen."""
    plateau: int | None
    """Row with the best neighbourhood; None when no cell may be chosen."""
    peak: int | None
    front: np.ndarray
    """Rows of the Pareto front; empty with one objective."""


def choose(case: Case, found: Found) -> Choice:
    """Judge the cells of one search.

    A cell at the rim of the space has fewer neighbours and is judged by those. Cells that break a limit still count
    as neighbours: a plateau that ends at a cliff is none.
    """
    scores = scored(found, case.objectives[0], case.years)
    surface = surroundings(case.space, case.method, found, scores)
    allowed = np.isfinite(scores) & choosable(found.scores, case.worst_drawdown, case.least_trades)
    best = plateau(surface, allowed)
    highest = peak(scores, allowed)
    front = np.empty(0, dtype=np.int64)
    if len(case.objectives) > 1:
        front = pareto_front(
            [objective_values(found.scores, wanted, case.years) for wanted in case.objectives], allowed
        )
    # Too few cells for any neighbourhood: the peak is all there is.
    return Choice(scores, surface, allowed, highest if best is None else best, highest, front)


def cell_result(case: Case, found: Found, choice: Choice, row: int) -> CellResult:
    """One cell as a record."""
    mean, worst = float(choice.surface.mean[row]), float(choice.surface.worst[row])
    score = float(choice.scores[row])
    return CellResult(
        position=row,
        parameters={name: float(value) for name, value in zip(case.names, found.cells[row], strict=True)},
        figures=found.figures(row),
        score=score,
        mean=mean if np.isfinite(mean) else score,
        worst=worst if np.isfinite(worst) else score,
        neighbours=int(choice.surface.count[row]),
    )


def scored(found: Found, objective: Objective, years: float) -> np.ndarray:
    """(k,) scores; nan for cells given up early, for repetitions, and where the objective is not defined."""
    counted = ~found.pruned & _first_of_its_kind(found.cells)
    return np.where(counted, objective_values(found.scores, objective, years), np.nan)


def surroundings(
    space: Sequence[Dimension], method: SearchMethod, found: Found, scores: np.ndarray
) -> Surface:
    """Neighbourhoods of the cells: steps of the grid, or cells nearby."""
    around = grid_surface if method is SearchMethod.GRID else scattered_surface
    return around(space, found.cells, scores)


def _first_of_its_kind(cells: np.ndarray) -> np.ndarray:
    """(k,) bool: False where TPE asked for a cell again."""
    first = np.zeros(len(cells), dtype=bool)
    if len(cells):
        first[np.unique(cells, axis=0, return_index=True)[1]] = True
    return first
