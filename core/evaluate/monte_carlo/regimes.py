"""Regime-switching paths: a hidden Markov chain of a calm and a wild state with normal returns (Hamilton 1989)."""

from dataclasses import dataclass

import numpy as np

from core.errors import InputError, NotEnoughHistory
from core.evaluate.monte_carlo.paths import Draws

LEAST = 250
"""Returns below which nothing is fitted."""
LONGEST = 5_000
"""The last returns that the fit looks at."""
STARTS = 10
"""Fits from different beginnings, of which the likeliest is taken: one alone may end in a poor optimum."""


@dataclass(frozen=True, slots=True)
class Regimes:
    """Two states, the calm one (smaller variance) first."""

    wild_now: float
    """Chance that the step after the last is of the second state."""
    stay: tuple[float, float]
    """Chance that a state goes on."""
    mean: tuple[float, float]
    deviation: tuple[float, float]
    """Of one step's return."""


def fit_regimes(returns: np.ndarray, seed: int = 0) -> Regimes:
    """Fit by expectation maximisation (`hmmlearn`), the best of ten starts, states ordered by variance.

    Raises:
        NotEnoughHistory: fewer than 250 returns.
        InputError: they do not vary, or no start gives a model.
    """
    if len(returns) < LEAST:
        raise NotEnoughHistory(
            f"Regime paths need {LEAST} bar returns and the run has {len(returns)}: choose a longer run or another method."
        )
    recent = np.asarray(returns[-LONGEST:], float)
    centre, scale = float(recent.mean()), float(recent.std())
    if scale < 1e-12:
        raise InputError("The returns of this run do not vary, so there are no regimes to find.")
    best = _best_fit(((recent - centre) / scale).reshape(-1, 1), seed)
    order = np.argsort(best.covars_.ravel())
    moves = best.transmat_[np.ix_(order, order)]
    now = best.predict_proba(((recent - centre) / scale).reshape(-1, 1))[-1][
        order
    ]  # the last one sees no future
    means = best.means_.ravel()[order] * scale + centre
    deviations = np.sqrt(best.covars_.ravel()[order]) * scale
    return Regimes(
        wild_now=float(now @ moves[:, 1]),
        stay=(float(moves[0, 0]), float(moves[1, 1])),
        mean=(float(means[0]), float(means[1])),
        deviation=(float(deviations[0]), float(deviations[1])),
    )


def regime_draws(fitted: Regimes) -> Draws:
    """Paths that begin in the state that the last bar suggests; a step cannot lose more than everything."""
    from core.evaluate.monte_carlo.kernel import REGIMES

    numbers = [fitted.wild_now, *fitted.stay, *fitted.mean, *fitted.deviation]
    return Draws(REGIMES, np.zeros(1), np.array(numbers))


def _best_fit(values: np.ndarray, seed: int):  # type: ignore[no-untyped-def]  # hmmlearn carries no types
    from hmmlearn.hmm import GaussianHMM

    best, likeliest = None, -np.inf
    for start in range(STARTS):
        model = GaussianHMM(2, "diag", n_iter=60, tol=1e-2, random_state=seed + start, covars_prior=1e-4)
        try:
            likelihood = float(model.fit(values).score(values))
        except ValueError:
            continue  # this start left a state without bars
        if likelihood > likeliest and np.isfinite(likelihood):
            best, likeliest = model, likelihood
    if best is None:
        raise InputError("No two regimes can be told apart in this run: choose the block bootstrap instead.")
    return best
