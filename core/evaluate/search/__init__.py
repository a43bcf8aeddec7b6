"""Search: which parameters, chosen how, and how far the choice can be trusted.

In the order of a search: `space` (what is searched), `cells` (what one cell is run on), `crew` (who runs them),
`exhaustive` and `tpe` (which cells are run), `choice` (plateau, peak, Pareto front), `importance`, `selection` (PBO, SPA).
"""

from core.evaluate.search.cells import Decide, Factory, History, Scores, Terms, evaluate_cells
from core.evaluate.search.choice import Choice, cell_result, choose
from core.evaluate.search.crew import Crew, crew
from core.evaluate.search.exhaustive import MOST_CELLS, accepted_cells, sweep_grid
from core.evaluate.search.found import Case, Found
from core.evaluate.search.objectives import choosable, objective_values, pareto_front
from core.evaluate.search.space import (
    BRACKET,
    check,
    coarsened,
    dimensions,
    grid,
    grid_size,
    narrowed,
    values,
)
from core.evaluate.search.stability import Surface, grid_surface, peak, plateau, scattered_surface

__all__ = [
    "BRACKET",
    "MOST_CELLS",
    "Case",
    "Choice",
    "Crew",
    "Decide",
    "Factory",
    "Found",
    "History",
    "Scores",
    "Surface",
    "Terms",
    "accepted_cells",
    "cell_result",
    "check",
    "choosable",
    "choose",
    "coarsened",
    "crew",
    "dimensions",
    "evaluate_cells",
    "grid",
    "grid_size",
    "grid_surface",
    "narrowed",
    "objective_values",
    "pareto_front",
    "peak",
    "plateau",
    "scattered_surface",
    "sweep_grid",
    "values",
]
