"""Oscillators: how stretched the price is inside its own recent range."""

import numpy as np
import talib

from core.features.feature import Family, Feature
from core.features.prices import Prices, in_units, positive

_RSI_14_WARMUP = 150


def _feature(name: str, warmup: int, unit: str, words: str, formula: str, source: str) -> Feature:
    return Feature(name, "oscillator", warmup, unit, words, formula, source)


FEATURES = (
    _feature("rsi_7", 80, "0 … 100", "rises against falls over 7 bars: under 30 oversold, over 70 overbought", "100 · average gain / (average gain + average loss), Wilder 7", "TA-Lib RSI; Wilder 1978"),
    _feature("rsi_14", _RSI_14_WARMUP, "0 … 100", "rises against falls over 14 bars: under 30 oversold, over 70 overbought", "100 · average gain / (average gain + average loss), Wilder 14", "TA-Lib RSI; Wilder 1978"),
    _feature("stoch_k", 17, "0 … 100", "place of the close in the 14-bar range, smoothed", "mean over 3 bars of 100 · (close − low14) / (high14 − low14)", "TA-Lib STOCH; Lane 1984"),
    _feature("stoch_d", 17, "0 … 100", "place of the close in the 14-bar range, smoothed twice", "mean of stoch_k over 3 bars", "TA-Lib STOCH; Lane 1984"),
    _feature("williams_14", 13, "−100 … 0", "how far the close is below the 14-bar high", "−100 · (high14 − close) / (high14 − low14)", "TA-Lib WILLR; Williams 1973"),
    _feature("cci_20", 19, "index", "typical price away from its 20-bar average, in mean deviations", "(typical − mean) / (0.015 · mean absolute deviation), 20 bars", "TA-Lib CCI; Lambert 1980"),
    _feature("ultimate", 28, "0 … 100", "buying pressure over 7, 14 and 28 bars", "buying pressure over 7, 14, 28 bars weighted 4 : 2 : 1", "TA-Lib ULTOSC; Williams 1985"),
    _feature("stoch_rsi_14", 183, "0 … 1", "place of the RSI in its own 14-bar range", "(RSI14 − its lowest) / (its highest − its lowest) over 14 bars", "TA-Lib RSI, MAX, MIN; Chande & Kroll 1994"),
)  # fmt: skip


def compute(p: Prices) -> dict[str, np.ndarray]:
    """All oscillators; null where the range they divide by is zero (TA-Lib says 0 there: oversold)."""
    span_14 = talib.MAX(p.high, 14) - talib.MIN(p.low, 14)
    flat_5 = talib.MIN(span_14, 5) <= 0.0  # stoch_d averages the last five windows
    stoch_k, stoch_d = talib.STOCH(p.high, p.low, p.close, fastk_period=14, slowk_period=3, slowd_period=3)
    williams = talib.WILLR(p.high, p.low, p.close, 14)
    rsi_7, rsi_14 = talib.RSI(p.close, 7), talib.RSI(p.close, 14)
    stoch_k[flat_5] = stoch_d[flat_5] = williams[span_14 <= 0.0] = np.nan
    unmoved = _bars_before_first_move(p.close)
    rsi_7[:unmoved] = rsi_14[:unmoved] = rsi_14[:_RSI_14_WARMUP] = np.nan
    lowest = talib.MIN(rsi_14, 14)
    span = positive(talib.MAX(rsi_14, 14) - lowest)
    return {
        "rsi_7": rsi_7,
        "rsi_14": rsi_14,
        "stoch_k": stoch_k,
        "stoch_d": stoch_d,
        "williams_14": williams,
        "cci_20": talib.CCI(p.high, p.low, p.close, 20),
        "ultimate": talib.ULTOSC(p.high, p.low, p.close, 7, 14, 28),
        "stoch_rsi_14": in_units(rsi_14 - lowest, span),
    }


def _bars_before_first_move(close: np.ndarray) -> int:
    moved = close != close[0]
    return int(np.argmax(moved)) if moved.any() else len(close)


OSCILLATORS = Family(
    "oscillator",
    FEATURES,
    compute,
    "Oscillators: how stretched the price is inside its recent range.",
)
