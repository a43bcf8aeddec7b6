"""Figures over several seeds: never the best one, and with an interval.

Interquartile mean and stratified bootstrap as in Agarwal, Schwarzer, Castro, Courville & Bellemare (2021), "Deep
reinforcement learning at the edge of the statistical precipice" (rliable): the scores of all seeds on all tasks are
pooled, the lowest and the highest quarter left out, and seeds drawn anew within each task. One asset is one task.
"""

import numpy as np

from core.records import MeanInterval

LEVEL = 0.95
REPS = 2000


def interquartile_mean(scores: np.ndarray) -> float:
    """Mean of the middle half of all scores, any shape."""
    from scipy.stats import trim_mean

    return float(trim_mean(np.asarray(scores, float), 0.25, axis=None))


def over_seeds(scores: np.ndarray, seed: int, reps: int = REPS, level: float = LEVEL) -> MeanInterval:
    """Interquartile mean of scores (seeds, tasks) with its percentile interval; seeds are drawn within each task.

    It tells how much depends on the seed of the training, given these bars.
    """
    from scipy.stats import trim_mean

    rng = np.random.default_rng([seed, 1])
    seeds, tasks = scores.shape
    drawn = rng.integers(0, seeds, (reps, seeds, tasks))
    again = scores[drawn, np.arange(tasks)].reshape(reps, -1)
    return _interval(interquartile_mean(scores), trim_mean(again, 0.25, axis=1), level)


def over_time(
    figures: np.ndarray, block: float, factor: float, seed: int, reps: int = REPS, level: float = LEVEL
) -> MeanInterval:
    """The same when the bars are drawn anew too, in blocks of geometric length, alike for all seeds.

    Seeds live through the same bars, so that much of their luck is shared; drawing seeds alone would not show it. The
    stationary bootstrap of Politis & Romano (1994).

    Args:
        figures: (seeds, n) per bar.
        block: mean length of a block, bars.
        factor: what the mean of a bar is multiplied by.
    """
    from scipy.stats import trim_mean

    rng = np.random.default_rng([seed, 2])
    seeds, n = figures.shape
    again = np.empty((reps, seeds))
    for k in range(reps):
        weight = np.bincount(block_draw(n, block, rng), minlength=n) / n
        again[k] = (figures @ weight)[rng.integers(0, seeds, seeds)]
    return _interval(
        interquartile_mean(figures.mean(axis=1)) * factor, trim_mean(again, 0.25, axis=1) * factor, level
    )


def block_draw(n: int, block: float, rng: np.random.Generator) -> np.ndarray:
    """(n,) rows of one stationary bootstrap: after each a new block begins with chance 1 / block, at any row."""
    anew = rng.random(n) < 1.0 / max(block, 1.0)
    anew[0] = True
    begin = np.flatnonzero(anew)
    first = rng.integers(0, n, len(begin))
    since = np.arange(n) - np.repeat(begin, np.diff(np.r_[begin, n]))
    rows: np.ndarray = (np.repeat(first, np.diff(np.r_[begin, n])) + since) % n
    return rows


def _interval(estimate: float, drawn: np.ndarray, level: float) -> MeanInterval:
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(drawn, (tail, 1.0 - tail))
    return MeanInterval(estimate, float(low), float(high), level)
