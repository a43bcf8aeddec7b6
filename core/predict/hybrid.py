"""A model and a language model together: pooled in log-odds, by a weight that the language model has to earn.

With p the model's probabilities and g the language model's,

    pooled ∝ p^(1 − w) · g^w          0 ≤ w ≤ 1/2

a logarithmic opinion pool (Genest and Zidek 1986). The weight is 0 until scored forecasts show that it pays.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

HIGHEST = 0.5
"""A language model never outvotes the model."""

_TINY = 1e-4
"""A probability is taken to be at least that; certainty would drown every other opinion."""

_PRIOR = 0.1
"""Standard deviation of the weight around 0 before there is a record."""

_STEPS = 51


@dataclass(frozen=True, slots=True)
class ScoredOpinion:
    """One past moment at which both had spoken and the outcome is known.

    Only moments after the language model's training cutoff belong here: before it, it may remember the outcome.
    """

    llm: tuple[float, float, float]
    """Down, flat, up; sums to 1."""
    model: tuple[float, float, float]
    """The model's calibrated forecast at the same moment."""
    outcome: int
    """0 down, 1 flat, 2 up."""
    uniqueness: float
    """Average uniqueness of the label in (0, 1]: overlapping outcomes count once."""


def pool(
    model: tuple[float, float, float], llm: tuple[float, float, float] | None, weight: float
) -> tuple[float, float, float]:
    """Pooled probabilities of down, flat, up; the model's own, bit for bit, at a weight of 0 or without an opinion."""
    if llm is None or weight == 0.0:
        return model
    pooled = _pooled(np.array([model]), np.array([llm]), weight)[0]
    down, flat, up = pooled.tolist()
    return down, flat, up


def learn_weight(record: Sequence[ScoredOpinion]) -> float:
    """The most probable weight in 0 … HIGHEST when beforehand it is thought to be 0 ± 0.1.

    Minimises Σ uniqueness · log loss of the pool + w² / (2 · 0.1²). The log loss of the pool is convex in w, so that
    an opinion which does harm when a little of it is mixed in gets exactly 0; and a few independent rows, worth
    little against the prior, earn little.
    """
    if not record:
        return 0.0
    model, llm = np.array([row.model for row in record]), np.array([row.llm for row in record])
    outcome = np.array([row.outcome for row in record])
    uniqueness = np.array([row.uniqueness for row in record])
    rows = np.arange(len(record))

    def cost(weight: float) -> float:
        surprise = -np.log(_pooled(model, llm, weight)[rows, outcome])
        return float(uniqueness @ surprise + 0.5 * (weight / _PRIOR) ** 2)

    return min(np.linspace(0.0, HIGHEST, _STEPS).tolist(), key=cost)


def _pooled(model: np.ndarray, llm: np.ndarray, weight: float) -> np.ndarray:
    """Rows of (n, 3) probabilities pooled; rows sum to 1."""
    said = (1.0 - weight) * np.log(np.maximum(model, _TINY)) + weight * np.log(np.maximum(llm, _TINY))
    odds = np.exp(said - said.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))
