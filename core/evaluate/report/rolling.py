"""Figures over a window that moves along."""

import numpy as np
import pandas as pd


def rolling_window(bars: int, bars_per_year: float) -> int:
    """Bars of the window: a quarter of a year, at most a third of the run, at least 20."""
    return max(20, min(round(bars_per_year / 4), bars // 3))


def rolling_sharpe(equity: pd.Series, window: int, bars_per_year: float) -> pd.Series:
    """Yearly Sharpe ratio of the last `window` per-bar returns at every bar; NaN before, and where nothing varied.

    The same definition as core.evaluate.metrics.sharpe: mean over sample standard deviation, risk-free rate 0.
    """
    returns = equity.pct_change().iloc[1:]
    means, deviations = returns.rolling(window).mean(), returns.rolling(window).std(ddof=1)
    # the running sums of pandas leave rounding where a flat curve has no variation at all
    return (means / deviations.where(deviations > 1e-12) * np.sqrt(bars_per_year)).reindex(equity.index)
