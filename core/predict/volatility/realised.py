"""What volatility is measured by: log returns, and the variance that a bar's four prices tell."""

import math

import numpy as np
import pandas as pd


def log_returns(bars: pd.DataFrame) -> np.ndarray:
    """ln(close / previous close) of every bar but the first, (n − 1,)."""
    return np.diff(np.log(bars["close"].to_numpy(dtype=np.float64)))


def bar_variance(bars: pd.DataFrame) -> np.ndarray:
    """Variance of each bar but the first by its prices: Garman & Klass 1980, and the squared gap before its open, (n − 1,).

    Far less noisy than the squared return. Bars that touch few prices make it too low on average; see `proportion`.
    """
    opened, high, low, close = (
        np.log(bars[name].to_numpy(dtype=np.float64)) for name in ("open", "high", "low", "close")
    )
    inside = 0.5 * (high - low) ** 2 - (2.0 * math.log(2.0) - 1.0) * (close - opened) ** 2
    return np.asarray(np.maximum(inside[1:], 0.0) + (opened[1:] - close[:-1]) ** 2)


def proportion(returns: np.ndarray, variance: np.ndarray) -> float:
    """Factor that brings bar variances to the level of squared returns (Hansen & Lunde 2005); 1 where none moved."""
    total = float(variance.sum())
    return float((returns**2).sum()) / total if total > 0.0 else 1.0


def sums_ahead(values: np.ndarray, bars: int) -> np.ndarray:
    """Sum of the next `bars` values after each row, (n,); null where they are not complete."""
    out = np.full(len(values), np.nan)
    if len(values) > bars:
        total = np.concatenate(([0.0], np.cumsum(values)))
        out[: len(values) - bars] = total[bars + 1 :] - total[1 : len(values) - bars + 1]
    return out


def means_behind(values: np.ndarray, bars: int) -> np.ndarray:
    """Mean of the last `bars` values up to each row, (n,); of those there are at the beginning."""
    total = np.concatenate(([0.0], np.cumsum(values)))
    row = np.arange(1, len(values) + 1)
    first = np.maximum(row - bars, 0)
    return np.asarray((total[row] - total[first]) / (row - first))
