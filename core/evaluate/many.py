"""Risk figures of many equity curves at once: of every cell of a sweep, of every simulated path."""

import math
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class ManyMetrics:
    """One figure a curve, each (n,), in the definitions of core.evaluate.metrics; NaN where not defined."""

    sharpe: np.ndarray
    """Yearly, risk-free rate 0, sample deviation."""
    sortino: np.ndarray
    """Yearly; downside deviation √mean(min(r, 0)²)."""
    calmar: np.ndarray
    """Compound yearly growth over max drawdown."""
    max_drawdown: np.ndarray
    """Negative fraction."""
    value_at_risk: np.ndarray
    """Return at the tail's quantile (historical, linear between ranks): a loss is negative."""
    expected_shortfall: np.ndarray
    """Mean of the returns up to that rank (CVaR): a loss is negative."""
    method: str = "historical, linear quantile"


def measure_many(
    curves: np.ndarray, bars_per_year: float, tail: float = 0.05, threads: int | None = None
) -> ManyMetrics:
    """Measure many curves.

    Args:
        curves: equity at each bar, (n, bars), above 0, two bars or more; a curve with NaN or with a zero before its
            end has NaN in all figures.
        bars_per_year: for annualising.
        tail: share of the worst returns, 0 < tail < 1.
        threads: None takes one a core.

    Raises:
        ValueError: another shape, or a tail outside its bounds.
    """
    values = np.ascontiguousarray(curves, dtype=float)
    if values.ndim != 2 or values.shape[1] < 2:
        raise ValueError(f"Curves come as (n, bars) with two bars or more, not {values.shape}.")
    if not 0.0 < tail < 1.0:
        raise ValueError(f"A tail is a share between 0 and 1, not {tail:g}.")
    from core.evaluate.risk_rows import measure_rows  # numba is slow to import, and the app starts without it

    returns = values.shape[1] - 1
    wanted = tail * returns + 2.0
    share = min(
        (wanted + 2.5 * math.sqrt(wanted)) / returns, 0.999
    )  # where a normal tail holds enough, most times
    reach = -NormalDist().inv_cdf(share)
    out = np.empty((6, len(values)))
    blocks = max(min(threads or os.cpu_count() or 1, len(values) // 64), 1)
    edges = np.linspace(0, len(values), blocks + 1).astype(int)
    with ThreadPoolExecutor(blocks) as pool:  # the kernel lets go of the interpreter
        jobs = [
            pool.submit(
                measure_rows, values, int(start), int(stop), float(bars_per_year), float(tail), reach, out
            )
            for start, stop in pairwise(edges)
        ]
        for job in jobs:
            job.result()
    return ManyMetrics(*out)
