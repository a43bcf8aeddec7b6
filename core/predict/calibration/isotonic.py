"""Isotonic calibration: how often an outcome followed opinions of that strength, as a curve that never falls.

    ln p_k = ln base_k + belief · ln g_k(l_k) − ln Σ        l = ln(q / base), see `lift`

g_k says how many times as often as its base rate outcome k occurred where the opinion for it was l_k. Zadrozny & Elkan
(2002) fit it by isotonic regression and scale the classes to a sum of 1. Two changes for few and noisy labels: rows are
gathered in bins of several independent labels, each topped up with labels that follow the base rate, and the curves
are believed only as far as curves of the first half of the past helped in the second.
"""

from dataclasses import dataclass

import numpy as np

from core.predict.calibration.opinions import lift, shares_of
from core.predict.one_thread import one_thread

_LABELS_A_BIN = 15.0
_MOST_BINS = 20
_TOP_UP = 5.0
"""Labels that follow the base rate, added to each bin."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A function by its knots; straight between them, level beyond."""

    at: tuple[float, ...]
    """Ascending."""
    value: tuple[float, ...]
    """Never falling."""


@dataclass(frozen=True, slots=True)
class Isotonic:
    """Curves for down, flat, up, and how far they are believed."""

    curves: tuple[Curve, ...]
    """l_k → ln g_k."""
    belief: float
    """0 (base rate) … 1 (the curves as they are)."""

    def apply(self, opinion: np.ndarray, base: np.ndarray) -> np.ndarray:
        """Calibrated probabilities (n, 3) of opinions (n, 3); exactly the base when nothing is believed."""
        if self.belief == 0.0:
            return np.broadcast_to(base, opinion.shape).copy()
        return shares_of(np.log(base) + self.belief * _raised(self.curves, lift(opinion, base)))


def fit_isotonic(opinion: np.ndarray, base: np.ndarray, outcome: np.ndarray, weight: np.ndarray) -> Isotonic:
    """Curves of all rows, believed as far as those of the first half helped in the second.

    See `fit_temperatures` for the arguments; rows in time order.
    """
    lifted = lift(opinion, base)
    first, later = halves(weight)
    if not len(first) or not len(later):
        return Isotonic((Curve((0.0,), (0.0,)),) * 3, 0.0)
    early = _curves(lifted[first], base[first], outcome[first], weight[first])
    belief = _belief(_raised(early, lifted[later]), base[later], outcome[later], weight[later])
    return Isotonic(_curves(lifted, base, outcome, weight), belief)


def halves(weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row numbers of the earlier and the later half by weight; labels that reach over the cut are left out.

    A label that counts w shares its bars with about 1 / w − 1 others.
    """
    if not len(weight) or weight.sum() <= 0.0:
        return np.arange(0), np.arange(0)
    cut = int(np.searchsorted(np.cumsum(weight), 0.5 * weight.sum())) + 1
    overlap = int(np.ceil(1.0 / weight.mean())) - 1
    return np.arange(min(cut, len(weight))), np.arange(min(cut + overlap, len(weight)), len(weight))


def _curves(
    lifted: np.ndarray, base: np.ndarray, outcome: np.ndarray, weight: np.ndarray
) -> tuple[Curve, ...]:
    return tuple(
        _curve(lifted[:, number], base[:, number], outcome == number, weight)
        for number in range(base.shape[1])
    )


def _curve(strength: np.ndarray, base: np.ndarray, occurred: np.ndarray, weight: np.ndarray) -> Curve:
    from sklearn.isotonic import IsotonicRegression

    bins = int(np.clip(weight.sum() / _LABELS_A_BIN, 1, _MOST_BINS))
    order = np.argsort(strength, kind="stable")
    before = np.cumsum(weight[order]) - 0.5 * weight[order]
    number = np.empty(len(order), dtype=np.intp)
    number[order] = np.minimum((before / weight.sum() * bins).astype(np.intp), bins - 1)

    def summed(values: np.ndarray) -> np.ndarray:
        return np.bincount(number, weights=weight * values, minlength=bins)

    held = summed(np.ones_like(base))
    filled = held > 0.0
    centre = summed(strength)[filled] / held[filled]
    expected, met = summed(base)[filled], summed(occurred.astype(np.float64))[filled]
    added = _TOP_UP * expected / held[filled]
    ratio = (met + added) / (expected + added)
    risen = IsotonicRegression().fit(centre, ratio, sample_weight=expected + added)
    return Curve(
        tuple(risen.X_thresholds_.tolist()),
        tuple(np.log(np.maximum.accumulate(risen.y_thresholds_)).tolist()),
    )


def _raised(curves: tuple[Curve, ...], lifted: np.ndarray) -> np.ndarray:
    return np.column_stack(
        [np.interp(lifted[:, number], curve.at, curve.value) for number, curve in enumerate(curves)]
    )


def _belief(raised: np.ndarray, base: np.ndarray, outcome: np.ndarray, weight: np.ndarray) -> float:
    """In 0 … 1, thought to be 0 ± 1 beforehand; the loss is convex in it."""
    from scipy.optimize import minimize

    logs, rows = np.log(base), np.arange(len(outcome))

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        chance = shares_of(logs + at[0] * raised)
        surprise = weight @ -np.log(np.maximum(chance[rows, outcome], 1e-300))
        slope = weight @ ((chance * raised).sum(axis=1) - raised[rows, outcome])
        return float(surprise + 0.5 * at[0] ** 2), np.array([slope + at[0]])

    with one_thread():
        return float(minimize(loss, np.zeros(1), jac=True, method="L-BFGS-B", bounds=[(0.0, 1.0)]).x[0])
