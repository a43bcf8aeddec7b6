"""What a hidden state is called, by its fitted moments.

In this order:
1. volatile: the state's returns spread at least 1.75 times as wide as those of all other states together;
2. trend: the price comes straighter than chance, its mean efficiency over 20 bars being at least 1.25 times the 1 / √20
   of a random walk with normal steps; or an average visit drifts by more than one standard deviation of what chance
   moves it meanwhile, |drift| · √(expected bars) ≥ volatility;
3. range: everything else; the price comes and goes.
"""

import math

import numpy as np

from core.predict.regimes.observations import PATH_BARS
from core.records import RegimeKind

WIDER = 1.75
"""Times the standard deviation of all other states, from which a state is volatile."""
STRAIGHTER = 1.25
"""Times the efficiency of a random walk, from which a state is a trend."""


def regime_kinds(
    drift: np.ndarray,
    volatility: np.ndarray,
    efficiency: np.ndarray,
    expected_bars: np.ndarray,
    share: np.ndarray,
) -> tuple[RegimeKind, ...]:
    """The kind of each state; all arguments (R,), see `RegimeModel`."""
    return tuple(
        _kind(
            spread=float(volatility[state] / _of_others(volatility, share, state)),
            straight=float(efficiency[state] * math.sqrt(PATH_BARS)),
            drift=float(abs(drift[state]) * math.sqrt(expected_bars[state]) / volatility[state]),
        )
        for state in range(len(drift))
    )


def _kind(spread: float, straight: float, drift: float) -> RegimeKind:
    if spread >= WIDER:
        return RegimeKind.VOLATILE
    if straight >= STRAIGHTER or drift >= 1.0:
        return RegimeKind.TREND
    return RegimeKind.RANGE


def _of_others(volatility: np.ndarray, share: np.ndarray, state: int) -> float:
    """Root mean square over the other states, by their shares of the bars."""
    others = np.arange(len(volatility)) != state
    return float(np.sqrt(np.average(volatility[others] ** 2, weights=share[others])))
