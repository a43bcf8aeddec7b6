"""Textbook figures of an equity curve and its trades: arrays in, numbers out.

Per-bar simple returns, risk-free rate 0, annualised by the square root of the bars in a year; sample standard
deviation (ddof 1). Inputs hold no NaN (they come from checked bars; the long loops do not look again). A figure
that is not defined is None.
"""

import math

import numpy as np
import pandas as pd

from core.records import Metrics

_Z95 = 1.959963984540054


_LEAST = 1e-15
"""Deviations below it are rounding: a ratio over them means nothing."""


def sharpe(returns: np.ndarray, bars_per_year: float) -> float | None:
    """Mean over standard deviation, annualised (Sharpe 1994)."""
    mean, deviation, _ = _moments(returns)
    return mean / deviation * math.sqrt(bars_per_year) if deviation > _LEAST else None


def sortino(returns: np.ndarray, bars_per_year: float) -> float | None:
    """Mean over downside deviation √mean(min(r, 0)²), annualised (Sortino & Price 1994)."""
    mean, _, downside = _moments(returns)
    return mean / downside * math.sqrt(bars_per_year) if downside > _LEAST else None


def volatility(returns: np.ndarray, bars_per_year: float) -> float | None:
    """Standard deviation of returns, annualised."""
    return _moments(returns)[1] * math.sqrt(bars_per_year) if len(returns) > 1 else None


def max_drawdown(equity: np.ndarray) -> float:
    """Largest fall from a peak, as a negative fraction; 0 for a curve that never falls."""
    from core.evaluate.curve import worst_fall

    return worst_fall(equity)


def _moments(returns: np.ndarray) -> tuple[float, float, float]:
    from core.evaluate.curve import moments  # numba is slow to import, and the app starts without it

    return moments(returns)


def cagr(equity: np.ndarray, bars_per_year: float) -> float | None:
    """Compound yearly growth; None below one month, where it says nothing, and after ruin."""
    years = (len(equity) - 1) / bars_per_year
    if years < 1 / 12 or equity[-1] <= 0:
        return None
    return math.expm1(math.log(equity[-1] / equity[0]) / years)


def wilson(wins: float, trials: float, z: float = _Z95) -> tuple[float, float] | None:
    """Interval of a share (Wilson 1927); counts need not be whole, as effective ones are not."""
    if trials <= 0:
        return None
    share = wins / trials
    middle = (share + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z / (1 + z * z / trials) * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials**2))
    return middle - half, middle + half


def break_even(win: float, loss: float, cost: float = 0.0) -> float | None:
    """Win rate at which the expectation is zero: (L + c) / (W + L)."""
    return (loss + cost) / (win + loss) if win + loss > 0 else None


def measure(
    equity: np.ndarray, trades: pd.DataFrame, held: np.ndarray, traded_value: float, bars_per_year: float
) -> Metrics:
    """All figures of one curve.

    Args:
        equity: at each bar's close, (n,), n ≥ 1; the first is the start.
        trades: columns pnl, return_, fees, bars of closed round trips.
        held: whether a position was open at each close, (n,) bool.
        traded_value: sum of |quantity| × price over all fills.
        bars_per_year: for annualising.
    """
    returns = equity[1:] / equity[:-1] - 1.0
    worst = max_drawdown(equity)
    growth = cagr(equity, bars_per_year)
    outcome = trades["return_"].to_numpy(dtype=float)
    wins, losses = outcome[outcome > 0], outcome[outcome <= 0]
    interval = wilson(len(wins), len(outcome))
    gained = float(trades["pnl"].clip(lower=0).sum())
    lost = float(-trades["pnl"].clip(upper=0).sum())
    years = max(len(equity) - 1, 1) / bars_per_year
    return Metrics(
        total_return=float(equity[-1] / equity[0] - 1.0),
        cagr=growth,
        volatility=volatility(returns, bars_per_year),
        sharpe=sharpe(returns, bars_per_year),
        sortino=sortino(returns, bars_per_year),
        calmar=growth / -worst if growth is not None and worst < 0 else None,
        max_drawdown=worst,
        trades=len(outcome),
        win_rate=len(wins) / len(outcome) if len(outcome) else None,
        win_rate_low=interval[0] if interval else None,
        win_rate_high=interval[1] if interval else None,
        break_even_rate=break_even(float(wins.mean()), float(-losses.mean()))
        if len(wins) and len(losses)
        else None,
        profit_factor=gained / lost if lost > 0 else None,
        expectancy=float(outcome.mean()) if len(outcome) else None,
        exposure=float(held.mean()) if len(held) else 0.0,
        turnover=traded_value / float(equity.mean()) / years,
        holding_bars=float(trades["bars"].mean()) if len(trades) else None,
        costs=float(trades["fees"].sum()),
    )
