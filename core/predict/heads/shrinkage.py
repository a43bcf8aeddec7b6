"""How far a quantile model is believed, learnt from what it said out of sample.

As the direction is believed in two parts (see core.predict.calibration), so are quantiles: where the middle lies,
and how wide they stand around it. Volatility clusters, so that the width can often be known where the middle cannot.
With r the model's quantiles and b the training part's own,

    q_50 = b_50 + location · (r_50 − b_50)
    q_k  = q_50 + (1 − spread) · (b_k − b_50) + spread · (r_k − r_50)

Both at 0 say the base, both at 1 the model.
"""

from dataclasses import dataclass

import numpy as np

from core.predict.heads.boosted import pinball

_MIDDLE = 2
_STEPS = tuple(step / 10 for step in range(11))
_SWEEPS = 2


@dataclass(frozen=True, slots=True)
class Shrinkage:
    """Share of the model's word that counts, 0 (the base alone) … 1 (as stated)."""

    location: float
    """Of the median."""
    spread: float
    """Of the distances from it."""

    @property
    def silent(self) -> bool:
        """The model adds nothing."""
        return self.location == 0.0 and self.spread == 0.0

    def apply(self, raw: np.ndarray, base: np.ndarray) -> np.ndarray:
        """Shrunk quantiles (n, 5); ascending where both are; exactly the base when the model is silent.

        Args:
            raw: (n, 5) of the model.
            base: (5,) or (n, 5) of the training part.
        """
        base = np.broadcast_to(base, raw.shape)
        if self.silent:
            return base.copy()
        middle, base_middle = raw[:, [_MIDDLE]], base[:, [_MIDDLE]]
        stood = base - base_middle
        width = stood + self.spread * ((raw - middle) - stood)
        return base_middle + self.location * (middle - base_middle) + width


def fit_shrinkage(raw: np.ndarray, base: np.ndarray, scaled: np.ndarray, weight: np.ndarray) -> Shrinkage:
    """The most probable shrinkage when beforehand each part is thought to be 0 ± 1.

    Minimises n_eff · ln(loss / loss of the base) + (location² + spread²) / 2, the profile likelihood of an
    asymmetric Laplace error (Yu and Moyeed 2001) with a normal prior. The loss is the pinball loss averaged over
    the levels, each in units of the base's own, so that the tails count as much as the middle.

    Args:
        raw: (n, 5) quantiles said out of sample.
        base: (n, 5) of the training part at the time.
        scaled: (n,) what happened.
        weight: (n,) average uniqueness; few independent rows move it little.
    """
    if len(scaled) == 0:
        return Shrinkage(0.0, 0.0)
    reference = np.maximum(pinball(base, scaled, weight), 1e-12)
    effective = weight.sum()

    def cost(candidate: Shrinkage) -> float:
        loss = float(np.mean(pinball(candidate.apply(raw, base), scaled, weight) / reference))
        prior = 0.5 * (candidate.location**2 + candidate.spread**2)
        return float(effective * np.log(max(loss, 1e-12)) + prior)

    best = Shrinkage(0.0, 0.0)
    # Each part by itself and again: the loss is convex in both together.
    for _ in range(_SWEEPS):
        best = min((Shrinkage(best.location, step) for step in _STEPS), key=cost)
        best = min((Shrinkage(step, best.spread) for step in _STEPS), key=cost)
    return best
