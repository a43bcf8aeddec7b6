"""A cell and its surroundings: a good score among bad ones is luck, a good one on a plateau may be an effect.

Each cell gets the mean and the worst score of its neighbourhood. In a grid these are the cells at most one step away
in every dimension; among scattered cells (TPE) those at most a tenth of every range away. In the mean a neighbour
counts half in each dimension in which it differs (weights 1 : 2 : 1, the binomial kernel), so that no cell is carried
by its surroundings alone; and at the rim of a grid, where neighbours are missing, a cell counts no more than inside it. The plateau is the cell with the best mean; it is what a search chooses by default.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.evaluate.search.space import values
from core.records import Dimension

REACH = 0.1
"""Share of a range within which scattered cells are neighbours."""
_KERNEL = np.array([0.5, 1.0, 0.5])
FEWEST = 3
"""Scattered cells in a neighbourhood (itself included) before its mean counts."""


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """For each cell: weighted mean and worst score of its neighbourhood, and how many cells that has, itself included."""

    mean: np.ndarray
    worst: np.ndarray
    count: np.ndarray


def grid_surface(space: Sequence[Dimension], cells: np.ndarray, scores: np.ndarray) -> Surface:
    """Neighbourhoods in a grid.

    Args:
        space: the dimensions, in the order of the columns.
        cells: (k, d), a subset of the grid (cells that the strategy refuses may be missing).
        scores: (k,); cells with nan belong to no neighbourhood, and a cell without neighbours has no mean.
    """
    from scipy.ndimage import convolve1d, minimum_filter

    axes = [values(dimension) for dimension in space]
    places = tuple(np.abs(cells[:, [i]] - axis).argmin(axis=1) for i, axis in enumerate(axes))
    shape = tuple(len(axis) for axis in axes)
    total, weight, count, worst = np.zeros(shape), np.zeros(shape), np.zeros(shape), np.full(shape, np.inf)
    finite = np.isfinite(scores)
    at = tuple(place[finite] for place in places)
    total[at], weight[at], count[at], worst[at] = scores[finite], 1.0, 1.0, scores[finite]
    for axis in range(len(shape)):
        total, weight = (convolve1d(part, _KERNEL, axis=axis, mode="constant") for part in (total, weight))
        count = convolve1d(count, np.ones(3), axis=axis, mode="constant")
    worst = minimum_filter(worst, size=3, mode="constant", cval=np.inf)
    own = 0.5 ** sum(size > 1 for size in shape)
    with np.errstate(invalid="ignore", divide="ignore"):
        others = (total[places] - scores) / (weight[places] - 1.0)
    known = finite & (weight[places] > 1.0 + 1e-9)
    return Surface(
        np.where(known, own * scores + (1.0 - own) * others, np.nan),
        np.where(finite, worst[places], np.nan),
        np.rint(count[places]).astype(np.int64),
    )


def scattered_surface(space: Sequence[Dimension], cells: np.ndarray, scores: np.ndarray) -> Surface:
    """Neighbourhoods among scattered cells; one with fewer than three cells has no mean.

    Arguments as in `grid_surface`; the cells may lie anywhere.
    """
    from scipy.spatial import cKDTree

    finite = np.flatnonzero(np.isfinite(scores))
    total, weight, count = np.zeros(len(cells)), np.zeros(len(cells)), np.zeros(len(cells))
    worst = np.full(len(cells), np.inf)
    if len(finite):
        unit = _unit(space, cells)[finite]
        around = cKDTree(unit).query_ball_point(unit, REACH, p=np.inf, return_sorted=True)
        for place, (row, near) in enumerate(zip(finite, around, strict=True)):
            found = scores[finite[near]]
            weights = (1.0 - 0.5 * np.abs(unit[near] - unit[place]) / REACH).prod(axis=1)
            total[row], weight[row] = found @ weights, weights.sum()
            worst[row], count[row] = found.min(), len(found)
    known = np.isfinite(scores) & (count >= FEWEST)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, total / weight, np.nan)
    return Surface(mean, np.where(known, worst, np.nan), count.astype(np.int64))


def plateau(surface: Surface, allowed: np.ndarray) -> int | None:
    """Row of the best neighbourhood mean among allowed cells; at a tie the better worst, then the first."""
    rows = np.flatnonzero(allowed & np.isfinite(surface.mean))
    if not len(rows):
        return None
    # Sums over neighbourhoods are taken in different orders: differences in the last digits are none.
    mean, worst = (np.round(column[rows], 10) for column in (surface.mean, surface.worst))
    return int(rows[np.lexsort([rows, -worst, -mean])[0]])


def peak(scores: np.ndarray, allowed: np.ndarray) -> int | None:
    """Row of the best single score among allowed cells; the first at a tie."""
    rows = np.flatnonzero(allowed & np.isfinite(scores))
    return int(rows[np.argmax(scores[rows])]) if len(rows) else None


def _unit(space: Sequence[Dimension], cells: np.ndarray) -> np.ndarray:
    """Cells on 0…1 in each dimension, by ratio where the dimension is walked so."""
    found = np.zeros(cells.shape)
    for place, dimension in enumerate(space):
        if dimension.fixed:
            continue
        ends, column = np.array([dimension.low, dimension.high]), cells[:, place]
        if dimension.log:
            ends, column = np.log(ends), np.log(column)
        found[:, place] = (column - ends[0]) / (ends[1] - ends[0])
    return found
