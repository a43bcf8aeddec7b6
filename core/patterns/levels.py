"""Support and resistance: prices at which the market has turned more than once."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from core.patterns.pivots import ATR, arrays_of


@dataclass(frozen=True, slots=True)
class LevelRules:
    """What counts as a level."""

    span: int = 5
    """Bars on either side that a turn stands out from; it is known that many bars later."""
    width: float = 0.6
    """Turns whose prices lie within that many mean true ranges of 14 bars are one level."""
    reach: int = 250
    """Bars after which a turn is forgotten."""
    touches: int = 2
    """Least number of turns."""

    @property
    def half(self) -> float:
        """Bars after which a touch counts half."""
        return self.reach / 2.0

    @property
    def memory(self) -> int:
        """Bars after the first one from which a level no longer depends on where the history begins."""
        return self.reach + 2 * self.span + ATR + 2


USUAL = LevelRules()


@dataclass(frozen=True, slots=True)
class PriceLevel:
    """A price at which the market turned, as known at one bar."""

    price: float
    """Mean of the turns."""
    touches: int
    strength: float
    """0 … 1: 1 − ½ ** Σ ½ ** (age of a touch / 125 bars): 0.5 for one touch now, 0.75 for two."""
    kind: str
    """support (below the close) or resistance."""
    first: datetime
    """Open time of the oldest touch, UTC."""
    last: datetime
    """Of the newest."""


def levels_of(bars: pd.DataFrame, row: int = -1, rules: LevelRules = USUAL) -> tuple[PriceLevel, ...]:
    """Levels known at the close of one bar, strongest first; bars after it are not looked at.

    Args:
        bars: core.tables bars.
        row: from the front, or from the back when negative.
        rules: what counts as a level.
    """
    from core.patterns.levelling import MOST, group, known_turns, mean, strength
    from core.patterns.turning import fractals, usual_range

    row = len(bars) + row if row < 0 else row
    if row < 0:
        return ()
    first = max(row - rules.memory, 0)
    prices = arrays_of(bars.iloc[first : row + 1])
    tops, bottoms = fractals(prices.high, prices.low, rules.span)
    scale = float(usual_range(prices.high, prices.low, prices.close, ATR)[-1])
    if not scale > 0.0:
        return ()
    price, rows, ends = np.empty(MOST), np.empty(MOST), np.empty((MOST, 2), np.int64)
    now = row - first
    count = known_turns(prices.high, prices.low, tops, bottoms, now, rules.span, rules.reach, price, rows)
    found = group(price, count, rules.width * scale, np.inf, ends)
    close = float(prices.close[-1])
    times = pd.DatetimeIndex(bars.index[first : row + 1])
    levels = []
    for begin, end in ends[:found].tolist():
        if end - begin < rules.touches:
            continue
        at, touched = float(mean(price, begin, end)), rows[begin:end].astype(int)
        strong = float(strength(rows, begin, end, now, rules.half))
        oldest, newest = (times[row].to_pydatetime() for row in (touched.min(), touched.max()))
        kind = "support" if at < close else "resistance"
        levels.append(PriceLevel(at, end - begin, strong, kind, oldest, newest))
    return tuple(sorted(levels, key=lambda level: (-level.strength, level.price)))


@dataclass(frozen=True, slots=True, eq=False)
class LevelEvents:
    """What each bar did at the levels known before it; arrays of (n,) float64."""

    way: np.ndarray
    """1, −1, or 0 where nothing happened."""
    price: np.ndarray
    """Of the level."""
    strength: np.ndarray
    broke: np.ndarray
    """1 for a break, 0 for a bounce."""


def level_events(
    bars: pd.DataFrame, rules: LevelRules = USUAL, near: float = 0.25, beyond: float = 0.25
) -> LevelEvents:
    """Bounces and breaks; a beginning of the bars gives the beginning of the arrays.

    Args:
        near: a bar that comes so close to a level, in mean true ranges, has touched it.
        beyond: a close so far past a level has broken it.
    """
    from core.patterns.levelling import meet
    from core.patterns.turning import fractals, usual_range

    prices = arrays_of(bars)
    tops, bottoms = fractals(prices.high, prices.low, rules.span)
    atr = usual_range(prices.high, prices.low, prices.close, ATR)
    told = meet(
        prices.open, prices.high, prices.low, prices.close, tops, bottoms, atr, rules.span, rules.reach,
        float(rules.width), float(rules.touches), float(near), float(beyond), rules.half,
    )  # fmt: skip
    return LevelEvents(*(np.ascontiguousarray(told[:, column]) for column in range(4)))
