"""Splits that respect time, and scores against knowing nothing.

A training label may not share a single bar with a test label; López de Prado (2018), chapter 7.
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


@dataclass(frozen=True, slots=True)
class Scores:
    """How good class probabilities were, beside what the base rates would have scored."""

    rows: int
    brier: float
    """Mean squared distance to the outcome; two classes: of one probability, three: summed over classes."""
    brier_base: float
    log_loss: float
    log_loss_base: float
    auc: float | None
    """Area under the ROC curve, each class against the rest, averaged; None when one class is all there was."""
    auc_direction: float | None
    """Three classes: the same for up against down, over the rows that ended in either."""

    @property
    def skill(self) -> float:
        """Brier skill score: 1 − Brier / Brier of the base rate; ≤ 0 is no skill."""
        return 1.0 - self.brier / self.brier_base if self.brier_base > 0.0 else 0.0

    @property
    def beats_base(self) -> bool:
        """Both proper scores are better than the base rate's (METHOD.md criterion 6)."""
        return self.skill > 0.0 and self.log_loss < self.log_loss_base


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
    opens, closes = start[test].min(), end[test].max()
    before = end < opens
    after = start > closes + embargo
    return np.flatnonzero(before | after)


def walk_forward(start: np.ndarray, end: np.ndarray, folds: int) -> Iterator[Split]:
    """Cut the rows into folds + 1 equal blocks; test on each but the first, train on what ended before it.

    Args:
        start: (n,) first bar of each row's label span, ascending.
        end: (n,) last bar of it, inclusive.
        folds: number of test blocks.

    Yields:
        Splits in time order. Training rows all lie before the test, so there is nothing to embargo.
    """
    edges = np.linspace(0, len(start), folds + 2).round().astype(int)
    for first, last in pairwise(edges[1:]):
        test = np.arange(first, last)
        if len(test):
            train = purged_train(start, end, test)
            yield Split(train[train < first], test)


def score(outcome: np.ndarray, probability: np.ndarray, base: np.ndarray) -> Scores:
    """Score class probabilities against outcomes.

    Args:
        outcome: (n,) class numbers 0 … k − 1.
        probability: (n, k) forecasts; rows sum to 1.
        base: (n, k) or (k,) base rates known beforehand: those of the training part.
    """
    from sklearn.metrics import brier_score_loss, log_loss

    classes = np.arange(probability.shape[1])
    nothing = np.broadcast_to(base, probability.shape)

    def both(p: np.ndarray) -> tuple[float, float]:
        given = p if len(classes) > 2 else p[:, 1]
        brier = brier_score_loss(outcome, given, labels=classes)
        return float(brier), float(log_loss(outcome, p, labels=classes))

    (brier, loss), (brier_base, loss_base) = both(probability), both(nothing)
    auc, auc_direction = _auc(outcome, probability), _auc_direction(outcome, probability)
    return Scores(len(outcome), brier, brier_base, loss, loss_base, auc, auc_direction)


def _auc(outcome: np.ndarray, probability: np.ndarray) -> float | None:
    """One against the rest, over the classes that occurred; a class that never occurred has no curve."""
    from sklearn.metrics import roc_auc_score

    areas = [
        roc_auc_score(outcome == number, probability[:, number])
        for number in range(probability.shape[1])
        if 0 < np.count_nonzero(outcome == number) < len(outcome)
    ]
    return float(np.mean(areas)) if areas else None


def _auc_direction(outcome: np.ndarray, probability: np.ndarray) -> float | None:
    if probability.shape[1] != 3:
        return None
    moved = outcome != 1
    down, up = probability[moved, 0], probability[moved, 2]
    return _auc(outcome[moved] // 2, np.column_stack((down, up)) / (down + up)[:, None])
