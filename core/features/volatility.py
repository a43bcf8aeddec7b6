"""Volatility: how wide the price moves, and whether that widens."""

import math

import numpy as np
import talib

from core.features.feature import Family, Feature
from core.features.prices import ATR_WARMUP, Prices, in_units, positive


def _feature(name: str, warmup: int, formula: str, source: str, model: bool = True) -> Feature:
    return Feature(name, "volatility", warmup, formula, source, model)


FEATURES = (
    _feature("atr_14", ATR_WARMUP, "Wilder average of the true range, 14", "TA-Lib ATR; Wilder 1978", model=False),
    _feature("bb_upper", 19, "bb_middle + 2 standard deviations of close, 20 bars", "TA-Lib BBANDS; Bollinger 2001", model=False),
    _feature("bb_middle", 19, "mean of close over 20 bars", "TA-Lib BBANDS; Bollinger 2001", model=False),
    _feature("bb_lower", 19, "bb_middle − 2 standard deviations of close, 20 bars", "TA-Lib BBANDS; Bollinger 2001", model=False),
    _feature("bb_width", 19, "(bb_upper − bb_lower) / bb_middle", "TA-Lib BBANDS; Bollinger 2001"),
    _feature("bb_percent", 19, "(close − bb_lower) / (bb_upper − bb_lower)", "TA-Lib BBANDS; Bollinger 2001"),
    _feature("atr_close", ATR_WARMUP, "ATR14 / close", "TA-Lib ATR"),
    _feature("range_ratio", 50, "mean true range of 10 bars / of 50 bars", "TA-Lib TRANGE, SMA"),
    _feature("sigma_20", 20, "standard deviation of log returns, 20 bars", "TA-Lib STDDEV (population)"),
    _feature("sigma_ratio", 50, "σ10 / σ50 of log returns", "TA-Lib STDDEV (population)"),
    _feature("parkinson_20", 19, "√(mean of ln(high / low)² over 20 bars / (4 ln 2))", "Parkinson 1980"),
    _feature("garman_klass_20", 19, "√(mean over 20 bars of ½ ln(high / low)² − (2 ln 2 − 1) ln(close / open)²)", "Garman & Klass 1980"),
)  # fmt: skip


def compute(p: Prices) -> dict[str, np.ndarray]:
    """All volatility features of the prices."""
    upper, middle, lower = talib.BBANDS(p.close, 20, 2.0, 2.0)
    span = upper - lower
    # Of a price that stands still the running sums leave dust instead of zero.
    span[talib.MAX(p.close, 20) <= talib.MIN(p.close, 20)] = 0.0
    high_low = np.log(p.high / p.low)
    high_low *= high_low
    close_open = np.log(p.close / p.open)
    close_open *= close_open
    close_open *= 2.0 * math.log(2.0) - 1.0
    true_range = talib.TRANGE(p.high, p.low, p.close)
    return {
        "atr_14": p.atr,
        "bb_upper": upper,
        "bb_middle": middle,
        "bb_lower": lower,
        "bb_width": span / middle,
        "bb_percent": in_units(p.close - lower, positive(span)),
        "atr_close": p.atr / p.close,
        "range_ratio": in_units(talib.SMA(true_range, 10), positive(talib.SMA(true_range, 50))),
        "sigma_20": talib.STDDEV(p.log_return, 20),
        "sigma_ratio": in_units(talib.STDDEV(p.log_return, 10), p.sigma),
        "parkinson_20": _root_mean(high_low / (4.0 * math.log(2.0))),
        "garman_klass_20": _root_mean(0.5 * high_low - close_open),
    }


def _root_mean(variance: np.ndarray) -> np.ndarray:
    """√ of the mean over 20 bars; a mean below zero is rounding of zero."""
    mean = talib.SMA(variance, 20)
    np.maximum(mean, 0.0, out=mean)
    return np.sqrt(mean, out=mean)


VOLATILITY = Family("volatility", FEATURES, compute)
