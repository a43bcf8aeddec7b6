"""Chances of ruin that have a formula; the simulation is held against them."""

import math


def gambler_ruin(win: float, units: float) -> float:
    """Chance that a walk of one unit up (with chance `win`) or down ever loses `units`: (q/p)^units; 1 when p ≤ q."""
    return 1.0 if win <= 0.5 else ((1 - win) / win) ** units


def brownian_ruin(drift: float, volatility: float, level: float) -> float:
    """Chance that geometric Brownian motion dS/S = μ dt + σ dW ever touches `level` < 1 times its start.

    level^(2μ/σ² − 1); 1 when the exponent is not positive.
    """
    exponent = 2 * drift / volatility**2 - 1
    return 1.0 if exponent <= 0 else level**exponent


def fractional_kelly_fall(multiple: float, level: float) -> float:
    """Chance of ever falling to `level` at a multiple of the Kelly fraction (Thorp 2006): level^(2/multiple − 1)."""
    return 1.0 if multiple >= 2 else level ** (2 / multiple - 1)


def fractional_kelly_growth(multiple: float) -> float:
    """Growth at a multiple of the Kelly fraction, relative to the growth at the whole of it: k (2 − k)."""
    return multiple * (2 - multiple)


def touching_discretely(level: float, volatility: float, step: float) -> float:
    """The level that a continuous path must touch so that one seen only every `step` does (Broadie et al. 1997)."""
    return level * math.exp(-0.5826 * volatility * math.sqrt(step))
