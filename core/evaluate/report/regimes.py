"""Which kind of market each bar belonged to, from what was known at its close."""

import numpy as np
import pandas as pd

REGIMES = (
    "calm, falling", "calm, rising", "normal, falling", "normal, rising", "wild, falling", "wild, rising",
)  # fmt: skip
"""By number: 2 × tercile of volatility + whether the trend rises."""
UNKNOWN = -1
"""Too little history."""
SPAN = 48
"""Bars over which volatility is measured."""
TREND = 200
"""Bars of the average that tells the trend."""
FEWEST = 200
"""Volatilities that must be known before one is compared with them."""


def market_regimes(closes: pd.Series) -> np.ndarray:
    """The regime at each close, (n,) int8: a place in REGIMES, or UNKNOWN.

    Volatility is the standard deviation of the last SPAN log returns; its tercile is taken among all volatilities up
    to that bar (expanding window). The trend rises while the close is above its own mean over TREND bars. Nothing
    later is read: a value stays the same when the bars after it are taken away.
    """
    logs = pd.Series(np.log(closes.to_numpy(dtype="float64")), index=closes.index)
    volatility = logs.diff().rolling(SPAN).std(ddof=1)
    known = volatility.expanding(FEWEST)
    low, high = known.quantile(1 / 3), known.quantile(2 / 3)
    mean = closes.astype("float64").rolling(TREND).mean().to_numpy()
    tercile = (volatility > low).astype("int8") + (volatility > high).astype("int8")
    number = (2 * tercile + (closes.to_numpy() > mean)).to_numpy(dtype="int8")
    return np.where(np.isfinite(high.to_numpy()) & np.isfinite(mean), number, UNKNOWN).astype("int8")
