"""A flat picture of a grid of many dimensions."""

from dataclasses import dataclass

import numpy as np

from core.evaluate.search.space import values
from core.views.search import SearchView


@dataclass(frozen=True, slots=True, eq=False)
class SearchAxes:
    """A slice of the space in two parameters, the others held at one cell's values."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    score: np.ndarray
    """(y, x); nan where there is no cell."""
    mean: np.ndarray
    hovers: np.ndarray
    """(y, x) each cell in words."""


def search_slice(view: SearchView, x: str, y: str, row: int) -> SearchAxes:
    """The cells in two parameters, the others as in one row; for a grid."""
    cells, space = view.cells, {d.name: d for d in view.summary.request.space}
    others = [name for name in space if name not in (x, y)]
    here = cells.loc[row, others]
    same = cells[np.isclose(cells[others].to_numpy(), here.to_numpy(dtype=float)).all(axis=1)]
    axes = values(space[x]), values(space[y])
    places = (
        np.abs(same[y].to_numpy()[:, None] - axes[1]).argmin(axis=1),
        np.abs(same[x].to_numpy()[:, None] - axes[0]).argmin(axis=1),
    )
    shape = (len(axes[1]), len(axes[0]))

    def table(name: str) -> np.ndarray:
        found = np.full(shape, np.nan)
        found[places] = same[name].to_numpy(dtype=float)
        return found

    hovers = np.full(shape, "", dtype=object)
    hovers[places] = np.array(view.hovers, dtype=object)[same.index.to_numpy()]
    return SearchAxes(tuple(axes[0].tolist()), tuple(axes[1].tolist()), table("score"), table("mean"), hovers)
