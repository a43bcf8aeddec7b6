"""Three ways to forecast variance: each holds parameters only, and says the sum of variance over the bars to come."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.predict.volatility.realised import means_behind

DECAY = 0.94
"""λ of RiskMetrics 1996."""
SPANS = (1, 5, 22)
"""Bars of the short, middle and long component of HAR: Corsi's day, week and month, counted in bars."""


@dataclass(frozen=True, slots=True)
class Ewma:
    """Exponentially weighted moving average of squared returns; its forecast is flat (RiskMetrics 1996)."""

    decay: float = DECAY

    def ahead(self, returns: np.ndarray, variance: np.ndarray, horizons: Sequence[int]) -> np.ndarray:
        """Σ variance of the next h returns as of each row, (n, horizons).

        Args:
            returns: (n,) log returns.
            variance: (n,) bar variances; not used.
            horizons: in bars.
        """
        from core.predict.volatility.kernel import ewma_variance

        following = ewma_variance(np.ascontiguousarray(returns), self.decay)
        return np.asarray(following[:, None] * np.asarray(horizons, dtype=np.float64))


@dataclass(frozen=True, slots=True)
class Garch:
    """GARCH(1,1) (Bollerslev 1986); with γ > 0 GJR (Glosten, Jagannathan & Runkle 1993). Zero mean."""

    omega: float
    alpha: float
    gamma: float
    """Added to α after a fall."""
    beta: float
    level: float
    """Mean squared return of the training part; where the recursion begins."""

    @property
    def persistence(self) -> float:
        """α + γ/2 + β: what is left of a shock after a bar, on average."""
        return self.alpha + 0.5 * self.gamma + self.beta

    def ahead(self, returns: np.ndarray, variance: np.ndarray, horizons: Sequence[int]) -> np.ndarray:
        """Σ over i ≤ h of E σ²(t + i), each E σ²(t + i + 1) = ω + persistence · E σ²(t + i); see `Ewma.ahead`."""
        from core.predict.volatility.kernel import garch_variance

        following = garch_variance(
            np.ascontiguousarray(returns), self.omega, self.alpha, self.gamma, self.beta, self.level
        )
        powers = self.persistence ** np.arange(max(horizons))
        # E σ²(t + i) = p^(i−1) σ²(t + 1) + ω Σ_{j < i−1} p^j, which needs no division by 1 − p.
        kept = np.cumsum(powers)
        added = np.cumsum(np.concatenate(([0.0], kept[:-1])))
        last = np.asarray(horizons) - 1
        return np.asarray(following[:, None] * kept[last] + self.omega * added[last])


@dataclass(frozen=True, slots=True, eq=False)
class Har:
    """Heterogeneous autoregression of realised variance (Corsi 2009), one direct regression per horizon."""

    horizons: tuple[int, ...]
    coefficients: np.ndarray
    """(horizons, 4) ≥ 0: constant, and the weights of the means over the last 1, 5 and 22 bars; of the mean to come."""
    proportion: float
    """Brings bar variances to the level of squared returns."""

    def ahead(self, returns: np.ndarray, variance: np.ndarray, horizons: Sequence[int]) -> np.ndarray:
        """h times the regression's mean variance; `horizons` must be among the fitted ones; see `Ewma.ahead`."""
        chosen = self.coefficients[[self.horizons.index(bars) for bars in horizons]]
        mean = har_inputs(self.proportion * variance) @ chosen.T
        return np.asarray(mean * np.asarray(horizons, dtype=np.float64))


def har_inputs(variance: np.ndarray) -> np.ndarray:
    """(n, 4): 1 and the mean variance over the last 1, 5 and 22 bars."""
    return np.column_stack([np.ones(len(variance)), *(means_behind(variance, bars) for bars in SPANS)])


Candidate = Ewma | Garch | Har
