"""Splits that respect time: a training label may not share a single bar with a test label.

López de Prado (2018), chapter 7. Purging is by label END TIME, on both sides of a test block: row counts would keep a
long label that began early and drop a short one that had ended.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np


@dataclass(frozen=True, slots=True)
class Split:
    """Row numbers of one training part and the test part that it is scored on."""

    train: np.ndarray
    test: np.ndarray


def purged_train(start: np.ndarray, end: np.ndarray, test: np.ndarray, embargo: int = 0) -> np.ndarray:
    """Rows that may train a model which is scored on `test`.

    Args:
        start: (n,) first bar of each row's label span, ascending.
        end: (n,) last bar of it, inclusive.
        test: row numbers of one unbroken block.
        embargo: bars after the block's last label end from which no row may start either.

    Returns:
        Ascending numbers of rows whose span meets no span of the block, on either side.
    """
    return np.flatnonzero(_apart(start, end, test, embargo))


def walk_forward(start: np.ndarray, end: np.ndarray, folds: int, embargo: int = 0) -> Iterator[Split]:
    """Cut the rows into folds + 1 equal blocks; test on each but the first, train on what ended before it.

    Args:
        start: (n,) first bar of each row's label span, ascending.
        end: (n,) last bar of it, inclusive.
        folds: number of test blocks.
        embargo: bars that must also lie between the end of a training label and the first tested bar. Training rows
            all lie before the test, so that nothing after it needs to be kept away.

    Yields:
        Splits in time order.
    """
    edges = np.linspace(0, len(start), folds + 2).round().astype(int)
    for first, last in pairwise(edges[1:]):
        test = np.arange(first, last)
        if len(test):
            train = np.flatnonzero(end[:first] < start[test].min() - embargo)
            yield Split(train, test)


def purged_blocks(start: np.ndarray, end: np.ndarray, folds: int, embargo: int = 0) -> Iterator[Split]:
    """Cut the rows into `folds` equal blocks; test on each, train on what is apart from it, before and after.

    The past is also forecast from its future here, so this tells how stable a way of training is, not what it would
    have earned.

    Args:
        start: (n,) first bar of each row's label span, ascending.
        end: (n,) last bar of it, inclusive.
        folds: number of blocks, at least 2.
        embargo: bars after a test block that no training row may start in.
    """
    for test in fold_blocks(len(start), folds):
        if len(test):
            yield Split(purged_train(start, end, test, embargo), test)


def fold_blocks(rows: int, folds: int) -> list[np.ndarray]:
    """Row numbers of `folds` unbroken blocks of equal size; the first ones are a row longer where it does not divide."""
    return np.array_split(np.arange(rows), folds)


def apart_from(start: np.ndarray, end: np.ndarray, tests: list[np.ndarray], embargo: int = 0) -> np.ndarray:
    """Rows that are apart from each of several unbroken test blocks; see `purged_train`."""
    free = np.ones(len(start), dtype=bool)
    for test in tests:
        if len(test):
            free &= _apart(start, end, test, embargo)
    return np.flatnonzero(free)


def _apart(start: np.ndarray, end: np.ndarray, test: np.ndarray, embargo: int) -> np.ndarray:
    opens, closes = start[test].min(), end[test].max()
    free: np.ndarray = (end < opens) | (start > closes + embargo)
    return free
