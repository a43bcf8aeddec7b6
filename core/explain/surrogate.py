"""A second opinion on one forecast: a linear model of its neighbourhood (LIME, Ribeiro et al. 2016)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

Probability = Callable[[np.ndarray], np.ndarray]
"""(n, f) inputs → (n, 3) calibrated probabilities of down, flat, up."""

SAMPLES = 2_000
_KERNEL = 0.75
"""Width of the neighbourhood, in standard deviations per √feature; LIME's own."""


@dataclass(frozen=True, slots=True, eq=False)
class Surrogate:
    """Slopes of a linear model around one row, one per seed."""

    features: tuple[str, ...]
    slopes: np.ndarray
    """(seeds, f) change of the probability for a step of one standard deviation in the ranks of training."""
    place: np.ndarray
    """(f,) where the row lies in training, in normal scores: 0 is the median, 1.64 the 95th percentile."""
    fit: np.ndarray
    """(seeds,) weighted R² of the linear model: near 0 it says nothing about the model it stands for."""
    seeds: tuple[int, ...]
    samples: int

    @property
    def slope(self) -> np.ndarray:
        """(f,) mean over the seeds."""
        return self.slopes.mean(axis=0)

    @property
    def spread(self) -> np.ndarray:
        """(f,) standard deviation over the seeds: what the drawing of neighbours alone does."""
        return self.slopes.std(axis=0, ddof=1) if len(self.slopes) > 1 else np.zeros(self.slopes.shape[1])

    @property
    def push(self) -> np.ndarray:
        """(f,) slope × place: what the value adds beside the median's, to be held against SHAP."""
        return self.slope * self.place


def local_surrogate(
    predict: Probability,
    row: np.ndarray,
    training: np.ndarray,
    target: int,
    features: Sequence[str],
    seeds: Sequence[int],
    samples: int = SAMPLES,
) -> Surrogate:
    """Fit a distance-weighted ridge to what the model says around one row.

    Neighbours are drawn in normal scores of the training ranks and mapped back to values that training has had, so a
    feature is never asked about at a value it cannot take. They are drawn independently of each other all the same:
    combinations that no market has produced are among them, which is LIME's known weakness.

    Args:
        predict: calibrated probabilities.
        row: (f,) the row explained; nulls stay null and get no slope.
        training: (n, f) rows the model learnt from, nulls allowed.
        target: class number, 0 down, 1 flat, 2 up.
        features: names.
        seeds: one fit each.
        samples: neighbours of a fit.
    """
    from scipy.stats import norm
    from sklearn.linear_model import Ridge

    ranked = [np.sort(column[~np.isnan(column)]) for column in training.T]
    free = np.flatnonzero(~np.isnan(row) & np.array([len(column) > 1 for column in ranked]))
    place = np.zeros(len(row))
    place[free] = norm.ppf([_rank(ranked[i], float(row[i])) for i in free])
    width = _KERNEL * np.sqrt(max(len(free), 1))
    slopes, fit = np.zeros((len(seeds), len(row))), np.zeros(len(seeds))
    for number, seed in enumerate(seeds):
        step = np.random.default_rng(seed).normal(size=(samples, len(free)))
        asked = np.tile(row.astype(np.float32), (samples, 1))
        rank = norm.cdf(place[free] + step)
        for column, i in enumerate(free):
            asked[:, i] = _value_at(ranked[i], rank[:, column])
        weight = np.exp(-(step**2).sum(axis=1) / (2.0 * width**2))
        said = predict(asked)[:, target]
        line = Ridge(alpha=1.0).fit(step, said, sample_weight=weight)
        slopes[number, free] = line.coef_
        fit[number] = line.score(step, said, sample_weight=weight)
    return Surrogate(tuple(features), slopes, place, fit, tuple(seeds), samples)


def _rank(ranked: np.ndarray, value: float) -> float:
    """Share of training below a value, ties counted half; never 0 or 1."""
    below, through = np.searchsorted(ranked, value, "left"), np.searchsorted(ranked, value, "right")
    return float(0.5 * (below + through) + 0.5) / (len(ranked) + 1)


def _value_at(ranked: np.ndarray, rank: np.ndarray) -> np.ndarray:
    """The training value of each rank (inverted distribution function)."""
    return ranked[np.minimum((rank * len(ranked)).astype(int), len(ranked) - 1)]
