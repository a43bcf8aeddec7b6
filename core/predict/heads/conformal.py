"""Intervals that keep their promise as the market changes: adaptive conformal inference on out-of-fold residuals.

A band around a median is measured by how many of its own half-widths the outcome missed the median (normalised
score; Lei et al. 2018, Sesia and Candès 2020). The band is stretched by the quantile of recent scores, and the level
asked of that quantile follows the misses, α ← α + γ · (α* − missed); Gibbs and Candès 2021. Labels are known only
after their horizon: a row is adapted by those rows alone whose last bar had passed before it.

`mapie.regression.TimeSeriesRegressor(method="aci")` is the same rule without the delay; it asks the model again for
every row, which takes thousands of times as long. It is the oracle of the tests.
"""

from bisect import bisect_left, insort
from collections import deque
from dataclasses import dataclass
from math import ceil, isnan

import numpy as np

GAMMA = 0.02
"""Step of α for each independent label; METHOD.md §3, Gibbs and Candès use .005 … .05."""

PRIOR_SCORES = 30.0
"""Independent scores that the belief in a band as it stands is worth."""

_NARROWEST = 0.05
"""No band shrinks below that share of itself."""


@dataclass(frozen=True, slots=True)
class BandState:
    """One band as it stands after the last known label."""

    target: float
    """Share of outcomes that may lie outside, e.g. 0.10."""
    alpha: float
    """Share that the quantile of the scores is asked to leave outside now."""
    factor: float
    """By which half-widths are multiplied now."""
    scores: int
    """Recent scores behind it."""


@dataclass(frozen=True, slots=True)
class Adapted:
    """A band followed through time."""

    factor: np.ndarray
    """(n,) stretch of each row's band, from what was known before it."""
    state: BandState
    """After the last row."""


def half_width_score(
    lower: np.ndarray, middle: np.ndarray, upper: np.ndarray, happened: np.ndarray
) -> np.ndarray:
    """How many half-widths of its own side each outcome lies from the median, (n,) ≥ 0."""
    below = happened < middle
    half = np.maximum(np.where(below, middle - lower, upper - middle), 1e-9)
    return np.abs(happened - middle) / half


def adapt(
    score: np.ndarray,
    start: np.ndarray,
    end: np.ndarray,
    weight: np.ndarray,
    target: float,
    window: int,
    gamma: float = GAMMA,
    prior: float = PRIOR_SCORES,
) -> Adapted:
    """Follow one band through time.

    Args:
        score: (n,) from `half_width_score`, of forecasts made out of sample, in time order.
        start: (n,) position of each row's bar, ascending.
        end: (n,) position of the bar that its label needs, ascending; the label counts for rows that start later.
        weight: (n,) average uniqueness: overlapping labels miss together, and together move α once.
        target: share of outcomes that may lie outside, 0 … 1.
        window: scores that are remembered.
        gamma: step of α for one independent label; 0 never moves it. Rows before the first known score stand as
            they are and move nothing.
        prior: see `conformal_quantile`.
    """
    factor = np.full(len(score), np.nan)
    recent: deque[int] = deque()
    ordered: list[float] = []
    alpha, effective, known = target, 0.0, 0
    scores, starts, ends, weights = score.tolist(), start.tolist(), end.tolist(), weight.tolist()
    for row in range(len(scores) + 1):
        while known < len(scores) and (row == len(scores) or ends[known] < starts[row]):
            if not isnan(factor[known]):
                missed = scores[known] > factor[known]
                alpha = min(max(alpha + gamma * weights[known] * (target - missed), 0.0), 1.0)
            insort(ordered, scores[known])
            recent.append(known)
            effective += weights[known]
            if len(recent) > window:
                oldest = recent.popleft()
                del ordered[bisect_left(ordered, scores[oldest])]
                effective -= weights[oldest]
            known += 1
        now = conformal_quantile(ordered, alpha, effective, prior) if ordered else float("nan")
        if row < len(scores):
            factor[row] = now
    factor[np.isnan(factor)] = 1.0
    return Adapted(factor, BandState(target, alpha, now if ordered else 1.0, len(ordered)))


def conformal_quantile(
    ordered: list[float], alpha: float, effective: float, prior: float = PRIOR_SCORES
) -> float:
    """Score that all but α stay within, with the correction (1 + 1/n_eff) of a finite sample.

    Drawn towards 1 in logs as if `prior` independent scores had said that the band is right: of twenty independent
    labels the quantile is mostly noise, and widths that jump cost more than they repair. What is left to do is done
    by α.

    Args:
        ordered: ascending scores, at least one.
        alpha: 0 … 1; at 0 the highest score seen, where the theory says infinite.
        effective: independent scores that they amount to.
        prior: independent scores that the belief in the band as it stands is worth.
    """
    share = min((1.0 - alpha) * (1.0 + 1.0 / effective), 1.0)
    # Rounded, because .9 · 10 is a little more than 9 in binary.
    place = ceil(round(share * len(ordered), 9)) - 1
    score = max(ordered[min(max(place, 0), len(ordered) - 1)], _NARROWEST)
    return float(score ** (effective / (effective + prior)))
