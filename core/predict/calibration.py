"""Calibration: how far a model's opinion is believed, learnt from forecasts it made out of sample.

A model of three outcomes says two things, and is believed in each for itself: that the price will move at all
(up or down against flat), and where to. Volatility clusters, so the first can often be known where the second
cannot. With q the raw probabilities and m the class shares that the model was fitted to, its opinion is
o = ln(q / m), and

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

_TINY = 1e-9
_HIGHEST = 2.0


@dataclass(frozen=True, slots=True)
class Temperatures:
    """How far the two parts of an opinion are believed, 0 (not at all) … 1 (as stated) … 2."""

    motion: float
    """That the price will move, up or down."""
    direction: float
    """Where to."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns raw probabilities of down, flat, up into believable ones."""

    temperatures: Temperatures
    base: tuple[float, ...]
    """Class shares of the training labels, each label counted once."""
    model_base: tuple[float, ...]
    """Class shares as the model saw them: weighted."""

    def apply(self, raw: np.ndarray) -> np.ndarray:
        """Raw probabilities (n, 3) → calibrated (n, 3) float64; rows sum to 1."""
        return tempered(
            log_opinion(raw, np.asarray(self.model_base)), np.asarray(self.base), self.temperatures
        )


def class_shares(outcome: np.ndarray, classes: int, weight: np.ndarray | None = None) -> np.ndarray:
    """Share of each class, (k,); one label is spread over all classes, so that none is impossible."""
    counts = np.bincount(outcome, weights=weight, minlength=classes).astype(np.float64)
    counts *= len(outcome) / counts.sum() if counts.sum() > 0.0 else 0.0
    return (counts + 1.0 / classes) / (counts.sum() + 1.0)


def log_opinion(raw: np.ndarray, model_base: np.ndarray) -> np.ndarray:
    """What the model adds to the class shares it was fitted to, in logs."""
    return np.log(np.maximum(raw.astype(np.float64), _TINY)) - np.log(model_base)


def tempered(opinion: np.ndarray, base: np.ndarray, believed: Temperatures) -> np.ndarray:
    """Calibrated probabilities (n, 3) of opinions (n, 3); exactly the base when nothing is believed."""
    if believed.motion == 0.0 and believed.direction == 0.0:
        return np.broadcast_to(base, opinion.shape).copy()
    move, lean = _axes(opinion)
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

    move, lean = _axes(opinion)
    rows = np.arange(len(outcome))
    moved, leaned = outcome != 1, outcome - 1

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        chance = _probabilities(at[0] * move, at[1] * lean, base)
        surprise = weight @ -np.log(chance[rows, outcome])
        slope_motion = (weight * move) @ (1.0 - chance[:, 1] - moved)
        slope_direction = (weight * lean) @ (chance[:, 2] - chance[:, 0] - leaned)
        return float(surprise + 0.5 * at @ at), np.array([slope_motion, slope_direction]) + at

    found = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B", bounds=[(0.0, _HIGHEST)] * 2)
    return Temperatures(*found.x.tolist())


def _axes(opinion: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    down, flat, up = opinion.T
    return 0.5 * (up + down) - flat, 0.5 * (up - down)


def _probabilities(move: np.ndarray, lean: np.ndarray, base: np.ndarray) -> np.ndarray:
    logits = np.column_stack((move - lean, np.zeros_like(move), move + lean)) + np.log(base)
    logits -= logits.max(axis=1, keepdims=True)
    odds = np.exp(logits)
    return odds / odds.sum(axis=1, keepdims=True)
