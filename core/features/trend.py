"""Trend: where the price stands against its averages and channel, and how straight it went there."""

import numpy as np
import talib

from core.features.feature import Family, Feature
from core.features.prices import ATR_WARMUP, Prices, in_units, positive

_MACD_WARMUP = 180
_ADX_WARMUP = 230
_DI_WARMUP = 190


def _feature(name: str, warmup: int, formula: str, source: str, model: bool = True) -> Feature:
    return Feature(name, "trend", warmup, formula, source, model)


FEATURES = (
    _feature("sma_20", 19, "mean of close over 20 bars", "TA-Lib SMA", model=False),
    _feature("sma_50", 49, "mean of close over 50 bars", "TA-Lib SMA", model=False),
    _feature("sma_200", 199, "mean of close over 200 bars", "TA-Lib SMA", model=False),
    _feature("macd", _MACD_WARMUP, "EMA12 − EMA26 of close", "TA-Lib MACD; Appel 1979", model=False),
    _feature("macd_signal", _MACD_WARMUP, "EMA9 of macd", "TA-Lib MACD; Appel 1979", model=False),
    _feature("macd_hist", _MACD_WARMUP, "macd − macd_signal", "TA-Lib MACD; Aspray 1986", model=False),
    _feature("sma_20_distance", ATR_WARMUP, "(close − sma_20) / ATR14", "TA-Lib SMA, ATR"),
    _feature("sma_50_distance", ATR_WARMUP, "(close − sma_50) / ATR14", "TA-Lib SMA, ATR"),
    _feature("sma_200_distance", 199, "(close − sma_200) / ATR14", "TA-Lib SMA, ATR"),
    _feature("sma_20_50_gap", ATR_WARMUP, "(sma_20 − sma_50) / ATR14", "TA-Lib SMA, ATR"),
    _feature("macd_atr", _MACD_WARMUP, "macd / ATR14", "TA-Lib MACD, ATR"),
    _feature("macd_hist_atr", _MACD_WARMUP, "macd_hist / ATR14", "TA-Lib MACD, ATR"),
    _feature("slope_20", ATR_WARMUP, "least-squares slope of close over 20 bars / ATR14", "TA-Lib LINEARREG_SLOPE"),
    _feature("adx_14", _ADX_WARMUP, "Wilder average of |+DI − −DI| / (+DI + −DI), 0…100", "TA-Lib ADX; Wilder 1978"),
    _feature("di_difference_14", _DI_WARMUP, "+DI14 − −DI14, −100…100", "TA-Lib PLUS_DI, MINUS_DI; Wilder 1978"),
    _feature("aroon_25", 25, "Aroon up − Aroon down over 25 bars, −100…100", "TA-Lib AROONOSC; Chande 1995"),
    _feature("vortex_14", 14, "+VI14 − −VI14", "TA-Lib VORTEX; Botes & Siepman 2010"),
    _feature("efficiency_20", 20, "|close − close 20 ago| / Σ|one-bar changes|, 0…1", "TA-Lib ER; Kaufman 1995"),
    _feature("channel_20", 19, "(close − lowest low) / (highest high − lowest low) over 20 bars", "TA-Lib MAX, MIN; Donchian"),
    _feature("below_high_50", ATR_WARMUP, "(close − highest high of 50 bars) / ATR14", "TA-Lib MAX, ATR"),
    _feature("above_low_50", ATR_WARMUP, "(close − lowest low of 50 bars) / ATR14", "TA-Lib MIN, ATR"),
)  # fmt: skip


def compute(p: Prices) -> dict[str, np.ndarray]:
    """All trend features of the prices."""
    sma_20, sma_50, sma_200 = (talib.SMA(p.close, window) for window in (20, 50, 200))
    macd, signal, hist = talib.MACD(p.close, 12, 26, 9)
    di_difference = talib.PLUS_DI(p.high, p.low, p.close, 14)
    di_difference -= talib.MINUS_DI(p.high, p.low, p.close, 14)
    vortex, vortex_down = talib.VORTEX(p.high, p.low, p.close, 14)
    vortex -= vortex_down
    low_20 = talib.MIN(p.low, 20)
    span_20 = talib.MAX(p.high, 20)
    span_20 -= low_20
    return {
        "sma_20": sma_20,
        "sma_50": sma_50,
        "sma_200": sma_200,
        "macd": macd,
        "macd_signal": signal,
        "macd_hist": hist,
        "sma_20_distance": in_units(p.close - sma_20, p.atr),
        "sma_50_distance": in_units(p.close - sma_50, p.atr),
        "sma_200_distance": in_units(p.close - sma_200, p.atr),
        "sma_20_50_gap": in_units(sma_20 - sma_50, p.atr),
        "macd_atr": macd / p.atr,
        "macd_hist_atr": hist / p.atr,
        "slope_20": in_units(talib.LINEARREG_SLOPE(p.close, 20), p.atr),
        "adx_14": talib.ADX(p.high, p.low, p.close, 14),
        "di_difference_14": di_difference,
        "aroon_25": talib.AROONOSC(p.high, p.low, 25),
        "vortex_14": vortex,
        "efficiency_20": talib.ER(p.close, 20),
        "channel_20": in_units(p.close - low_20, positive(span_20)),
        "below_high_50": in_units(p.close - talib.MAX(p.high, 50), p.atr),
        "above_low_50": in_units(p.close - talib.MIN(p.low, 50), p.atr),
    }


TREND = Family("trend", FEATURES, compute)
