"""Levels: how far the price is from where it turned lately, and from yesterday's high and low."""

from collections.abc import Callable

import numpy as np
import talib

from core.features.feature import Family, Feature
from core.features.prices import ATR_WARMUP, Prices, in_units

_SIDE = 5
"""Bars on each side of a turn that it must top; it is known that many bars after it."""
_REACH = 120
"""Bars after which a turn is forgotten."""
_DAY = 86_400
_SHORTEST = 900
"""Seconds of the shortest bar of which two whole days fit into the warm-up."""
_DAY_WARMUP = 2 * _DAY // _SHORTEST


def _feature(name: str, warmup: int, words: str, formula: str, source: str) -> Feature:
    return Feature(name, "levels", warmup, "ATR", words, formula, source)


FEATURES = (
    _feature("above_swing_high", ATR_WARMUP, "close above the last swing high", f"(close − highest high of the last {2 * _SIDE + 1} bars whose middle bar had it, confirmed {_SIDE} bars later) / ATR14; null after {_REACH} bars", "pivot high; Bulkowski 2005; TA-Lib MAX, ATR"),
    _feature("above_swing_low", ATR_WARMUP, "close above the last swing low", f"(close − lowest low of the last {2 * _SIDE + 1} bars whose middle bar had it, confirmed {_SIDE} bars later) / ATR14; null after {_REACH} bars", "pivot low; Bulkowski 2005; TA-Lib MIN, ATR"),
    _feature("above_day_high", _DAY_WARMUP, "close above the high of the day before", "(close − high of the last UTC day that had ended) / ATR14; null for bars under 15 minutes", "prior day's range; TA-Lib ATR"),
    _feature("above_day_low", _DAY_WARMUP, "close above the low of the day before", "(close − low of the last UTC day that had ended) / ATR14; null for bars under 15 minutes", "prior day's range; TA-Lib ATR"),
)  # fmt: skip


def compute(p: Prices) -> dict[str, np.ndarray]:
    """All level features of the prices."""
    top, bottom = _last_turn(p.high, talib.MAX), _last_turn(p.low, talib.MIN)
    day_high, day_low = _day_before(p)
    return {
        "above_swing_high": in_units(p.close - top, p.atr),
        "above_swing_low": in_units(p.close - bottom, p.atr),
        "above_day_high": in_units(p.close - day_high, p.atr),
        "above_day_low": in_units(p.close - day_low, p.atr),
    }


def _last_turn(values: np.ndarray, extreme: Callable[[np.ndarray, int], np.ndarray]) -> np.ndarray:
    """Level of the newest turn that was known at each bar; null where there was none within reach."""
    rows = np.arange(len(values), dtype=np.int32)
    known = np.full(len(values), -_REACH - 1, dtype=np.int32)  # bar at which the turn became known
    if len(values) > 2 * _SIDE:
        turned = extreme(values, 2 * _SIDE + 1)[_SIDE:] == values[:-_SIDE]
        known[_SIDE:][turned] = rows[_SIDE:][turned]
    np.maximum.accumulate(known, out=known)
    level = values[np.maximum(known - _SIDE, 0)]
    level[rows - known > _REACH] = np.nan
    return level


def _day_before(p: Prices) -> tuple[np.ndarray, np.ndarray]:
    """High and low of the last day with bars before each bar's own day (UTC); null where there is none."""
    nothing = np.full_like(p.close, np.nan)
    if p.step < _SHORTEST:
        return nothing, nothing
    day = p.opened // _DAY
    starts = np.flatnonzero(np.concatenate(([True], day[1:] != day[:-1])))
    counts = np.diff(np.concatenate((starts, [len(day)])))
    highs, lows = np.maximum.reduceat(p.high, starts), np.minimum.reduceat(p.low, starts)
    before = [np.concatenate(([np.nan], values[:-1])) for values in (highs, lows)]
    return np.repeat(before[0], counts), np.repeat(before[1], counts)


LEVELS = Family(
    "levels", FEATURES, compute, "Levels: distance to where the price turned and to the day before."
)
