"""Trend: where the price stands against its averages and channel, and how straight it went there."""

import numpy as np
import talib

from core.features.feature import Family, Feature
from core.features.prices import ATR_WARMUP, Prices, in_units, positive

_MACD_WARMUP = 180
_ADX_WARMUP = 230
_DI_WARMUP = 190


def _feature(
    name: str, warmup: int, unit: str, words: str, formula: str, source: str, model: bool = True
) -> Feature:
    return Feature(name, "trend", warmup, unit, words, formula, source, model)


FEATURES = (
    _feature("sma_20", 19, "price", "average close of 20 bars", "mean of close over 20 bars", "TA-Lib SMA", model=False),
    _feature("sma_50", 49, "price", "average close of 50 bars", "mean of close over 50 bars", "TA-Lib SMA", model=False),
    _feature("sma_200", 199, "price", "average close of 200 bars", "mean of close over 200 bars", "TA-Lib SMA", model=False),
    _feature("macd", _MACD_WARMUP, "price", "fast average (12) above the slow one (26)", "EMA12 − EMA26 of close", "TA-Lib MACD; Appel 1979", model=False),
    _feature("macd_signal", _MACD_WARMUP, "price", "smoothed MACD", "EMA9 of macd", "TA-Lib MACD; Appel 1979", model=False),
    _feature("macd_hist", _MACD_WARMUP, "price", "MACD above its own average", "macd − macd_signal", "TA-Lib MACD; Aspray 1986", model=False),
    _feature("sma_20_distance", ATR_WARMUP, "ATR", "close above its 20-bar average", "(close − sma_20) / ATR14", "TA-Lib SMA, ATR"),
    _feature("sma_50_distance", ATR_WARMUP, "ATR", "close above its 50-bar average", "(close − sma_50) / ATR14", "TA-Lib SMA, ATR"),
    _feature("sma_200_distance", 199, "ATR", "close above its 200-bar average", "(close − sma_200) / ATR14", "TA-Lib SMA, ATR"),
    _feature("sma_20_50_gap", ATR_WARMUP, "ATR", "20-bar average above the 50-bar average", "(sma_20 − sma_50) / ATR14", "TA-Lib SMA, ATR"),
    _feature("macd_atr", _MACD_WARMUP, "ATR", "fast average (12) above the slow one (26)", "macd / ATR14", "TA-Lib MACD, ATR"),
    _feature("macd_hist_atr", _MACD_WARMUP, "ATR", "MACD above its own average: the trend gathers speed", "macd_hist / ATR14", "TA-Lib MACD, ATR"),
    _feature("slope_20", ATR_WARMUP, "ATR a bar", "steepness of the 20-bar trend line", "least-squares slope of close over 20 bars / ATR14", "TA-Lib LINEARREG_SLOPE"),
    _feature("adx_14", _ADX_WARMUP, "0 … 100", "strength of the trend, whichever way it goes", "Wilder average of |+DI − −DI| / (+DI + −DI), 0…100", "TA-Lib ADX; Wilder 1978"),
    _feature("di_difference_14", _DI_WARMUP, "−100 … 100", "upward moves above downward moves", "+DI14 − −DI14, −100…100", "TA-Lib PLUS_DI, MINUS_DI; Wilder 1978"),
    _feature("aroon_25", 25, "−100 … 100", "the 25-bar high is newer than the 25-bar low", "Aroon up − Aroon down over 25 bars, −100…100", "TA-Lib AROONOSC; Chande 1995"),
    _feature("vortex_14", 14, "ratio", "upward swings above downward swings", "+VI14 − −VI14", "TA-Lib VORTEX; Botes & Siepman 2010"),
    _feature("efficiency_20", 20, "0 … 1", "how straight the last 20 bars went", "|close − close 20 ago| / Σ|one-bar changes|, 0…1", "TA-Lib ER; Kaufman 1995"),
    _feature("channel_20", 19, "0 … 1", "place of the close in the 20-bar range", "(close − lowest low) / (highest high − lowest low) over 20 bars", "TA-Lib MAX, MIN; Donchian"),
    _feature("below_high_50", ATR_WARMUP, "ATR", "close below the 50-bar high (negative)", "(close − highest high of 50 bars) / ATR14", "TA-Lib MAX, ATR"),
    _feature("above_low_50", ATR_WARMUP, "ATR", "close above the 50-bar low", "(close − lowest low of 50 bars) / ATR14", "TA-Lib MIN, ATR"),
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


TREND = Family(
    "trend",
    FEATURES,
    compute,
    "Trend: where the price stands against its averages, and how straight it went there.",
)
