"""Proper scores and discrimination of class probabilities: arrays in, numbers out.

A proper score is best, on average, for the honest probability (Brier 1950; Gneiting & Raftery 2007).
"""

import numpy as np

_LEAST = 1e-15


def brier_losses(outcome: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """Squared distance of each row to what came, (n,): summed over three classes, of one probability with two."""
    came = np.eye(probability.shape[1])[outcome]
    distance: np.ndarray = ((probability - came) ** 2).sum(axis=1)
    return distance / 2.0 if probability.shape[1] == 2 else distance


def log_losses(outcome: np.ndarray, probability: np.ndarray) -> np.ndarray:
    """−ln of the probability that was given to what came, (n,); never infinite."""
    given = probability[np.arange(len(outcome)), outcome]
    return -np.log(np.clip(given, _LEAST, 1.0))


def skill(loss: float, base: float) -> float:
    """1 − loss / loss of the base rate: 0 is knowing nothing, below is worse."""
    return 1.0 - loss / base if base > 0.0 else 0.0


def auc(outcome: np.ndarray, probability: np.ndarray) -> float | None:
    """Area under the ROC curve, each class against the rest, mean over the classes that came; None when only one did."""
    from sklearn.metrics import roc_auc_score

    areas = [
        roc_auc_score(outcome == number, probability[:, number])
        for number in range(probability.shape[1])
        if 0 < np.count_nonzero(outcome == number) < len(outcome)
    ]
    return float(np.mean(areas)) if areas else None


def auc_direction(outcome: np.ndarray, probability: np.ndarray) -> float | None:
    """The same for up against down, over the rows that ended in either; None when all ended alike."""
    moved = outcome != 1
    up, down = probability[moved, 2], probability[moved, 0]
    share = up / np.maximum(up + down, _LEAST)
    return auc(outcome[moved] // 2, np.column_stack((1.0 - share, share)))


def matthews(outcome: np.ndarray, probability: np.ndarray, base: np.ndarray) -> float | None:
    """Matthews correlation of the class that gained most on its base rate with what came; None where it is not defined.

    The most probable class would nearly always be the most frequent one, and say nothing.
    """
    from sklearn.metrics import matthews_corrcoef

    said = (probability - base).argmax(axis=1)
    if len(np.unique(said)) < 2 or len(np.unique(outcome)) < 2:
        return None
    return float(matthews_corrcoef(outcome, said))


def information_coefficient(
    lead: np.ndarray, forward: np.ndarray, effective: float
) -> tuple[float | None, float | None]:
    """Spearman correlation of what was said with the return that came, and its two-sided p-value.

    The p-value is Student's t with `effective` − 2 degrees of freedom: overlapping returns would otherwise count as
    many times as they overlap. None where nothing varies, and below four effective rows.
    """
    from scipy.stats import spearmanr, t

    known = np.isfinite(lead) & np.isfinite(forward)
    if known.sum() < 4 or np.ptp(lead[known]) == 0.0 or np.ptp(forward[known]) == 0.0:
        return None, None
    found = float(spearmanr(lead[known], forward[known]).statistic)
    if effective < 4.0:
        return found, None
    if abs(found) >= 1.0:
        return found, 0.0
    ratio = found * np.sqrt((effective - 2.0) / (1.0 - found * found))
    return found, float(2.0 * t.sf(abs(ratio), effective - 2.0))
