"""Compile, or load from the cache, what the first cycle asks of this room."""

import numpy as np
import pandas as pd

from core.patterns.levels import level_events, levels_of
from core.patterns.patterns import patterns_of


def warm() -> None:
    """Look for everything in a made-up zigzag."""
    close = 100.0 + 10.0 * np.abs(np.arange(60.0) % 20 - 10)
    index = pd.date_range("2020-01-01", periods=60, freq="h", tz="UTC", name="date")
    bars = pd.DataFrame(
        {"open": close, "high": close + 1.0, "low": close - 1.0, "close": close, "volume": 1.0}, index=index
    )
    patterns_of(bars)
    levels_of(bars)
    level_events(bars)
