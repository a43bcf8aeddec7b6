"""Made-up markets that several tests share."""

import numpy as np
import pandas as pd


def seeded_bars(rows: int, seed: int = 1) -> pd.DataFrame:
    """Hourly bars with fat tails and calm and wild times; the same seed gives the same bars."""
    rng = np.random.default_rng(seed)
    sigma = 0.006 * np.exp(0.5 * np.sin(np.arange(rows) / 40.0))
    close = 100.0 * np.exp(np.cumsum(sigma * rng.standard_t(4, rows)))
    opened = np.concatenate(([100.0], close[:-1])) * np.exp(rng.normal(0.0, 0.0005, rows))
    high = np.maximum(opened, close) * np.exp(np.abs(rng.normal(0.0, 0.003, rows)))
    low = np.minimum(opened, close) * np.exp(-np.abs(rng.normal(0.0, 0.003, rows)))
    index = pd.date_range("2019-01-01", periods=rows, freq="h", tz="UTC", unit="us", name="date")
    return pd.DataFrame(
        {"open": opened, "high": high, "low": low, "close": close, "volume": rng.lognormal(5.0, 1.0, rows)},
        index=index,
    )
