"""Platt scaling for three outcomes: a slope and an offset for each.

    ln p_k = ln base_k + slope_k · l_k + offset_k − ln Σ        l = ln(q / base), see `lift`

It is the vector scaling of Guo et al. (2017) anchored at the base rate; Platt (1999) for two classes. Slopes lie in
0 … 2, so that a stronger opinion for an outcome never makes it less likely.
"""

from dataclasses import dataclass

import numpy as np

from core.predict.calibration.opinions import lift, shares_of
from core.predict.one_thread import one_thread

_HIGHEST = 2.0
_SLOPE_SPREAD = 1.0
_OFFSET_SPREAD = 0.1
"""The base rate is known beforehand from far more labels than the forecasts are."""


@dataclass(frozen=True, slots=True)
class Platt:
    """Slopes and offsets for down, flat, up."""

    slopes: tuple[float, ...]
    """0 (not believed) … 1 (as stated) … 2."""
    offsets: tuple[float, ...]
    """In logs."""

    def apply(self, opinion: np.ndarray, base: np.ndarray) -> np.ndarray:
        """Calibrated probabilities (n, 3) of opinions (n, 3); exactly the base when nothing is believed."""
        if not any(self.slopes) and not any(self.offsets):
            return np.broadcast_to(base, opinion.shape).copy()
        return shares_of(np.log(base) + np.array(self.slopes) * lift(opinion, base) + np.array(self.offsets))


def fit_platt(opinion: np.ndarray, base: np.ndarray, outcome: np.ndarray, weight: np.ndarray) -> Platt:
    """The most probable slopes and offsets, when beforehand they are thought to be 0 ± 1 and 0 ± 0.1.

    Minimises Σ weight · log loss + half the squares over the spreads' squares, which is convex; see
    `fit_temperatures` for the arguments.
    """
    from scipy.optimize import minimize

    if not len(outcome):
        return Platt((0.0,) * 3, (0.0,) * 3)
    lifted, logs = lift(opinion, base), np.log(base)
    rows = np.arange(len(outcome))
    occurred = outcome[:, None] == np.arange(3)
    spread = np.repeat([_SLOPE_SPREAD, _OFFSET_SPREAD], 3)

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        chance = shares_of(logs + at[:3] * lifted + at[3:])
        surprise = weight @ -np.log(np.maximum(chance[rows, outcome], 1e-300))
        missed = weight[:, None] * (chance - occurred)
        slope = np.concatenate([(missed * lifted).sum(axis=0), missed.sum(axis=0)])
        prior = at / spread
        return float(surprise + 0.5 * prior @ prior), slope + prior / spread

    bounds = [(0.0, _HIGHEST)] * 3 + [(-1.0, 1.0)] * 3
    with one_thread():
        found = minimize(loss, np.zeros(6), jac=True, method="L-BFGS-B", bounds=bounds).x.tolist()
    return Platt(tuple(found[:3]), tuple(found[3:]))
