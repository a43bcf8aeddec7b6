"""Scores of class probabilities against knowing nothing: what training itself needs to choose by."""

from dataclasses import dataclass

import numpy as np


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
