"""The cells that a search has run, with their figures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.evaluate.search.cells import Factory, History, Scores, Terms
from core.evaluate.search.crew import joined
from core.records import Dimension, Figures, Objective, SearchMethod


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """What is searched, on what, and for what."""

    history: History
    factory: Factory
    space: tuple[Dimension, ...]
    terms: Terms
    objectives: tuple[Objective, ...]
    worst_drawdown: float | None = None
    least_trades: int = 0
    method: SearchMethod = SearchMethod.GRID
    """Grid or TPE: whether neighbours are steps of a grid or cells nearby."""

    @property
    def names(self) -> tuple[str, ...]:
        """Of the columns of cells."""
        return tuple(dimension.name for dimension in self.space)

    @property
    def years(self) -> float:
        """Length of the history."""
        return max(self.history.length - 1, 1) / self.terms.bars_per_year

    def over(self, history: History) -> "Case":
        """The same on another stretch."""
        return replace(self, history=history)


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Cells in the order in which they were run."""

    cells: np.ndarray
    """(k, d) float64."""
    scores: Scores
    pruned: np.ndarray
    """(k,) bool: given up early; their figures are those of the piece of history that they ran."""

    def __len__(self) -> int:
        return len(self.cells)

    def figures(self, row: int) -> Figures:
        """The figures of one cell."""
        ratio = float(self.scores.sharpe[row])
        return Figures(
            float(self.scores.total_return[row]),
            ratio if np.isfinite(ratio) else None,
            float(self.scores.max_drawdown[row]),
            int(self.scores.trades[row]),
        )

    def rows(self, chosen: np.ndarray | slice) -> "Found":
        """Some of the cells."""
        picked = Scores(*(getattr(self.scores, name)[chosen] for name in Scores.__slots__))
        return Found(self.cells[chosen], picked, self.pruned[chosen])


Keep = Callable[[int, Found], None]
"""Takes finished cells as they come: the position of the first, and the cells. May raise JobCancelled."""


def nothing_found(width: int) -> Found:
    """No cells of `width` dimensions."""
    return Found(np.empty((0, width)), joined([]), np.empty(0, dtype=bool))


def together(parts: Sequence[Found], width: int) -> Found:
    """Cells one after the other."""
    if not parts:
        return nothing_found(width)
    return Found(
        np.concatenate([part.cells for part in parts]),
        joined([part.scores for part in parts]),
        np.concatenate([part.pruned for part in parts]),
    )
