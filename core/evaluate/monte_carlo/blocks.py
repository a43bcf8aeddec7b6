"""Stationary block bootstrap (Politis & Romano 1994): streaks and calm or wild times survive."""

import numpy as np

from core.evaluate.monte_carlo.paths import Draws

LEAST = 30
"""Returns below which no block length is estimated."""


def optimal_block(returns: np.ndarray) -> float:
    """Mean block length that Politis & White (2004, corrected 2009) find best, by `arch`; 1 … a third of the series.

    A series too short to tell, or without variation, gets blocks of one.
    """
    if len(returns) < LEAST or float(np.ptp(returns)) < 1e-15:
        return 1.0
    from arch.bootstrap import optimal_block_length

    found = float(optimal_block_length(np.asarray(returns, float))["stationary"].iloc[0])
    return float(np.clip(found, 1.0, len(returns) / 3)) if np.isfinite(found) else 1.0


def block_draws(returns: np.ndarray, block: float) -> Draws:
    """Runs of neighbouring returns, of geometric length with this mean, the end joined to the beginning."""
    from core.evaluate.monte_carlo.kernel import BLOCKS

    return Draws(BLOCKS, 1.0 + returns, np.array([1.0 / max(block, 1.0)]))
