"""How far a sum of dependent values could lie from where it is."""

import math

import numpy as np

from core.evaluate.significance.intervals import FEWEST, block_length
from core.records import Interval
from core.records.ledgers import SumInterval


def sum_interval(
    values: np.ndarray, reps: int = 1000, seed: int = 0, level: float = 0.95, block: float | None = None
) -> SumInterval | None:
    """Percentile interval of a sum from a stationary block bootstrap (Politis & Romano 1994).

    Args:
        values: in the order of time, (n,); any unit.
        reps: resamples, each as long as the series.
        seed: 0 or more; the same one gives the same interval.
        level: 0.95 leaves 2.5 % out at either end.
        block: mean length in values; None takes `block_length` (Politis & White 2004).

    Returns:
        None for fewer than 20 values, values that do not vary, or not finite: a resample would say nothing.
    """
    x = np.ascontiguousarray(values, dtype=float)
    if len(x) < FEWEST or not np.isfinite(x).all() or np.ptp(x) <= 0.0:
        return None
    from core.evaluate.significance.resampling import draw  # numba is slow to import

    length = block_length(x) if block is None else max(float(block), 1.0)
    unit = 1e6 * float(np.abs(x).max())  # the kernel compounds what it draws: so small that nothing overflows
    sums = draw(x / unit, length, seed, 0, reps)[:, 1] * unit * len(x)
    low, high = np.quantile(sums, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    found = Interval(math.fsum(x), float(low), float(high))
    return SumInterval(found, len(x), length, reps, seed, level)
