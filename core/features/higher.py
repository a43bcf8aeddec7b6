"""Higher timeframes: what bars of 4 and of 24 times the length say, each known from its own close on."""

import math
from dataclasses import dataclass

import numpy as np
import talib

from core.features.feature import Family, Feature
from core.features.prices import ATR_WARMUP, Prices, in_units, positive

_RSI = 14
_MEAN = {4: 10, 24: 6}
"""Higher bars that an average takes."""


def _warmup(ratio: int, bars: int) -> int:
    """Own bars after which the last `bars` closed higher bars are whole, whatever bar the history begins with."""
    return (bars + 1) * ratio


def _feature(name: str, warmup: int, unit: str, words: str, formula: str, source: str) -> Feature:
    return Feature(name, "higher", warmup, unit, words, formula, source)


FEATURES = (
    _feature("higher_4_return", _warmup(4, 13), "σ", "change over the last closed bar of four times the length", "ln(its close / the close of the one before) / (σ50 · √4)", "bars of 4 lengths, aligned to 1970 UTC, from their close on"),
    _feature("higher_4_rsi", _warmup(4, _RSI + 1), "0 … 100", "rises against falls over 14 bars of four times the length", "100 · Σ rises / Σ |changes| of the last 14 closed ones", "Cutler's RSI: plain sums, so that it needs no long warm-up"),
    _feature("higher_4_trend", ATR_WARMUP, "ATR", "close above the average of 10 bars of four times the length", "(close − mean of their last 10 closes) / ATR14", "TA-Lib SMA, ATR on bars of 4 lengths"),
    _feature("higher_24_return", _warmup(24, 2), "σ", "change over the last closed bar of 24 times the length", "ln(its close / the close of the one before) / (σ50 · √24)", "bars of 24 lengths, aligned to 1970 UTC, from their close on"),
    _feature("higher_24_trend", _warmup(24, _MEAN[24]), "ATR", "close above the average of 6 bars of 24 times the length", "(close − mean of their last 6 closes) / ATR14", "TA-Lib SMA, ATR on bars of 24 lengths"),
    _feature("higher_24_place", _warmup(24, 1), "0 … 1", "place of the close in the last closed bar of 24 times the length", "(close − its low) / (its high − its low); beyond 0 … 1 when the price left it", "Donchian's range of one higher bar"),
    _feature("higher_24_range", ATR_WARMUP, "ratio", "height of the last closed bar of 24 times the length", "(its high − its low) / (ATR14 · √24)", "range against that of a random walk; Parkinson 1980"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Higher:
    """Bars of a longer timeframe, and which of them had closed at each own bar."""

    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    counts: np.ndarray
    """Own bars in each."""
    ends: np.ndarray
    """Rows of those last own bars with which a higher bar closes."""
    closed: np.ndarray
    """Numbers of the higher bars that close with them; one whose last bar is missing closes with the next bar's open."""

    def seen(self, values: np.ndarray) -> np.ndarray:
        """A value per higher bar as each own bar knew it at its close, (n,)."""
        before = np.concatenate(([np.nan], values[:-1]))
        known = np.repeat(before, self.counts)
        known[self.ends] = values[self.closed]
        return known


def compute(p: Prices) -> dict[str, np.ndarray]:
    """All features of higher timeframes; null where a single bar does not tell how long bars are."""
    if not p.step:
        return {feature.name: np.full_like(p.close, np.nan) for feature in FEATURES}
    four, day = _higher(p, 4), _higher(p, 24)
    return {
        "higher_4_return": in_units(four.seen(_change(four.close) / math.sqrt(4)), p.sigma),
        "higher_4_rsi": four.seen(_plain_rsi(four.close)),
        "higher_4_trend": in_units(p.close - four.seen(_mean(four.close, _MEAN[4])), p.atr),
        "higher_24_return": in_units(day.seen(_change(day.close) / math.sqrt(24)), p.sigma),
        "higher_24_trend": in_units(p.close - day.seen(_mean(day.close, _MEAN[24])), p.atr),
        "higher_24_place": in_units(p.close - day.seen(day.low), day.seen(positive(day.high - day.low))),
        "higher_24_range": in_units(day.seen((day.high - day.low) / math.sqrt(24)), p.atr),
    }


def _higher(p: Prices, ratio: int) -> _Higher:
    period = ratio * p.step
    number = p.opened // period
    starts = np.concatenate(([0], np.flatnonzero(number[1:] != number[:-1]) + 1))
    ends = np.concatenate((starts[1:], [len(number)])) - 1
    closed = np.flatnonzero(p.opened[ends] + p.step == (number[ends] + 1) * period)
    return _Higher(
        np.maximum.reduceat(p.high, starts), np.minimum.reduceat(p.low, starts), p.close[ends],
        ends - starts + 1, ends[closed], closed,
    )  # fmt: skip


def _change(close: np.ndarray) -> np.ndarray:
    return np.concatenate(([np.nan], np.diff(np.log(close))))


def _mean(close: np.ndarray, bars: int) -> np.ndarray:
    return talib.SMA(close, bars) if len(close) >= bars else np.full_like(close, np.nan)


def _plain_rsi(close: np.ndarray) -> np.ndarray:
    """Share of rises in all changes of the last 14, in per cent; null where nothing moved."""
    if len(close) <= _RSI:
        return np.full_like(close, np.nan)
    change = np.concatenate(([np.nan], np.diff(close)))
    size = np.abs(change)
    rises = talib.SMA(np.maximum(change, 0.0), _RSI)
    moved = talib.SMA(size, _RSI)
    moved[talib.MAX(size, _RSI) <= 0.0] = np.nan  # of sums that stand still dust is left
    return 100.0 * rises / moved


HIGHER = Family(
    "higher", FEATURES, compute, "Higher timeframes: the larger picture, from closed larger bars only."
)
