"""How far an asset moves, and the position that brings a wanted volatility to the book."""

import math
from collections.abc import Sequence

DECAY = 0.94
"""RiskMetrics (J.P. Morgan 1996), daily data."""
FEWEST = 30
"""Returns below which no volatility is told."""


def ewma_variance(returns: Sequence[float], decay: float = DECAY) -> float:
    """Exponentially weighted variance v ← λv + (1 − λ)r² of returns in the order of time, seeded with the first squared.

    Raises:
        ValueError: no returns.
    """
    if not returns:
        raise ValueError("A variance needs at least one return.")
    variance = returns[0] ** 2
    for change in returns[1:]:
        variance = decay * variance + (1.0 - decay) * change * change
    return variance


def yearly_volatility(returns: Sequence[float], bars_per_year: float) -> float | None:
    """√(EWMA variance × bars a year), a fraction; None below 30 returns or while the price does not move."""
    variance = ewma_variance(returns) if len(returns) >= FEWEST else 0.0
    return math.sqrt(variance * bars_per_year) if variance > 0.0 else None


def volatility_share(target: float, volatility: float) -> float:
    """Share of equity whose value moves by `target` a year: target / volatility, at most all of it.

    Args:
        target: wanted yearly volatility, as a fraction of equity.
        volatility: of the asset, a fraction a year, above 0.
    """
    return min(1.0, target / volatility)
