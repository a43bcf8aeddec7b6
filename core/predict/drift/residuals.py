"""Whether the errors of forecasts are distributed as before.

The Kolmogorov-Smirnov test takes its rows as independent: of two halves of a stationary AR(.9) it rejects three in four
(METHOD.md §9). Errors of labels that overlap depend on each other too, so the threshold here comes from blocks of the
errors themselves.
"""

import numpy as np

from core.predict.drift.blocks import block_rows, memory
from core.records import ResidualDrift

LEVEL = 0.95


def ks_distance(reference: np.ndarray, recent: np.ndarray) -> float:
    """Largest distance of two empirical distribution functions."""
    reference, recent = np.sort(reference), np.sort(recent)
    both = np.concatenate((reference, recent))
    first = np.searchsorted(reference, both, side="right") / len(reference)
    second = np.searchsorted(recent, both, side="right") / len(recent)
    return float(np.abs(first - second).max())


def residual_drift(
    reference: np.ndarray, recent: np.ndarray, least_block: int = 1, repetitions: int = 500, seed: int = 7
) -> ResidualDrift:
    """Distance of the distributions, and what it stays below 95 times in 100 when nothing has changed.

    Args:
        reference: (n,) errors or probability integral transforms, in the order of time.
        recent: (m,) those after them.
        least_block: rows that one label overlaps with; a block is never shorter.
    """
    pooled = np.concatenate((reference, recent))
    shorter = min(len(reference), len(recent))
    block = min(max(memory(reference[:, None], shorter), least_block, 1), shorter)
    generator = np.random.default_rng(seed)
    null = [
        ks_distance(
            pooled[block_rows(len(pooled), len(reference), block, generator)],
            pooled[block_rows(len(pooled), len(recent), block, generator)],
        )
        for _ in range(repetitions)
    ]
    return ResidualDrift(len(recent), ks_distance(reference, recent), float(np.quantile(null, LEVEL)))


def randomised_pit(probability: np.ndarray, outcome: np.ndarray, seed: int) -> np.ndarray:
    """Probability integral transform of ordered classes, (n,) in 0 … 1; uniform where the forecasts are calibrated.

    A draw within the step of the class that came makes it continuous (Czado, Gneiting & Held 2009). Plain residuals of
    classes would not do: they lie in three heaps, and a slight move of a heap reads as another distribution.

    Args:
        probability: (n, 3) down, flat, up.
        outcome: (n,) class numbers.
        seed: of the draws.
    """
    rows = np.arange(len(outcome))
    step = probability[rows, outcome]
    below = np.cumsum(probability, axis=1)[rows, outcome] - step
    return np.asarray(below + step * np.random.default_rng(seed).random(len(outcome)))
