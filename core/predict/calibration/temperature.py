"""Temperature scaling on two axes.

A model of three outcomes says two things, and is believed in each for itself: that the price will move at all
(up or down against flat), and where to. Volatility clusters, so the first can often be known where the second
cannot. With o the opinion,

    p_flat ∝ base_flat
    p_up   ∝ base_up   · exp(motion · μ + direction · δ)        μ = (o_up + o_down) / 2 − o_flat
    p_down ∝ base_down · exp(motion · μ − direction · δ)        δ = (o_up − o_down) / 2

Both temperatures at 0 say the base rate, both at 1 the model. It is temperature scaling (Guo et al. 2017, On
Calibration of Modern Neural Networks) on two axes and anchored at the base rate instead of at equal odds. With a few
hundred overlapping labels, isotonic curves or Platt coefficients per class fit the noise of the past; two bounded
slopes cannot, and a model without skill ends at the base rate by itself.
"""

from dataclasses import dataclass

import numpy as np

from core.predict.calibration.opinions import shares_of
from core.predict.one_thread import one_thread

_HIGHEST = 2.0


@dataclass(frozen=True, slots=True)
class Temperatures:
    """How far the two parts of an opinion are believed, 0 (not at all) … 1 (as stated) … 2."""

    motion: float
    """That the price will move, up or down."""
    direction: float
    """Where to."""


def tempered(opinion: np.ndarray, base: np.ndarray, believed: Temperatures) -> np.ndarray:
    """Calibrated probabilities (n, 3) of opinions (n, 3); exactly the base when nothing is believed."""
    if believed.motion == 0.0 and believed.direction == 0.0:
        return np.broadcast_to(base, opinion.shape).copy()
    move, lean = axes(opinion)
    return _probabilities(believed.motion * move, believed.direction * lean, base)


def fit_temperatures(
    opinion: np.ndarray, base: np.ndarray, outcome: np.ndarray, weight: np.ndarray
) -> Temperatures:
    """The most probable temperatures in 0 … 2, when beforehand each is thought to be 0 ± 1.

    Minimises Σ weight · log loss + (motion² + direction²) / 2, which is convex.

    Args:
        opinion: (n, 3) from `log_opinion`, of forecasts made out of sample.
        base: (n, 3) base rates at their time.
        outcome: (n,) class numbers.
        weight: (n,) average uniqueness; its sum counts the independent labels, so that few of them
            move the temperatures little.
    """
    from scipy.optimize import minimize

    move, lean = axes(opinion)
    rows = np.arange(len(outcome))
    moved, leaned = outcome != 1, outcome - 1

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        chance = _probabilities(at[0] * move, at[1] * lean, base)
        surprise = weight @ -np.log(chance[rows, outcome])
        slope_motion = (weight * move) @ (1.0 - chance[:, 1] - moved)
        slope_direction = (weight * lean) @ (chance[:, 2] - chance[:, 0] - leaned)
        return float(surprise + 0.5 * at @ at), np.array([slope_motion, slope_direction]) + at

    with one_thread():
        found = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B", bounds=[(0.0, _HIGHEST)] * 2)
    return Temperatures(*found.x.tolist())


def axes(opinion: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """That it moves and where to, (n,) each."""
    down, flat, up = opinion.T
    return 0.5 * (up + down) - flat, 0.5 * (up - down)


def _probabilities(move: np.ndarray, lean: np.ndarray, base: np.ndarray) -> np.ndarray:
    return shares_of(np.column_stack((move - lean, np.zeros_like(move), move + lean)) + np.log(base))
