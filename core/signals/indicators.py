"""Indicators that several strategies ask for: the feature where there is one, else computed alike."""

import numpy as np
import pandas as pd

MEMORY = 12
"""Lengths of a Wilder average after which its start no longer shows (an error of about 1e-5)."""
EMA_MEMORY = 7
"""The same for an exponential average."""


def sma(bars: pd.DataFrame, features: pd.DataFrame, length: int) -> np.ndarray:
    """Simple average of the close, price units; null in the first length − 1 bars."""
    name = f"sma_{length}"
    if name in features:
        return features[name].to_numpy()
    import talib

    return np.asarray(talib.SMA(bars["close"].to_numpy(), length))


def rsi(bars: pd.DataFrame, features: pd.DataFrame, length: int) -> np.ndarray:
    """Relative strength, 0 … 100; null while its start shows."""
    name = f"rsi_{length}"
    if name in features:
        return features[name].to_numpy()
    import talib

    values = np.array(talib.RSI(bars["close"].to_numpy(), length))
    values[: MEMORY * length] = np.nan
    return values


def bollinger(
    bars: pd.DataFrame, features: pd.DataFrame, length: int, width: float
) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper band, price units; the features hold those of 20 bars and 2 deviations."""
    if (length, width) == (20, 2.0) and "bb_lower" in features:
        return features["bb_lower"].to_numpy(), features["bb_upper"].to_numpy()
    import talib

    high, _, low = talib.BBANDS(bars["close"].to_numpy(), length, width, width)
    return np.asarray(low), np.asarray(high)


def macd_histogram(
    bars: pd.DataFrame, features: pd.DataFrame, fast: int, slow: int, signal: int
) -> np.ndarray:
    """MACD minus its signal line, price units; null while its start shows."""
    if (fast, slow, signal) == (12, 26, 9) and "macd_hist" in features:
        return features["macd_hist"].to_numpy()
    import talib

    values = np.array(talib.MACD(bars["close"].to_numpy(), fast, slow, signal)[2])
    values[: EMA_MEMORY * slow] = np.nan
    return values


def highest(values: np.ndarray, length: int) -> np.ndarray:
    """Highest of the last `length` values, the newest among them; null in the first length − 1."""
    return _extreme(values, length, "MAX")


def lowest(values: np.ndarray, length: int) -> np.ndarray:
    """Lowest of the last `length` values, the newest among them; null in the first length − 1."""
    return _extreme(values, length, "MIN")


def _extreme(values: np.ndarray, length: int, name: str) -> np.ndarray:
    import talib

    return values if length == 1 else np.asarray(getattr(talib, name)(values, length))


def before(values: np.ndarray, bars: int = 1) -> np.ndarray:
    """The values `bars` bars ago; null in the first."""
    moved = np.full(len(values), np.nan)
    moved[bars:] = values[: max(len(values) - bars, 0)]
    return moved


def last_event(happened: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Row of the newest event at or before each bar (−1: none yet), and its age in bars."""
    rows = np.arange(len(happened))
    place = np.maximum.accumulate(np.where(happened, rows, -1)) if len(rows) else rows
    return place, rows - place
