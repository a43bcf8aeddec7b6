"""Candle shape: what happened inside the last bar."""

import numpy as np
import talib

from core.features.feature import Family, Feature
from core.features.prices import ATR_WARMUP, Prices, in_units, positive


def _feature(name: str, warmup: int, formula: str, source: str) -> Feature:
    return Feature(name, "candle", warmup, formula, source)


FEATURES = (
    _feature("body", 0, "(close − open) / (high − low), −1…1", "Nison 1991"),
    _feature("upper_wick", 0, "(high − max(open, close)) / (high − low), 0…1", "Nison 1991"),
    _feature("lower_wick", 0, "(min(open, close) − low) / (high − low), 0…1", "Nison 1991"),
    _feature("range_atr", ATR_WARMUP, "(high − low) / ATR14", "TA-Lib ATR"),
    _feature("gap", ATR_WARMUP, "(open − previous close) / ATR14", "TA-Lib ATR"),
    _feature("engulfing", 2, "1 bullish, −1 bearish engulfing pattern, else 0", "TA-Lib CDLENGULFING; Nison 1991"),
    _feature("doji", 10, "1 when the body is a tenth of the usual high − low at most", "TA-Lib CDLDOJI; Nison 1991"),
)  # fmt: skip


def compute(p: Prices) -> dict[str, np.ndarray]:
    """All candle features; shapes are null where high equals low."""
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
        "engulfing": talib.CDLENGULFING(p.open, p.high, p.low, p.close) * 0.01,
        "doji": talib.CDLDOJI(p.open, p.high, p.low, p.close) * 0.01,
    }


CANDLES = Family("candle", FEATURES, compute)
