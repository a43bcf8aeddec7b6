"""Fewer points than pixels: coarser bars and lines that keep every extreme."""

import numpy as np
import pandas as pd

MOST_BARS = 3_000
"""Candles drawn at once; more than a screen has columns for."""
MOST_POINTS = 4_000
"""Points of a line drawn at once."""


def thin_bars(bars: pd.DataFrame, most: int = MOST_BARS) -> tuple[pd.DataFrame, int]:
    """Join runs of bars until at most `most` remain.

    Args:
        bars: columns open, high, low, close, volume (core.tables).

    Returns:
        The bars, unchanged when few enough, and how many bars each one stands for. A joined bar is dated by its
        first, has the highest high, the lowest low and the sum of volumes; the last one may stand for fewer.
    """
    every = -(-len(bars) // most) if len(bars) else 1
    if every == 1:
        return bars, 1
    starts = np.arange(0, len(bars), every)
    return pd.DataFrame(
        {
            "open": bars["open"].to_numpy()[starts],
            "high": np.maximum.reduceat(bars["high"].to_numpy(), starts),
            "low": np.minimum.reduceat(bars["low"].to_numpy(), starts),
            "close": bars["close"].to_numpy()[_ends(starts, every, len(bars))],
            "volume": np.add.reduceat(bars["volume"].to_numpy(), starts),
        },
        index=bars.index[starts],
    ), every


def thin_columns(features: pd.DataFrame, every: int) -> pd.DataFrame:
    """Features on the rows of `thin_bars`: what each run knew at its last bar, dated by its first."""
    if every == 1:
        return features
    starts = np.arange(0, len(features), every)
    return features.iloc[_ends(starts, every, len(features))].set_axis(features.index[starts])


def thin_series(series: pd.Series, most: int = MOST_POINTS) -> pd.Series:
    """Keep the first, lowest, highest and last point of each run, so that at most `most` remain.

    Every value that remains is a value of the input at its own time; the overall extremes and both ends stay.
    Rows that are not a number are left out.
    """
    series = series.dropna()
    if len(series) <= most:
        return series
    values = series.to_numpy()
    every = -(-len(values) * 4 // (most - 4))
    runs = len(values) // every
    body = values[: runs * every].reshape(runs, every)
    offsets = np.arange(runs) * every
    tail = np.arange(runs * every, len(values))
    lows, highs = offsets + body.argmin(axis=1), offsets + body.argmax(axis=1)
    if len(tail):
        lows = np.append(lows, tail[0] + values[tail].argmin())
        highs = np.append(highs, tail[0] + values[tail].argmax())
    ends = np.append(offsets + every - 1, len(values) - 1)
    return series.iloc[np.unique(np.concatenate([offsets, lows, highs, ends]))]


def _ends(starts: np.ndarray, every: int, length: int) -> np.ndarray:
    return np.minimum(starts + every, length) - 1
