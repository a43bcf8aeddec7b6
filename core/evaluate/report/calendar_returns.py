"""Returns by the calendar, in UTC."""

import numpy as np
import pandas as pd


def yearly_returns(equity: pd.Series, hold: pd.Series) -> pd.DataFrame:
    """Each year's return beside that of holding, with its best and worst month.

    Args:
        equity, hold: value at each close, index of time (UTC).

    Returns:
        A row per year: year, strategy, hold, ahead (difference), best_month, worst_month (of the strategy). A
        year's first value is the last one of the year before; the first year counts from the first bar.
    """
    times = pd.DatetimeIndex(equity.index)
    year, month = times.year.to_numpy(), times.month.to_numpy()
    months = _returns(equity, year * 12 + month)
    own, other = _returns(equity, year), _returns(hold, year)
    years = (months.index.to_numpy() - 1) // 12
    return pd.DataFrame(
        {
            "year": own.index.to_numpy(),
            "strategy": own.to_numpy(),
            "hold": other.to_numpy(),
            "ahead": own.to_numpy() - other.to_numpy(),
            "best_month": months.groupby(years).max().to_numpy(),
            "worst_month": months.groupby(years).min().to_numpy(),
        }
    )


def _returns(curve: pd.Series, keys: np.ndarray) -> pd.Series:
    """Return of each run of equal keys over the last value before it."""
    ends = curve.groupby(keys).last()
    before = np.r_[float(curve.iloc[0]), ends.to_numpy()[:-1]]
    return ends / before - 1.0
