"""Value at risk and expected shortfall by a named method, or its refusal with a reason."""

import math

import numpy as np

from core.records import VarEstimate, VarMethod
from core.risk.measures import quantiles
from core.risk.measures.extremes import LEAST_BEYOND, THRESHOLD, pareto_tail

LEAST = 20
"""Returns without which no method says anything."""


def value_at_risk(
    returns: np.ndarray, level: float = 0.95, method: VarMethod | str = VarMethod.HISTORICAL
) -> VarEstimate:
    """What one bar may lose, read off past returns.

    Args:
        returns: simple returns per bar, (n,); of a book: Σ weight × return with the weights of now.
        level: .95 asks for the loss that five bars of a hundred exceed.

    Raises:
        ValueError: a level outside 0.5 … 1, or an unknown method.
    """
    if not 0.5 < level < 1:
        raise ValueError(f"The level is a share between 0.5 and 1, not {level}.")
    method, x = VarMethod(method), np.asarray(returns, dtype=float)
    refusal = _unfit(x, level, method)
    if refusal:
        return VarEstimate(None, None, method, refusal, level, len(x))
    find = {VarMethod.HISTORICAL: _historical, VarMethod.GAUSSIAN: _gaussian,
            VarMethod.CORNISH_FISHER: _cornish_fisher, VarMethod.EVT: _evt}[method]  # fmt: skip
    var, es, words = find(x, level)
    return VarEstimate(var, es, method, words, level, len(x))


def all_methods(returns: np.ndarray, level: float = 0.95) -> tuple[VarEstimate, ...]:
    """The same returns by every method."""
    return tuple(value_at_risk(returns, level, method) for method in VarMethod)


def least_returns(level: float, method: VarMethod) -> int:
    """Returns below which a method refuses."""
    if method is VarMethod.HISTORICAL:
        return max(LEAST, math.ceil(round(1.0 / (1.0 - level), 6)))
    if method is VarMethod.EVT:
        return math.ceil(round(LEAST_BEYOND / (1.0 - THRESHOLD), 6))
    return LEAST


def _unfit(x: np.ndarray, level: float, method: VarMethod) -> str:
    """Why these returns cannot be judged; empty when they can."""
    if not np.isfinite(x).all():
        return "The returns have gaps, so no quantile of them is known."
    least = least_returns(level, method)
    if len(x) < least:
        reason = {
            VarMethod.HISTORICAL: f"the {level:.3g} quantile lies beyond the worst of fewer than {least}",
            VarMethod.EVT: f"the tail needs {LEAST_BEYOND} losses beyond the {THRESHOLD:.0%} quantile",
        }.get(method, "their spread says nothing yet")
        return f"{len(x)} returns are too few, at least {least} are needed: {reason}."
    if method is VarMethod.EVT and level < THRESHOLD:
        return f"The tail is fitted beyond the {THRESHOLD:.0%} quantile; it says nothing at {level:.1%}."
    return ""


_Found = tuple[float | None, float | None, str]


def _historical(x: np.ndarray, level: float) -> _Found:
    tail = 1.0 - level
    worst = int(tail * (len(x) - 1)) + 1
    return (
        float(quantiles.historical(x, tail)),
        float(quantiles.historical_shortfall(x, tail)),
        f"Linear quantile of {len(x):,} past returns; CVaR is the mean of the worst {worst:,}.",
    )


def _gaussian(x: np.ndarray, level: float) -> _Found:
    tail = 1.0 - level
    return (
        float(quantiles.gaussian(x, tail)),
        float(quantiles.gaussian_shortfall(x, tail)),
        f"Normal distribution with mean {x.mean():.4%} and deviation {x.std(ddof=1):.4%}; fat tails are not in it.",
    )


def _cornish_fisher(x: np.ndarray, level: float) -> _Found:
    tail = 1.0 - level
    skewness, excess = (float(part) for part in quantiles.shape(x))
    told = f"skewness {skewness:.2f} and excess kurtosis {excess:.2f}"
    z = float(quantiles.cornish_fisher(tail, skewness, excess))
    if math.isnan(z):
        words = f"With {told} the expansion is not monotone: a rarer loss would come out smaller."
        return None, None, words
    mean, deviation = float(x.mean()), float(x.std(ddof=1))
    beyond = quantiles.cornish_fisher_shortfall(tail, skewness, excess)
    words = f"Normal distribution bent by {told}: z is {z:.3f}; CVaR is the mean of the bent tail."
    return -mean - z * deviation, -mean - beyond * deviation, words


def _evt(x: np.ndarray, level: float) -> _Found:
    tail = pareto_tail(x)
    if tail is None:
        words = (
            f"Fewer than {LEAST_BEYOND} losses lie beyond the {THRESHOLD:.0%} quantile, as many are the same."
        )
        return None, None, words
    told = f"{tail.beyond:,} losses beyond {tail.threshold:.3%}: shape ξ {tail.shape:.3f}, scale β {tail.scale:.3%}"
    es = tail.expected_shortfall(level)
    if es is None:
        return None, None, f"{told}. From ξ = 1 on the mean loss has no bound, so no number is given."
    return tail.value_at_risk(level), es, f"Generalised Pareto distribution over {told}."
