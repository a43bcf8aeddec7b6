"""How far the figures of a curve could lie from where they are: block-bootstrap intervals.

Blocks keep what follows what; drawing single bars of returns that depend on each other would not, and its intervals
would be too narrow.
"""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from core.evaluate.metrics import cagr, max_drawdown, sharpe, sortino, volatility
from core.records import Interval, MetricIntervals

FEWEST = 20
"""Returns below which a resample says nothing."""
_LEAST = 1e-15
_LONGEST = 50_000
"""Bars beyond which a series is drawn in groups."""


def metric_intervals(
    returns: np.ndarray,
    bars_per_year: float,
    reps: int = 1000,
    seed: int = 0,
    level: float = 0.95,
    block: float | None = None,
    threads: int = 2,
) -> MetricIntervals | None:
    """Percentile intervals of a curve's figures from a stationary block bootstrap (Politis & Romano 1994).

    Args:
        returns: simple, per bar, (n,).
        reps: resamples, each as long as the series.
        seed: 0 or more; the same one gives the same intervals, whatever `threads`.
        level: 0.95 leaves 2.5 % out at either end.
        block: mean length in bars; None takes `block_length`.

    A series longer than 50,000 bars is drawn in groups of bars, each compounded to one return, so that the work stays
    bounded; `method` then says how many at a time. The figures themselves are always those of all bars.

    Returns:
        None for a series that cannot be drawn again: fewer than 20 returns, no variation, or not finite. A figure
        that is not defined for the series, or for more than a hundredth of the draws, has no interval.
    """
    x = np.ascontiguousarray(returns, dtype=float)
    if len(x) < FEWEST or not np.isfinite(x).all() or np.ptp(x) <= _LEAST:
        return None
    group = -(-len(x) // _LONGEST)
    with np.errstate(all="ignore"):
        drawn = x if group == 1 else _compounded(x, group)
        if not np.isfinite(drawn).all() or np.ptp(drawn) <= _LEAST:
            return None
        mean_length = block_length(drawn) if block is None else max(float(block) / group, 1.0)
        draws = _draws(drawn, mean_length, reps, seed, threads)
        return _assemble(x, bars_per_year, draws, group, mean_length * group, seed, level)


def _compounded(x: np.ndarray, group: int) -> np.ndarray:
    """Returns of `group` bars at a time; the oldest bars that fill no group are left out."""
    whole = x[len(x) % group :].reshape(-1, group)
    compounded: np.ndarray = np.prod(1.0 + whole, axis=1) - 1.0
    return compounded


def block_length(returns: np.ndarray) -> float:
    """Mean block length for a stationary bootstrap, in bars, from 1 to a third of the series.

    The automatic rule of Politis & White (2004), corrected by Patton, Politis & White (2009), as
    `arch.bootstrap.optimal_block_length` has it (the tests compare): a flat-top window over the autocovariances up to
    twice the lag after which they are noise. All lags come from one Fourier transform, which on long series is far
    faster. √n where the rule gives no number.
    """
    x = np.asarray(returns, dtype=float)
    n, largest = len(x), float(np.abs(x).max(initial=0.0))
    if n < 9 or np.ptp(x) <= _LEAST * largest:
        return 1.0
    with np.errstate(all="ignore"):
        found = _automatic_length(x / largest - np.mean(x / largest))
    if not math.isfinite(found):
        found = math.sqrt(n)
    return min(max(found, 1.0), n / 3.0)


def _automatic_length(centred: np.ndarray) -> float:
    n = len(centred)
    quiet = max(5, int(math.log10(n)))
    lags = math.ceil(math.sqrt(n)) + quiet
    products = _lagged_products(centred, lags)
    squares = np.concatenate(([0.0], np.cumsum(centred * centred)))
    later = np.arange(1, lags + 2)
    scale = np.sqrt((squares[-1] - squares[later]) * squares[n - later])
    noise = np.abs(products) / scale < 2.0 * math.sqrt(math.log10(n) / n)
    ended = next((lag for lag in range(lags + 1 - quiet) if noise[lag : lag + quiet].all()), None)
    window = lags if ended is None else min(2 * max(ended, 1), lags)
    k = np.arange(1, window + 1)
    weighted = 2.0 * np.minimum(1.0, 2.0 * (1.0 - k / window)) * products[1 : window + 1] / n
    spread = products[0] / n + float(weighted.sum())
    bend = float((weighted * k).sum())
    return min(float(np.cbrt((bend / spread) ** 2 * n)), math.ceil(min(3.0 * math.sqrt(n), n / 3.0)))


def _lagged_products(centred: np.ndarray, lags: int) -> np.ndarray:
    """Σ x(t)·x(t + k) for k from 0 to `lags`, by the Wiener-Khinchin theorem."""
    size = 1 << (len(centred) + lags).bit_length()
    spectrum = np.fft.rfft(centred, size)
    products: np.ndarray = np.fft.irfft(spectrum * spectrum.conj(), size)[: lags + 1]
    return products


def _draws(x: np.ndarray, block: float, reps: int, seed: int, threads: int) -> np.ndarray:
    from core.evaluate.significance.resampling import draw  # numba is slow to import

    edges = np.linspace(0, reps, min(max(threads, 1), reps) + 1).astype(int)
    with ThreadPoolExecutor(len(edges) - 1) as pool:  # the kernel lets go of the interpreter
        parts = pool.map(
            lambda i: draw(x, block, seed, int(edges[i]), int(edges[i + 1])), range(len(edges) - 1)
        )
        return np.concatenate(list(parts))


def _assemble(
    x: np.ndarray, yearly: float, draws: np.ndarray, group: int, block: float, seed: int, level: float
) -> MetricIntervals:
    end, mean, deviation, downside, worst = draws.T
    root, years = math.sqrt(yearly / group), len(x) / yearly
    curve = np.concatenate(([1.0], np.cumprod(1.0 + x)))
    ratio = np.where(deviation > _LEAST, mean / deviation, np.nan)
    falling = np.where(downside > _LEAST, mean / downside, np.nan)
    growth = np.where(end > 0.0, np.expm1(np.log(end) / years), -1.0)
    return MetricIntervals(
        total_return=_interval(float(curve[-1] - 1.0), end - 1.0, level),
        cagr=_interval(cagr(curve, yearly), growth, level),
        volatility=_interval(volatility(x, yearly), deviation * root, level),
        sharpe=_interval(sharpe(x, yearly), ratio * root, level),
        sortino=_interval(sortino(x, yearly), falling * root, level),
        max_drawdown=_interval(max_drawdown(curve), worst, level),
        block=block,
        reps=len(draws),
        seed=seed,
        level=level,
        method="stationary block bootstrap, percentile interval" + f", {group} bars at a time" * (group > 1),
    )


def _interval(estimate: float | None, values: np.ndarray, level: float) -> Interval | None:
    """Percentiles of the draws around the series' own figure; None where too many draws have none."""
    known = values[np.isfinite(values)]
    if estimate is None or not math.isfinite(estimate) or len(known) < 0.99 * len(values):
        return None
    low, high = np.quantile(known, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return Interval(estimate, float(low), float(high))
