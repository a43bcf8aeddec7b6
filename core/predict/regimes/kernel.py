"""The compiled loops behind regimes: observations of bars, their densities, and the forward filter.

Scalar arithmetic in a fixed order: what is said of a bar is the same to the last bit wherever the arrays begin.
"""

import math

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def observe(high: np.ndarray, low: np.ndarray, close: np.ndarray, floor: float, path_bars: int) -> np.ndarray:
    """Log return, log range and efficiency of each bar, (n, 3); null in the first `path_bars` rows."""
    rows = len(close)
    out = np.full((rows, 3), np.nan)
    moved = np.empty(rows)
    for row in range(1, rows):
        moved[row] = abs(math.log(close[row] / close[row - 1]))
    for row in range(path_bars, rows):
        path = 0.0  # summed anew for each bar: a running sum would depend on where the bars begin
        for step in range(row - path_bars + 1, row + 1):
            path += moved[step]
        way = abs(math.log(close[row] / close[row - path_bars]))
        out[row, 0] = math.log(close[row] / close[row - 1])
        out[row, 1] = math.log(math.log(high[row] / low[row]) + floor)
        # A sum of steps may come out a hair shorter than the way they lead.
        out[row, 2] = min(way / path, 1.0) if path > 0.0 else 0.0
    return out


@numba.njit(cache=True, nogil=True)
def log_densities(observations: np.ndarray, means: np.ndarray, variances: np.ndarray) -> np.ndarray:
    """Logarithm of each state's Gaussian density (diagonal covariance) at each observation, (n, states)."""
    rows, size = observations.shape
    states = len(means)
    out = np.empty((rows, states))
    for state in range(states):
        spread = 0.0
        for part in range(size):
            spread += math.log(2.0 * math.pi * variances[state, part])
        for row in range(rows):
            total = spread
            for part in range(size):
                away = observations[row, part] - means[state, part]
                total += away * away / variances[state, part]
            out[row, state] = -0.5 * total
    return out


@numba.njit(cache=True, nogil=True)
def _step(prior: np.ndarray, log_density: np.ndarray, posterior: np.ndarray) -> None:
    """Bayes' rule for one bar; the largest density is taken out first, so that nothing underflows to zero."""
    states = len(prior)
    highest = -np.inf
    for state in range(states):
        if prior[state] > 0.0 and log_density[state] > highest:
            highest = log_density[state]
    total = 0.0
    for state in range(states):
        weight = math.exp(log_density[state] - highest) if prior[state] > 0.0 else 0.0
        posterior[state] = prior[state] * weight
        total += posterior[state]
    for state in range(states):
        posterior[state] /= total


@numba.njit(cache=True, nogil=True)
def _predict(posterior: np.ndarray, transition: np.ndarray, prior: np.ndarray) -> None:
    """Where the chain is one bar later."""
    states = len(posterior)
    for state in range(states):
        total = 0.0
        for before in range(states):
            total += posterior[before] * transition[before, state]
        prior[state] = total


@numba.njit(cache=True, nogil=True)
def forward_filter(log_density: np.ndarray, start: np.ndarray, transition: np.ndarray) -> np.ndarray:
    """P(state of bar t | observations up to t), (n, states); Hamilton 1989, Rabiner 1989 (scaled forward pass)."""
    out = np.empty_like(log_density)
    prior = start.copy()
    for row in range(len(log_density)):
        _step(prior, log_density[row], out[row])
        _predict(out[row], transition, prior)
    return out


@numba.njit(cache=True, nogil=True)
def filter_windows(
    log_density: np.ndarray, rows: np.ndarray, length: int, start: np.ndarray, transition: np.ndarray
) -> np.ndarray:
    """The filter's last row over the `length` observations up to each of `rows`; null where there are fewer."""
    states = len(start)
    out = np.full((len(rows), states), np.nan)
    prior, posterior = np.empty(states), np.empty(states)
    for place in range(len(rows)):
        last = rows[place]
        if last < length - 1 or math.isnan(log_density[last - length + 1, 0]):
            continue
        prior[:] = start
        for row in range(last - length + 1, last + 1):
            _step(prior, log_density[row], posterior)
            _predict(posterior, transition, prior)
        out[place] = posterior
    return out
