"""How much of the account was in the market, and how often it was turned over."""

import numpy as np
import pandas as pd


def executed(events: pd.DataFrame) -> pd.DataFrame:
    """Of all that a backtest noted in `fills`, the rows in which units changed hands."""
    from core.execute.layout import FILLS

    return events[events["kind"].isin(FILLS)].reset_index(drop=True)


def exposure(fills: pd.DataFrame, closes: np.ndarray, equity: np.ndarray) -> np.ndarray:
    """Signed value of the position at each close as a share of equity, (n,).

    Args:
        fills: bar (row) and quantity (signed) of everything that was executed.
        closes, equity: at each bar, (n,); NaN comes out where equity is not above zero.
    """
    traded = np.zeros(len(closes))
    np.add.at(traded, fills["bar"].to_numpy(dtype=np.int64), fills["quantity"].to_numpy(dtype=np.float64))
    held = np.cumsum(traded)
    held[np.abs(held) < 1e-12 * max(float(np.abs(traded).max(initial=0.0)), 1e-300)] = 0.0
    return np.divide(held * closes, equity, out=np.full(len(closes), np.nan), where=equity > 0)


def monthly_turnover(fills: pd.DataFrame, equity: pd.Series) -> pd.Series:
    """Traded value of each month over its mean equity, by the first moment of the month (UTC).

    Args:
        fills: bar, quantity and price of everything that was executed.
        equity: at each close, index of time.
    """
    value = np.zeros(len(equity))
    amounts = np.abs(fills["quantity"].to_numpy() * fills["price"].to_numpy()).astype(np.float64)
    np.add.at(value, fills["bar"].to_numpy(dtype=np.int64), amounts)
    index = pd.DatetimeIndex(equity.index)
    plain = index.tz_convert("UTC").tz_localize(None) if index.tz is not None else index
    month = plain.to_period("M").to_timestamp()
    traded, mean = pd.Series(value).groupby(month).sum(), pd.Series(equity.to_numpy()).groupby(month).mean()
    return (traded / mean).rename("turnover")
