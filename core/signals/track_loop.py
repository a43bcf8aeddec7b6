"""The compiled loops behind tracks and adapted weights: the same for one moment and for every bar of a backtest."""

import math

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def tracked(
    gain: np.ndarray, rows: np.ndarray, begin: np.ndarray, horizon: int, decay: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Number of known opinions, the same as independent ones, and their mean gain, at each of `rows`.

    Args:
        gain: (n,) of the opinion at each bar; null where there is none.
        rows: (m,) the bars that close at the moments asked about.
        begin: (m,) first bar that counts.
        horizon: bars after which the outcome of an opinion is known.
        decay: weight by age in bars; as long as the largest rows − begin + 1.
    """
    count = np.zeros(len(rows), np.int64)
    effective = np.zeros(len(rows))
    mean = np.full(len(rows), np.nan)
    for place in range(len(rows)):
        row, last = rows[place], -1
        total, mass = 0.0, 0.0
        for bar in range(begin[place], row + 1):
            if last >= 0 and bar - last <= horizon:
                effective[place] += decay[row - bar]
            if bar + horizon <= row and gain[bar] == gain[bar]:
                total += decay[row - bar] * gain[bar]
                mass += decay[row - bar]
                count[place] += 1
                last = bar
        effective[place] /= horizon
        if mass > 0.0:
            mean[place] = total / mass
    return count, effective, mean


@numba.njit(cache=True, nogil=True)
def multiples(
    prior: np.ndarray,
    gain: np.ndarray,
    effective: np.ndarray,
    floor: float,
    cap: float,
    shrinkage: float,
    span: float,
) -> np.ndarray:
    """What each weight is multiplied by, (k, m); see `core.signals.weights.adapted`."""
    sources, moments = prior.shape
    out = np.ones((sources, moments))
    for moment in range(moments):
        counting, mass, total = 0, 0.0, 0.0
        for source in range(sources):
            if prior[source, moment] > 0.0:
                counting += 1
                if gain[source, moment] == gain[source, moment]:
                    share = prior[source, moment] * effective[source, moment]
                    mass += share
                    total += share * gain[source, moment]
        if mass <= 0.0:
            continue
        mean = total / mass
        for source in range(sources):
            if prior[source, moment] > 0.0 and gain[source, moment] == gain[source, moment]:
                rate = math.sqrt(8.0 * math.log(max(2, counting)) * effective[source, moment]) / span
                grown = math.exp(min(50.0, rate * (gain[source, moment] - mean)))
                bounded = min(max(grown, floor), cap)
                out[source, moment] = shrinkage + (1.0 - shrinkage) * bounded
    return out
