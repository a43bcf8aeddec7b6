"""Volatility: how wide the price moves, and whether that widens."""

import math

import numpy as np
import talib

from core.features.feature import Family, Feature
from core.features.prices import ATR_WARMUP, Prices, in_units, positive

_YZ = 20
"""Bars of the Yang-Zhang estimate."""


def _feature(
    name: str, warmup: int, unit: str, words: str, formula: str, source: str, model: bool = True
) -> Feature:
    return Feature(name, "volatility", warmup, unit, words, formula, source, model)


FEATURES = (
    _feature("atr_14", ATR_WARMUP, "price", "average true range of 14 bars", "Wilder average of the true range, 14", "TA-Lib ATR; Wilder 1978", model=False),
    _feature("bb_upper", 19, "price", "upper Bollinger band", "bb_middle + 2 standard deviations of close, 20 bars", "TA-Lib BBANDS; Bollinger 2001", model=False),
    _feature("bb_middle", 19, "price", "middle Bollinger band", "mean of close over 20 bars", "TA-Lib BBANDS; Bollinger 2001", model=False),
    _feature("bb_lower", 19, "price", "lower Bollinger band", "bb_middle − 2 standard deviations of close, 20 bars", "TA-Lib BBANDS; Bollinger 2001", model=False),
    _feature("bb_width", 19, "fraction", "width of the Bollinger bands against the price", "(bb_upper − bb_lower) / bb_middle", "TA-Lib BBANDS; Bollinger 2001"),
    _feature("bb_percent", 19, "0 … 1", "place of the close between the Bollinger bands", "(close − bb_lower) / (bb_upper − bb_lower)", "TA-Lib BBANDS; Bollinger 2001"),
    _feature("atr_close", ATR_WARMUP, "fraction", "average true range against the price", "ATR14 / close", "TA-Lib ATR"),
    _feature("range_ratio", 50, "ratio", "ranges of 10 bars against those of 50", "mean true range of 10 bars / of 50 bars", "TA-Lib TRANGE, SMA"),
    _feature("sigma_20", 20, "fraction a bar", "volatility of 20 bars", "standard deviation of log returns, 20 bars", "TA-Lib STDDEV (population)"),
    _feature("sigma_ratio", 50, "ratio", "volatility of 10 bars against that of 50", "σ10 / σ50 of log returns", "TA-Lib STDDEV (population)"),
    _feature("parkinson_20", 19, "fraction a bar", "volatility seen in highs and lows", "√(mean of ln(high / low)² over 20 bars / (4 ln 2))", "Parkinson 1980"),
    _feature("garman_klass_20", 19, "fraction a bar", "volatility seen in open, high, low and close", "√(mean over 20 bars of ½ ln(high / low)² − (2 ln 2 − 1) ln(close / open)²)", "Garman & Klass 1980"),
    _feature("yang_zhang_20", 20, "fraction a bar", "volatility seen in gaps, bodies and ranges", "√(σ²gap + k σ²body + (1 − k) σ²range), 20 bars, k = 0.34 / (1.34 + 21 / 19)", "Yang & Zhang 2000; σ²range of Rogers & Satchell 1991"),
    _feature("realised_24", 24, "fraction over 24 bars", "how far the last 24 bars moved, up and down", "√(Σ squared log returns over 24 bars)", "realised volatility; Andersen & Bollerslev 1998"),
)  # fmt: skip


def compute(p: Prices) -> dict[str, np.ndarray]:
    """All volatility features of the prices."""
    upper, middle, lower = talib.BBANDS(p.close, 20, 2.0, 2.0)
    span = upper - lower
    # Of a price that stands still the running sums leave dust instead of zero.
    span[talib.MAX(p.close, 20) <= talib.MIN(p.close, 20)] = 0.0
    log_open = np.log(p.open)
    up, down, body = np.log(p.high) - log_open, np.log(p.low) - log_open, p.log_close - log_open
    high_low = up - down
    high_low *= high_low
    body_share = body * body
    body_share *= 2.0 * math.log(2.0) - 1.0
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
        "garman_klass_20": _root_mean(0.5 * high_low - body_share),
        "yang_zhang_20": _yang_zhang(p, log_open, up, down, body),
        "realised_24": _realised(p.log_return),
    }


def _yang_zhang(
    p: Prices, log_open: np.ndarray, up: np.ndarray, down: np.ndarray, body: np.ndarray
) -> np.ndarray:
    """Volatility of a bar that neither gaps nor drift distort; up, down and body are logs against the open."""
    gap = np.empty_like(log_open)
    gap[0] = np.nan
    np.subtract(log_open[1:], p.log_close[:-1], out=gap[1:])
    within = up * (up - body)
    within += down * (down - body)
    k = 0.34 / (1.34 + (_YZ + 1) / (_YZ - 1))
    unbiased = _YZ / (_YZ - 1)
    variance = talib.VAR(gap, _YZ)
    variance += k * talib.VAR(body, _YZ)
    variance *= unbiased
    variance += (1.0 - k) * talib.SMA(within, _YZ)
    np.maximum(variance, 0.0, out=variance)
    return np.sqrt(variance, out=variance)


def _realised(log_return: np.ndarray) -> np.ndarray:
    total = talib.SMA(log_return * log_return, 24)
    np.maximum(total, 0.0, out=total)
    total *= 24.0
    return np.sqrt(total, out=total)


def _root_mean(variance: np.ndarray) -> np.ndarray:
    """√ of the mean over 20 bars; a mean below zero is rounding of zero."""
    mean = talib.SMA(variance, 20)
    np.maximum(mean, 0.0, out=mean)
    return np.sqrt(mean, out=mean)


VOLATILITY = Family(
    "volatility",
    FEATURES,
    compute,
    "Volatility: how wide the price moves, and whether that widens.",
)
