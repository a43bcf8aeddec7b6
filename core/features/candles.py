"""Candle shape: what happened inside the last bar."""

import numpy as np
import talib

from core.features.feature import Family, Feature
from core.features.prices import ATR_WARMUP, Prices, in_units, positive


def _feature(name: str, warmup: int, unit: str, words: str, formula: str, source: str) -> Feature:
    return Feature(name, "candle", warmup, unit, words, formula, source)


FEATURES = (
    _feature("body", 0, "−1 … 1", "body of the last candle: rose or fell within its range", "(close − open) / (high − low), −1…1", "Nison 1991"),
    _feature("upper_wick", 0, "0 … 1", "upper wick of the last candle", "(high − max(open, close)) / (high − low), 0…1", "Nison 1991"),
    _feature("lower_wick", 0, "0 … 1", "lower wick of the last candle", "(min(open, close) − low) / (high − low), 0…1", "Nison 1991"),
    _feature("range_atr", ATR_WARMUP, "ATR", "height of the last candle", "(high − low) / ATR14", "TA-Lib ATR"),
    _feature("gap", ATR_WARMUP, "ATR", "open above the close before", "(open − previous close) / ATR14", "TA-Lib ATR"),
    _feature("engulfing", 2, "−1 … 1", "candle that swallows the one before: 1 bullish, −1 bearish", "1 bullish, −1 bearish engulfing pattern, else 0", "TA-Lib CDLENGULFING; Nison 1991"),
    _feature("doji", 10, "0 or 1", "candle without a body: nobody won", "1 when the body is a tenth of the usual high − low at most", "TA-Lib CDLDOJI; Nison 1991"),
    _feature("star", 12, "−1 … 1", "three-candle turn: 1 morning star (up), −1 evening star (down)", "1 morning star, −1 evening star, else 0", "TA-Lib CDLMORNINGSTAR, CDLEVENINGSTAR; Nison 1991"),
    _feature("harami", 11, "−1 … 1", "small candle inside the one before: 1 bullish, −1 bearish", "1 bullish, −1 bearish harami, else 0", "TA-Lib CDLHARAMI; Nison 1991"),
    _feature("three_outside", 3, "−1 … 1", "engulfing candle that the next one confirms: 1 up, −1 down", "1 three outside up, −1 down, else 0", "TA-Lib CDL3OUTSIDE; Morris 2006"),
    _feature("three_inside", 12, "−1 … 1", "harami that the next candle confirms: 1 up, −1 down", "1 three inside up, −1 down, else 0", "TA-Lib CDL3INSIDE; Morris 2006"),
)  # fmt: skip


def compute(p: Prices) -> dict[str, np.ndarray]:
    """All candle features; shapes are null where high equals low."""
    candle = (p.open, p.high, p.low, p.close)
    height = p.high - p.low
    body = p.close - p.open
    gap = np.empty_like(p.open)
    gap[0] = np.nan
    np.subtract(p.open[1:], p.close[:-1], out=gap[1:])
    range_atr = height / p.atr
    positive(height)
    return {
        "body": in_units(body, height),
        "upper_wick": in_units(p.high - np.maximum(p.open, p.close), height),
        "lower_wick": in_units(np.minimum(p.open, p.close) - p.low, height),
        "range_atr": range_atr,
        "gap": in_units(gap, p.atr),
        "engulfing": talib.CDLENGULFING(*candle) * 0.01,
        "doji": talib.CDLDOJI(*candle) * 0.01,
        "star": (talib.CDLMORNINGSTAR(*candle) + talib.CDLEVENINGSTAR(*candle)) * 0.01,
        "harami": talib.CDLHARAMI(*candle) * 0.01,
        "three_outside": talib.CDL3OUTSIDE(*candle) * 0.01,
        "three_inside": talib.CDL3INSIDE(*candle) * 0.01,
    }


CANDLES = Family(
    "candle",
    FEATURES,
    compute,
    "Candles: what happened inside the last bar and the two before.",
)
