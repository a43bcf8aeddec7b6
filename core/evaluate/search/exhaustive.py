"""Every cell of the grid, in rounds that can be kept and gone on from."""

import time

import numpy as np

from core.errors import InputError
from core.evaluate.search.crew import Crew
from core.evaluate.search.found import Case, Found, Keep, nothing_found, together
from core.evaluate.search.space import grid, grid_size

MOST_CELLS = 100_000
_ROUND_SECONDS = 0.4


def accepted_cells(case: Case) -> np.ndarray:
    """The grid's cells without those that the strategy refuses, (k, d).

    Raises:
        InputError: the grid has more than 100,000 cells, or none that the strategy takes.
    """
    size = grid_size(case.space)
    if size > MOST_CELLS:
        raise InputError(
            f"The grid has {size:,} cells, more than {MOST_CELLS:,}: take wider steps, fix a parameter, or use tpe."
        )
    cells = grid(case.space)
    own = [place for place, name in enumerate(case.names) if name not in ("stop", "target")]
    known: dict[tuple[float, ...], bool] = {}
    taken = np.empty(len(cells), dtype=bool)
    for row, cell in enumerate(cells):
        key = tuple(cell[own])
        if key not in known:
            known[key] = case.factory({case.names[place]: float(cell[place]) for place in own}) is not None
        taken[row] = known[key]
    if not taken.any():
        raise InputError(
            "The strategy takes no cell of this space: give ranges that fit together, e.g. fast below slow."
        )
    return cells[taken]


def sweep_grid(case: Case, crew: Crew, keep: Keep, done: Found | None = None) -> Found:
    """Run every cell that the strategy takes.

    Args:
        case: what is searched.
        crew: who runs it.
        keep: told of each round's cells.
        done: the first cells of the same grid, run before; they are not run again.
    """
    cells = accepted_cells(case)
    parts = [done or nothing_found(cells.shape[1])]
    position, share = len(parts[0]), 16 * crew.count
    while position < len(cells):
        begun = time.perf_counter()
        chosen = cells[position : position + share]
        scores = crew.evaluate(case.history, case.factory, case.names, chosen, case.terms)
        part = Found(chosen, scores, np.zeros(len(chosen), dtype=bool))
        keep(position, part)
        parts.append(part)
        position += len(chosen)
        pace = (time.perf_counter() - begun) / len(chosen)
        share = int(np.clip(_ROUND_SECONDS / max(pace, 1e-9), crew.count, 4 * share))
    return together(parts, cells.shape[1])
