"""Was the VaR right? Each bar against the VaR of the window before it, and Kupiec's test of the share of failures."""

import math

import numpy as np

from core.records import Kupiec, VarBacktest, VarMethod
from core.risk.measures import quantiles
from core.risk.measures.value_at_risk import least_returns, value_at_risk

REFITS = 30
"""How often the Pareto tail is fitted anew along a history; between two fits its line stands."""


def kupiec(exceptions: int, n: int, p: float) -> Kupiec:
    """Proportion-of-failures test (Kupiec 1995): −2·ln of the likelihood at p over that at exceptions / n.

    It counts failures only; whether they come in clusters it does not see.

    Raises:
        ValueError: no bars, more exceptions than bars, or p outside 0 … 1.
    """
    if not (0 <= exceptions <= n and n > 0 and 0 < p < 1):
        raise ValueError(f"{exceptions} exceptions of {n} at {p} cannot be judged.")
    seen = exceptions / n
    lr = max(0.0, 2.0 * (_log_likelihood(exceptions, n, seen) - _log_likelihood(exceptions, n, p)))
    chance = math.erfc(math.sqrt(lr / 2.0))  # upper tail of χ² with one degree of freedom
    return Kupiec(exceptions, n, p, lr, chance, _verdict(exceptions, n, p, chance))


def backtest_var(returns: np.ndarray, level: float, method: VarMethod | str, window: int) -> VarBacktest:
    """VaR at each bar from the `window` returns before it, never from the bar itself.

    Args:
        returns: (n,), finite, oldest first.
    """
    method, x = VarMethod(method), np.ascontiguousarray(returns, dtype=float)
    if len(x) <= window or window < least_returns(level, method):
        need = max(window, least_returns(level, method))
        words = f"{method.label} needs more than {need:,} returns to be tested; there are {len(x):,} with windows of {window:,}."
        return VarBacktest(method, level, window, *(np.empty(0),) * 2, np.empty(0, dtype=bool), None, words)
    windows = np.lib.stride_tricks.sliding_window_view(x, window)[:-1]
    line, after = _line(windows, level, method), x[window:]
    judged = np.isfinite(line)
    exceeded = judged & (-after > np.where(judged, line, np.inf))
    if not judged.any():
        words = f"{method.label} refuses every window of this history."
        return VarBacktest(method, level, window, after, line, exceeded, None, words)
    test = kupiec(int(exceeded.sum()), int(judged.sum()), 1.0 - level)
    refused = len(line) - test.n
    words = test.words + (f" In {refused:,} bars the method refused." if refused else "")
    return VarBacktest(method, level, window, after, line, exceeded, test, words)


def _line(windows: np.ndarray, level: float, method: VarMethod) -> np.ndarray:
    tail = 1.0 - level
    if method is VarMethod.HISTORICAL:
        return quantiles.historical(windows, tail)
    if method is VarMethod.GAUSSIAN:
        return quantiles.gaussian(windows, tail)
    if method is VarMethod.CORNISH_FISHER:
        z = quantiles.cornish_fisher(tail, *quantiles.shape(windows))
        return -windows.mean(axis=-1) - z * windows.std(axis=-1, ddof=1)
    every = max(1, math.ceil(len(windows) / REFITS))
    fits = [value_at_risk(row, level, method).var for row in windows[::every]]
    return np.repeat([math.nan if fit is None else fit for fit in fits], every)[: len(windows)]


def _log_likelihood(x: int, n: int, p: float) -> float:
    """Of x failures among n with chance p; 0·ln 0 = 0."""
    return (x * math.log(p) if x else 0.0) + ((n - x) * math.log1p(-p) if n > x else 0.0)


def _verdict(x: int, n: int, p: float, chance: float) -> str:
    counted = f"{x:,} of {n:,} bars lost more than the line; {n * p:.1f} were promised at {p * 100:.3g}%."
    odds = (
        "p below 0.0001" if chance < 1e-4 else f"p = {chance:.4f}" if chance < 0.01 else f"p = {chance:.2f}"
    )
    if chance >= 0.05:
        return f"{counted} That fits the promise (Kupiec {odds})."
    wrong = "too small: losses beyond it are too frequent" if x > n * p else "too large: it is too careful"
    return f"{counted} That is not chance (Kupiec {odds}): this VaR is {wrong}."
