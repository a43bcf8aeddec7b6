"""Stacking: how much each member's opinion counts, learnt from forecasts made out of sample.

Opinions are pooled as a convex combination in logs (a logarithmic opinion pool, Genest & Zidek 1986), whose weights
minimise the log loss of out-of-fold forecasts (Wolpert 1992, Stacked Generalization). The pool is believed no more
than it deserves while the weights are sought, on the two axes of `calibration`: members are compared by what they
know, not by how loudly they say it.

Weights are softmax(θ) with θ thought to be 0 ± ½ beforehand, so that nothing learnt means equal weights; those of a
regime are softmax(θ + ε) with ε thought to be 0 ± ½, so that a regime with few independent labels keeps the weights
of all.
"""

from dataclasses import dataclass

import numpy as np

from core.predict.one_thread import one_thread

_OVERALL_SPREAD = 0.5
_REGIME_SPREAD = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """Weights of the members, by regime."""

    weights: np.ndarray
    """(regimes, members) ≥ 0, rows sum to 1; one row when there are no regimes."""
    overall: np.ndarray | None = None
    """(members,) where the regime is not known; None: the mean over the regimes."""

    def pooled(self, opinions: np.ndarray, regime: np.ndarray | None = None) -> np.ndarray:
        """Opinions of the members (m, n, 3) → of the ensemble (n, 3).

        Args:
            opinions: members in the order of fitting.
            regime: (n, R) probabilities of the regimes; None, or null in a row: not known.

        Returns:
            The same numbers for a row alone as for a row in a block: members are added one by one.
        """
        share = self.shares(opinions.shape[1], regime)
        pooled = np.zeros(opinions.shape[1:])
        for number, opinion in enumerate(opinions):
            pooled += share[:, number, None] * opinion
        return pooled

    def shares(self, rows: int, regime: np.ndarray | None = None) -> np.ndarray:
        """Weight of each member in each row, (rows, members)."""
        blind = self.weights.mean(axis=0) if self.overall is None else self.overall
        if regime is None:
            return np.tile(blind, (rows, 1))
        known = ~np.isnan(regime).any(axis=1)
        # Summed regime by regime, not as a matrix product, which would round differently for one row than for a block.
        share = (np.where(known, regime.T, 0.0)[:, :, None] * self.weights[:, None, :]).sum(axis=0)
        share[~known] = blind
        return np.asarray(share)


def equal_stack(members: int, regimes: int = 1) -> Stack:
    """All members count the same."""
    return Stack(np.full((regimes, members), 1.0 / members), np.full(members, 1.0 / members))


def fit_stack(
    opinions: np.ndarray,
    base: np.ndarray,
    outcome: np.ndarray,
    weight: np.ndarray,
    regime: np.ndarray | None = None,
) -> Stack:
    """Weights that would have forecast best.

    Args:
        opinions: (m, n, 3) of forecasts made out of sample: rows that the members were fitted to make them look wise.
        base: (n, 3) base rates at their time.
        outcome: (n,) class numbers.
        weight: (n,) average uniqueness; its sum counts the independent labels, so that few of them
            leave the weights close to equal.
        regime: (n, R) probabilities of the regimes at the time; None without regimes; rows of nulls count overall only.
    """
    members, rows = opinions.shape[:2]
    regimes = 1 if regime is None else regime.shape[1]
    if members == 1 or rows == 0:
        return equal_stack(members, regimes)
    problem = _Problem.of(opinions, base, outcome, weight)
    with one_thread():
        theta, believed = problem.overall()
        overall = _softmax(theta)
        if regime is None:
            return Stack(overall[None, :], overall)
        known = np.nan_to_num(regime)
        by_regime = [
            _softmax(theta + problem.apart(theta, believed, weight * known[:, number]))
            for number in range(regimes)
        ]
    return Stack(np.stack(by_regime), overall)


@dataclass(frozen=True, slots=True, eq=False)
class _Problem:
    """The log loss of a weighted pool, and its slope."""

    move: np.ndarray
    """(m, n) that the price will move."""
    lean: np.ndarray
    """(m, n) where to."""
    base: np.ndarray
    """(n, 3) logs of the base rates."""
    outcome: np.ndarray
    weight: np.ndarray

    @classmethod
    def of(
        cls, opinions: np.ndarray, base: np.ndarray, outcome: np.ndarray, weight: np.ndarray
    ) -> "_Problem":
        down, flat, up = np.moveaxis(opinions, 2, 0)
        return cls(0.5 * (up + down) - flat, 0.5 * (up - down), np.log(base), outcome, weight)

    def overall(self) -> tuple[np.ndarray, np.ndarray]:
        """θ (m,) and how far the pool is believed (2,), the best of several starts: equal, and each member ahead."""
        from scipy.optimize import minimize

        members = len(self.move)

        def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
            theta, believed = at[:members], at[members:]
            value, slope, slope_believed = self._loss(theta, believed, self.weight)
            prior = 0.5 * (believed @ believed + theta @ theta / _OVERALL_SPREAD**2)
            slopes = [slope + theta / _OVERALL_SPREAD**2, slope_believed + believed]
            return value + prior, np.concatenate(slopes)

        starts = [np.zeros(members), *(1.5 * np.eye(members))]
        bounds = [(-6.0, 6.0)] * members + [(0.0, 2.0)] * 2
        found = [
            minimize(loss, np.append(theta, (1.0, 1.0)), jac=True, method="L-BFGS-B", bounds=bounds)
            for theta in starts
        ]
        best = min(found, key=lambda run: float(run.fun)).x
        return best[:members], best[members:]

    def apart(self, theta: np.ndarray, believed: np.ndarray, weight: np.ndarray) -> np.ndarray:
        """How far a regime's θ lies from that of all, (m,)."""
        from scipy.optimize import minimize

        def loss(apart: np.ndarray) -> tuple[float, np.ndarray]:
            value, slope, _ = self._loss(theta + apart, believed, weight)
            return value + 0.5 * apart @ apart / _REGIME_SPREAD**2, slope + apart / _REGIME_SPREAD**2

        bounds = [(-3.0, 3.0)] * len(theta)
        return minimize(loss, np.zeros_like(theta), jac=True, method="L-BFGS-B", bounds=bounds).x

    def _loss(
        self, theta: np.ndarray, believed: np.ndarray, weight: np.ndarray
    ) -> tuple[float, np.ndarray, np.ndarray]:
        """Weighted log loss and its slopes by θ (m,) and by the two beliefs (2,)."""
        share = _softmax(theta)
        move, lean = share @ self.move, share @ self.lean
        logits = self.base.copy()
        logits[:, 0] += believed[0] * move - believed[1] * lean
        logits[:, 2] += believed[0] * move + believed[1] * lean
        logits -= logits.max(axis=1, keepdims=True)
        chance = np.exp(logits)
        chance /= chance.sum(axis=1, keepdims=True)
        rows = np.arange(len(self.outcome))
        value = float(weight @ -np.log(np.maximum(chance[rows, self.outcome], 1e-300)))
        by_move = weight * (1.0 - chance[:, 1] - (self.outcome != 1))
        by_lean = weight * (chance[:, 2] - chance[:, 0] - (self.outcome - 1))
        by_share = believed[0] * (self.move @ by_move) + believed[1] * (self.lean @ by_lean)
        slope = share * (by_share - share @ by_share)
        return value, slope, np.array([by_move @ move, by_lean @ lean])


def _softmax(theta: np.ndarray) -> np.ndarray:
    odds = np.exp(theta - theta.max())
    return odds / odds.sum()
