"""How much each training row counts, and the class shares that a member is fitted to."""

from dataclasses import dataclass

import numpy as np

from core.predict.calibration import class_shares
from core.predict.members.member import CLASSES
from core.settings import PredictSettings


@dataclass(frozen=True, slots=True, eq=False)
class Weighted:
    """A training part as a member sees it."""

    weight: np.ndarray
    """(n,) its sum counts the independent labels."""
    share: np.ndarray
    """(3,) class shares under these weights; one label is spread over all classes, so that none is 0."""
    absent: np.ndarray
    """Numbers of the classes that never occur."""

    @property
    def even(self) -> np.ndarray:
        """(n,) the same weights with a mean of 1, so that regularisation means the same everywhere."""
        return self.weight / self.weight.mean()


def weighted(outcome: np.ndarray, weight: np.ndarray, settings: PredictSettings) -> Weighted:
    """Weights of the rows; with `class_weight` every class that occurs weighs the same in all."""
    seen = np.bincount(outcome, weights=weight, minlength=CLASSES)
    present = seen > 0.0
    if settings.class_weight:
        balance = seen.sum() / (present.sum() * np.where(present, seen, 1.0))
        weight = weight * balance[outcome]
    return Weighted(weight, class_shares(outcome, CLASSES, weight), np.flatnonzero(~present))


def shift_for(score: np.ndarray, part: Weighted) -> np.ndarray:
    """What to add to a score in logs so that 0 says what the class shares say: −ln share, (3,).

    How low a library puts a class that it never saw is an accident of its arithmetic. Such a class gets the level
    of the others, so that on average it keeps its share.

    Args:
        score: (n, 3) of the training rows; looked at only when a class is absent.
        part: what the member was fitted to.
    """
    return level_absent(-np.log(part.share), score, part)


def level_absent(shift: np.ndarray, score: np.ndarray, part: Weighted) -> np.ndarray:
    """The shift with absent classes lifted to the mean opinion of those that occur."""
    if not len(part.absent):
        return shift
    level = score.mean(axis=0) + shift
    present = np.setdiff1d(np.arange(CLASSES), part.absent)
    common = np.average(level[present], weights=part.share[present])
    lifted = shift.copy()
    lifted[part.absent] += common - level[part.absent]
    return lifted
