"""Candle shape: what happened inside the last bar."""

import numpy as np
import talib

from core.features.feature import Family, Feature
from core.features.prices import ATR_WARMUP, Prices, in_units, positive


def _feature(name: str, warmup: int, unit: str, words: str, formula: str, source: str) -> Feature:
    return Feature(name, "candle", warmup, unit, words, formula, source)


def _shown(name: str, warmup: int, words: str, formula: str, source: str) -> Feature:
    """A pattern that is shown and for strategies: models were trained without it, and it is 0 on nearly every bar."""
    return Feature(name, "candle", warmup, "−1 … 1", words, formula, source, model=False)


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
    _shown("hammer", 11, "long lower wick, small body: 1 hammer after a fall, −1 hanging man after a rise", "1 hammer, −1 hanging man, else 0", "TA-Lib CDLHAMMER, CDLHANGINGMAN; Nison 1991"),
    _shown("shooting_star", 11, "long upper wick, small body: 1 inverted hammer, −1 shooting star", "1 inverted hammer after a fall, −1 shooting star after a rise, else 0", "TA-Lib CDLINVERTEDHAMMER, CDLSHOOTINGSTAR; Nison 1991"),
    _shown("piercing", 11, "gap that is taken back by half: 1 piercing line, −1 dark cloud cover", "1 piercing line, −1 dark cloud cover (half of the body), else 0", "TA-Lib CDLPIERCING, CDLDARKCLOUDCOVER; Nison 1991"),
    _shown("three_soldiers", 13, "three long candles in a row: 1 white soldiers, −1 black crows", "1 three white soldiers, −1 three black crows, else 0", "TA-Lib CDL3WHITESOLDIERS, CDL3BLACKCROWS; Nison 1991"),
    _shown("marubozu", 10, "long candle without wicks: 1 rising, −1 falling", "1 white, −1 black marubozu, else 0", "TA-Lib CDLMARUBOZU; Nison 1991"),
    _shown("spinning_top", 10, "small body between longer wicks: 1 rose, −1 fell", "1 white, −1 black spinning top, else 0", "TA-Lib CDLSPINNINGTOP; Nison 1991"),
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
        "hammer": (talib.CDLHAMMER(*candle) + talib.CDLHANGINGMAN(*candle)) * 0.01,
        "shooting_star": (talib.CDLINVERTEDHAMMER(*candle) + talib.CDLSHOOTINGSTAR(*candle)) * 0.01,
        "piercing": (talib.CDLPIERCING(*candle) + talib.CDLDARKCLOUDCOVER(*candle, 0.5)) * 0.01,
        "three_soldiers": (talib.CDL3WHITESOLDIERS(*candle) + talib.CDL3BLACKCROWS(*candle)) * 0.01,
        "marubozu": talib.CDLMARUBOZU(*candle) * 0.01,
        "spinning_top": talib.CDLSPINNINGTOP(*candle) * 0.01,
    }


CANDLES = Family(
    "candle",
    FEATURES,
    compute,
    "Candles: what happened inside the last bar and the few before.",
)
