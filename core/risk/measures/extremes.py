"""Extreme value theory: what lies beyond a high threshold follows a generalised Pareto distribution."""

from dataclasses import dataclass

import numpy as np

THRESHOLD = 0.95
"""Share of the losses below the threshold; the usual choice where the tail is read at 99 %."""
LEAST_BEYOND = 25
"""Losses beyond the threshold without which shape and scale say nothing."""


@dataclass(frozen=True, slots=True)
class ParetoTail:
    """Losses beyond a threshold (McNeil & Frey 2000; McNeil, Frey & Embrechts, Quantitative Risk Management, 5.2)."""

    threshold: float
    """u: a loss."""
    shape: float
    """ξ: 0 thin, above 0 fat; from 1 on the mean does not exist."""
    scale: float
    """β."""
    beyond: int
    count: int

    def value_at_risk(self, level: float) -> float:
        """u + β/ξ·(((n/Nᵤ)(1 − level))^−ξ − 1)."""
        ratio = self.count / self.beyond * (1.0 - level)
        if abs(self.shape) < 1e-9:
            return float(self.threshold - self.scale * np.log(ratio))
        return float(self.threshold + self.scale / self.shape * (ratio**-self.shape - 1.0))

    def expected_shortfall(self, level: float) -> float | None:
        """(VaR + β − ξ·u) / (1 − ξ); None from ξ = 1 on."""
        if self.shape >= 1.0:
            return None
        return (self.value_at_risk(level) + self.scale - self.shape * self.threshold) / (1.0 - self.shape)


def pareto_tail(returns: np.ndarray) -> ParetoTail | None:
    """Maximum likelihood (scipy.stats.genpareto) over the 95 % quantile of the losses.

    Args:
        returns: (n,), finite.

    Returns:
        None when fewer than 25 losses lie beyond the threshold, or none of them differs from it.
    """
    losses = -np.asarray(returns, dtype=float)
    threshold = float(np.quantile(losses, THRESHOLD))
    beyond = losses[losses > threshold] - threshold
    if len(beyond) < LEAST_BEYOND:
        return None
    from scipy.stats import genpareto

    fitted, _, scale = genpareto.fit(beyond, floc=0.0)
    return ParetoTail(threshold, float(fitted), float(scale), len(beyond), len(losses))
