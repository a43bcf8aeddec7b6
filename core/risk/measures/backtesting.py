"""Was the VaR right? What was lost against the VaR known before, and Kupiec's test of the share of failures."""

import math

import numpy as np

from core.records import Kupiec, VarBacktest, VarMethod
from core.risk.measures import quantiles
from core.risk.measures.value_at_risk import least_returns, value_at_risk

REFITS = 12
"""How often the Pareto tail is fitted anew along a history; between two fits its line stands."""


FEW_EXPECTED = 5
"""Expected exceptions below which the test has little power."""


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


def backtest_var(
    returns: np.ndarray, level: float, method: VarMethod | str, window: int, horizon: int = 1
) -> VarBacktest:
    """VaR from the `window` returns known before, against the return that followed, which it never saw.

    Args:
        returns: (n,), finite, oldest first; each over `horizon` bars up to its own, so that they overlap where that is
            more than one. Only every `horizon`-th is judged, counted from the newest: those do not overlap.
    """
    method, x = VarMethod(method), np.ascontiguousarray(returns, dtype=float)
    least = least_returns(level, method)
    rows = np.arange(len(x) - 1, window + horizon - 2, -horizon)[::-1]
    if not len(rows) or window < least:
        words = f"{method.label} needs windows of {least:,} returns and more after them; there are {len(x):,}, windows hold {window:,}."
        nothing = np.empty(0)
        return VarBacktest(
            method, level, window, rows[:0], nothing, nothing, np.empty(0, dtype=bool), None, words
        )
    windows = np.lib.stride_tricks.sliding_window_view(x, window)[rows - horizon - window + 1]
    line, after = _line(windows, level, method), x[rows]
    judged = np.isfinite(line)
    exceeded = judged & (-after > np.where(judged, line, np.inf))
    if not judged.any():
        words = f"{method.label} refuses every window of this history."
        return VarBacktest(method, level, window, rows, after, line, exceeded, None, words)
    test = kupiec(int(exceeded.sum()), int(judged.sum()), 1.0 - level)
    refused = len(line) - test.n
    words = test.words + (f" {refused:,} times the method refused." if refused else "")
    return VarBacktest(method, level, window, rows, after, line, exceeded, test, words)


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
    counted = f"{x:,} of {n:,} losses were beyond the line; {n * p:.1f} were promised ({p * 100:.3g}%)."
    odds = (
        "p below 0.0001" if chance < 1e-4 else f"p = {chance:.4f}" if chance < 0.01 else f"p = {chance:.2f}"
    )
    if chance >= 0.05:
        few = " So few expected ones can hardly prove it wrong." if n * p < FEW_EXPECTED else ""
        return f"{counted} That fits the promise (Kupiec {odds}).{few}"
    wrong = "too small: losses beyond it are too frequent" if x > n * p else "too large: it is too careful"
    return f"{counted} That is not chance (Kupiec {odds}): this VaR is {wrong}."
