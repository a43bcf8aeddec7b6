"""Exact Shapley values of trees, by tables.

Path-dependent TreeSHAP (Lundberg et al. 2020, "From local explanations to global understanding with explainable AI for
trees") asks, for every leaf and row, what each feature on the leaf's path is worth. The answer depends on the row only
through which of these few features it satisfies. So all patterns are worked out once, for neighbouring leaves together,
and a row is a matter of looking up.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from core.trees.forest import Forest
from core.trees.layout import Grown, Leaves, Parts, Pieces, Questions, Tables

ROOM = 2**25
"""Values in the tables of one forest: 256 MiB. Leaves beyond are worked out row by row, some hundred times slower."""

ROWS_A_THREAD = 512
"""Fewer are looked up faster than a thread is started."""


@dataclass(frozen=True, slots=True)
class ShapTables:
    """A forest's patterns and what they are worth; of the size that `values` of `tables` has."""

    forest: Forest
    expected: np.ndarray
    """(outputs,) float64: the margin expected of a row of which nothing is known, by the training rows in the leaves."""
    questions: Questions
    parts: Parts
    tables: Tables
    lone: Parts
    """Leaves on too many features for a table, and those for which there was no room."""
    leaves: Leaves


def shap_tables(forest: Forest, room: int = ROOM) -> ShapTables:
    """Tabulate the patterns of a forest.

    Any depth is covered: subtrees that hang on up to 8 answers get a table, other leaves are worked out for each row.

    Args:
        forest: any.
        room: most values to tabulate, 8 bytes each.
    """
    from core.trees.patterns import BITS, divide, spell_out, tabulate

    grown = Grown(
        forest.tree_start, forest.tree_output, forest.feature, forest.right, forest.cover, forest.value
    )
    found, left, first, relations = divide(grown, room)
    subtrees, left_over = (
        Pieces(first[k], *np.ascontiguousarray(pieces.T)) for k, pieces in enumerate((found, left))
    )
    parts, lone = _parts(subtrees), _parts(left_over)
    points, weights = _gauss(max(BITS, int(left_over.answers.max(initial=0))))
    start = _starts((1 << subtrees.answers.astype(np.int64)) * subtrees.slots * forest.value.shape[1])
    tables = Tables(subtrees.answers, start, np.empty(start[-1]))
    leaves = Leaves(np.empty(len(lone.slots)), forest.value[left_over.node], points, weights)
    expected = _constant(forest)
    tabulate(grown, subtrees, relations, parts, points, weights, tables, expected)
    spell_out(grown, left_over, relations, lone, leaves.ratio, expected)
    inner = forest.feature >= 0
    questions = Questions(
        _starts(inner)[forest.tree_start],
        forest.feature[inner],
        forest.cut[inner],
        forest.null_left[inner],
        forest.tree_output,
    )
    return ShapTables(forest, expected, questions, parts, tables, lone, leaves)


def shap_values(tables: ShapTables, inputs: np.ndarray) -> np.ndarray:
    """Shapley values, (n, columns + 1, outputs) float64; the last column is what is expected, and each row sums to its margin.

    Many rows take as many threads as there are processors. A row alone and in a block, in any order, gives the same
    numbers, bit for bit; a feature that no tree asks about gives exactly 0.

    Args:
        tables: of the forest.
        inputs: (n, columns), taken as float32; finite or null.

    Raises:
        GlassboxError: another number of columns than the forest was grown on.
    """
    from core.trees.lookup import look_up

    forest = tables.forest
    rows = forest.rows(inputs)
    out = np.zeros((len(rows), forest.inputs + 1, forest.outputs))
    out[:, -1] = tables.expected

    def run(some: slice) -> None:
        look_up(
            rows[some],
            tables.questions,
            tables.parts,
            tables.tables,
            tables.lone,
            tables.leaves,
            out[some],
        )

    if len(rows) < 2 * ROWS_A_THREAD:
        run(slice(None))
        return out
    threads = max(1, min(os.cpu_count() or 1, len(rows) // ROWS_A_THREAD))
    edges = np.linspace(0, len(rows), threads + 1).astype(int).tolist()
    with ThreadPoolExecutor(threads) as pool:  # the kernel lets go of the interpreter
        list(pool.map(run, map(slice, edges[:-1], edges[1:])))
    return out


def _constant(forest: Forest) -> np.ndarray:
    """What is expected of the base and of trees that are one leaf."""
    expected, width = forest.base.copy(), forest.value.shape[1]
    for t in np.flatnonzero(np.diff(forest.tree_start) == 1):
        first = forest.tree_output[t]
        expected[first : first + width] += forest.value[forest.tree_start[t]]
    return expected


def _parts(pieces: Pieces) -> Parts:
    steps, slots = _starts(pieces.steps), _starts(pieces.slots)
    return Parts(
        pieces.start, steps, np.zeros((steps[-1], 3), np.int32), slots, np.full(slots[-1], -1, np.int32)
    )


def _starts(sizes: np.ndarray) -> np.ndarray:
    """Where things of these sizes begin when laid end to end, and where the last ends."""
    return np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])


def _gauss(most: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre rules for polynomials of degree up to `most` − 1; see `Leaves`."""
    longest = (most + 1) // 2
    points, weights = np.zeros((2, longest, longest))
    for m in range(1, longest + 1):
        at, weight = np.polynomial.legendre.leggauss(m)
        points[m - 1, :m], weights[m - 1, :m] = (at + 1) / 2, weight / 2
    return points, weights
