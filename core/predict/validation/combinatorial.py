"""Combinatorial purged cross-validation: many histories out of one.

López de Prado (2018), chapter 12: of N blocks, every choice of k is tested once, on a model of the others. Each block
is then tested in C(N − 1, k − 1) splits, and taking each block's p-th test gives the p-th whole path. The numbers and
the order of splits and paths are skfolio's (`CombinatorialPurgedCV`), which purges by row count; here it is by the
end of each label.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np

from core.errors import InputError
from core.predict.validation.purging import apart_from, fold_blocks


@dataclass(frozen=True, slots=True)
class CombinatorialSplit:
    """One choice of test blocks and the rows that may train for it."""

    train: np.ndarray
    tests: tuple[np.ndarray, ...]
    """Row numbers of each test block, in time order."""
    blocks: tuple[int, ...]
    """Their numbers."""
    paths: tuple[int, ...]
    """Path that the forecasts of each test block belong to."""


def split_count(blocks: int, tested: int) -> int:
    """Splits of N blocks with k tested: C(N, k)."""
    return comb(blocks, tested)


def path_count(blocks: int, tested: int) -> int:
    """Whole paths that they make: C(N, k) · k / N."""
    return comb(blocks, tested) * tested // blocks


def combinatorial(
    start: np.ndarray, end: np.ndarray, blocks: int = 6, tested: int = 2, embargo: int = 0
) -> tuple[CombinatorialSplit, ...]:
    """Every choice of `tested` out of `blocks` blocks, purged on both sides of each.

    Args:
        start: (n,) first bar of each row's label span, ascending.
        end: (n,) last bar of it, inclusive.
        blocks: N, at least 2 and at most n.
        tested: k, from 1 to N − 1.
        embargo: bars after each test block that no training row may start in.

    Raises:
        InputError: N and k do not fit each other or the rows.
    """
    if not 1 <= tested < blocks or len(start) < blocks:
        raise InputError(
            f"Combinatorial cross-validation needs 1 ≤ tested < blocks ≤ rows; asked were {tested} of {blocks} blocks of {len(start)} rows."
        )
    rows = fold_blocks(len(start), blocks)
    times_tested = [0] * blocks
    splits = []
    for chosen in combinations(range(blocks), tested):
        tests = [rows[number] for number in chosen]
        train = apart_from(start, end, tests, embargo)
        splits.append(CombinatorialSplit(train, tuple(tests), chosen, tuple(times_tested[n] for n in chosen)))
        for number in chosen:
            times_tested[number] += 1
    return tuple(splits)


def recombined(
    splits: Sequence[CombinatorialSplit], forecasts: Sequence[Sequence[np.ndarray]]
) -> tuple[np.ndarray, ...]:
    """Forecasts put together to whole paths, each of which covers every row once, in time order.

    Args:
        splits: from `combinatorial`.
        forecasts: for each split, for each of its test blocks, an array with a row per tested row.

    Returns:
        One array per path.
    """
    pieces: dict[int, dict[int, np.ndarray]] = {}
    for split, parts in zip(splits, forecasts, strict=True):
        for block, path, part in zip(split.blocks, split.paths, parts, strict=True):
            pieces.setdefault(path, {})[block] = part
    return tuple(
        np.concatenate([pieces[path][block] for block in sorted(pieces[path])]) for path in sorted(pieces)
    )
