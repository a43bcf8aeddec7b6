"""Small bars for tests."""

from datetime import datetime, timedelta

import numpy as np
import pandas as pd


def make_bars(
    start: datetime, count: int, step: timedelta, seed: int = 0, level: float = 100.0
) -> pd.DataFrame:
    """A random walk of sound bars."""
    rng = np.random.default_rng(seed)
    close = level * np.exp(np.cumsum(rng.normal(0, 0.004, count)))
    opened = np.concatenate(([level], close[:-1]))
    index = pd.date_range(start, periods=count, freq=step, name="date").as_unit("us")
    return pd.DataFrame(
        {
            "open": opened,
            "high": np.maximum(opened, close) * 1.001,
            "low": np.minimum(opened, close) * 0.999,
            "close": close,
            "volume": rng.uniform(1, 2, count),
        },
        index=index,
    )
