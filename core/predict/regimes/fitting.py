"""Fit a Gaussian hidden Markov model to bars: many short starts, the best few carried on, degenerate ones refused."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.predict.regimes.kinds import regime_kinds
from core.predict.regimes.model import RegimeModel
from core.predict.regimes.observations import PATH_BARS, Scaling, fit_scaling, observations, raw_observations

if TYPE_CHECKING:
    from hmmlearn.hmm import GaussianHMM

BARS_NEEDED = 500
"""Below, three states with their transitions are more parameters than a history can tell."""
_SHORT, _LONG, _CARRIED = 12, 80, 2
"""EM steps of every start, of the ones carried on, and how many those are."""
_GAIN = 1e-5
"""Log likelihood a bar that an EM step must still gain."""
_SEED_BARS = 50
"""Length of the stretches of history that a random start takes its states from."""
_LEAST_SHARE, _LEAST_VISIT, _LEAST_VARIANCE = 0.03, 1.5, 1e-3


def fit_regimes(bars_until: pd.DataFrame, states: int, starts: int, seed: int) -> RegimeModel | None:
    """The likeliest of several fits (hmmlearn's EM), its states ordered by the variance of their returns.

    EM finds a nearby optimum only, hence many starts (METHOD.md §4). A fit is refused when a state holds under 3 % of
    the bars, lasts under 1.5 bars, or has shrunk to a point; where no fit with so many states is sound, fewer are tried.

    Args:
        bars_until: closed bars of the training part, see core.tables; nothing else is read.
        states: hidden states wanted; fewer than 2 is none.
        starts: of which the best fit is kept, ≥ 1.
        seed: of the random starts; the same bars and seed give the same model.

    Returns:
        None when the history is shorter than 500 bars, the price hardly moves, or no two states can be told apart.
    """
    if states < 2 or len(bars_until) < BARS_NEEDED:
        return None
    scaling = fit_scaling(bars_until)
    if scaling is None:
        return None
    seen = observations(bars_until, scaling)[PATH_BARS:]
    for wanted in range(states, 1, -1):
        fitted = _best_fit(seen, wanted, starts, seed)
        if fitted is not None:
            return _model(*fitted, seen, scaling, bars_until)
    return None


def _best_fit(
    seen: np.ndarray, states: int, starts: int, seed: int
) -> "tuple[GaussianHMM, np.ndarray] | None":
    """The likeliest sound fit and its posterior (n, states)."""
    rng = np.random.default_rng([seed, states])
    begun = [_run(_start(seen, states, rng if number else None), seen, _SHORT) for number in range(starts)]
    begun.sort(key=lambda fit: fit.monitor_.history[-1], reverse=True)
    carried: list[GaussianHMM] = []
    for fit in begun:
        if len(carried) == _CARRIED:
            break
        # Starts that came to the same place are carried on once.
        if all(abs(fit.monitor_.history[-1] - other) > 1e-4 * len(seen) for other in _levels(carried)):
            carried.append(fit)
    finished = sorted((_run(fit, seen, _LONG) for fit in carried), key=lambda f: -f.monitor_.history[-1])
    for fit in finished:
        posterior = np.asarray(fit.predict_proba(seen))
        if _sound(fit, posterior):
            return fit, posterior
    return None


def _levels(fits: "list[GaussianHMM]") -> list[float]:
    return [fit.monitor_.history[-1] for fit in fits]


def _start(seen: np.ndarray, states: int, rng: np.random.Generator | None) -> "GaussianHMM":
    """A model to begin from: states of narrow to wide bars, or (with a generator) of random stretches of history."""
    from hmmlearn.hmm import GaussianHMM

    if rng is None:
        order = np.argsort(seen[:, 1], kind="stable")
        parts = [seen[rows] for rows in np.array_split(order, states)]
    else:
        parts = [seen[at : at + _SEED_BARS] for at in rng.integers(0, len(seen) - _SEED_BARS, states)]
    fit = GaussianHMM(states, "diag", init_params="", min_covar=_LEAST_VARIANCE)
    fit.startprob_ = np.full(states, 1.0 / states)
    fit.transmat_ = np.full((states, states), 0.1 / (states - 1))
    np.fill_diagonal(fit.transmat_, 0.9)
    fit.means_ = np.array([part.mean(axis=0) for part in parts])
    fit.covars_ = np.array([part.var(axis=0) + 0.1 for part in parts])
    return fit


def _run(fit: "GaussianHMM", seen: np.ndarray, steps: int) -> "GaussianHMM":
    """Go on with EM from where the model stands."""
    fit.n_iter, fit.tol = steps, _GAIN * len(seen)
    return fit.fit(seen)


def _sound(fit: "GaussianHMM", posterior: np.ndarray) -> bool:
    parts = (fit.means_, fit.transmat_, np.diagonal(fit.covars_, axis1=1, axis2=2), posterior)
    if not all(np.isfinite(part).all() for part in parts):
        return False
    return bool(
        (posterior.mean(axis=0) >= _LEAST_SHARE).all()
        and (np.diag(fit.transmat_) <= 1.0 - 1e-6).all()
        and (1.0 / (1.0 - np.diag(fit.transmat_)) >= _LEAST_VISIT).all()
        and (parts[2] > 2.0 * _LEAST_VARIANCE).all()
    )


def _model(
    fit: "GaussianHMM", posterior: np.ndarray, seen: np.ndarray, scaling: Scaling, bars: pd.DataFrame
) -> RegimeModel:
    """Parameters in the order of variance, with the moments of each state in the bars' own units."""
    raw = raw_observations(bars, scaling.floor)[PATH_BARS:]
    change = raw[:, 0]
    weight = posterior / posterior.sum(axis=0)
    drift = weight.T @ change
    variance = weight.T @ change**2 - drift**2
    order = np.argsort(variance, kind="stable")
    weight, drift, volatility = weight[:, order], drift[order], np.sqrt(variance[order])
    efficiency, share = weight.T @ raw[:, 2], posterior.mean(axis=0)[order]
    transition = np.asarray(fit.transmat_)[np.ix_(order, order)]
    lasting = 1.0 / (1.0 - np.diag(transition))
    return RegimeModel(
        transition=transition,
        means=np.asarray(fit.means_)[order],
        variances=np.diagonal(fit.covars_, axis1=1, axis2=2)[order].copy(),
        scaling=scaling,
        drift=drift,
        volatility=volatility,
        efficiency=efficiency,
        autocorrelation=_autocorrelation(change, weight, drift, volatility),
        share=share,
        kinds=regime_kinds(drift, volatility, efficiency, lasting, share),
        log_likelihood=float(fit.score(seen)),
        rows=len(bars),
        last_opened=pd.Timestamp(bars.index[-1]),
    )


def _autocorrelation(
    change: np.ndarray, weight: np.ndarray, drift: np.ndarray, volatility: np.ndarray
) -> np.ndarray:
    """Of each state's returns with those of the bar before, weighted by the state of the later bar; −1 … 1."""
    away = change[:, None] - drift
    later, before, share = away[1:], away[:-1], weight[1:]
    both = (share * later * before).sum(axis=0)
    spread = np.sqrt((share * later**2).sum(axis=0) * (share * before**2).sum(axis=0))
    return np.asarray(np.divide(both, spread, out=np.zeros(len(drift)), where=spread > 0.0))
