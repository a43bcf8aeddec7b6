"""Chart patterns of a history, each from the bar that confirms it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.patterns.pattern import ChartPattern, PatternKind, PatternLine, PatternPoint
from core.patterns.pivots import ATR, Arrays, arrays_of, frozen


@dataclass(frozen=True, slots=True)
class PatternRules:
    """What counts as a pattern."""

    span: int = 5
    """Bars on either side that a turn stands out from; it is known that many bars later."""
    height: float = 3.0
    """Least height, in mean true ranges of 14 bars."""
    level: float = 0.15
    """How far turns that should be equal may differ, and by how much those that should not must, as a share of the height."""
    even: float = 0.35
    """The same for shoulders and for the ends of a neckline; and the greatest width of a flag, as a share of its pole."""
    pole: float = 6.0
    """Least height of a flag's pole, in mean true ranges."""
    pole_bars: int = 15
    """Most bars that a pole takes."""
    flag_bars: int = 25
    """Most bars from the top of the pole to the break."""
    wait: int = 40
    """Bars after its last turn in which a pattern must be confirmed."""
    reach: int = 150
    """Most bars from its first turn to its confirmation."""


USUAL = PatternRules()


def memory(rules: PatternRules = USUAL) -> int:
    """Bars after the first one from which a pattern no longer depends on where the history begins."""
    return rules.reach + 2 * rules.span + max(rules.pole_bars, ATR)


_UPWARDS = (
    PatternKind.DOUBLE_BOTTOM, PatternKind.INVERSE_HEAD_AND_SHOULDERS, PatternKind.ASCENDING_TRIANGLE,
    PatternKind.SYMMETRIC_TRIANGLE, PatternKind.BULL_FLAG,
)  # fmt: skip
_DOWNWARDS = (
    PatternKind.DOUBLE_TOP, PatternKind.HEAD_AND_SHOULDERS, PatternKind.DESCENDING_TRIANGLE,
    PatternKind.SYMMETRIC_TRIANGLE, PatternKind.BEAR_FLAG,
)  # fmt: skip
"""In the order of the numbers in `core.patterns.scanning`."""


@dataclass(frozen=True, slots=True, eq=False)
class Breaks:
    """Confirmed patterns as arrays, in the order of their bars."""

    row: np.ndarray
    """(k,) int64: bar that confirms."""
    direction: np.ndarray
    """(k,) float64: 1 or −1."""
    broken: np.ndarray
    """(k,) price of the broken line."""
    target: np.ndarray
    wrong: np.ndarray
    raw: np.ndarray
    """(k, WIDTH) as `core.patterns.scanning` tells them; downward ones in the mirror."""

    def kind(self, place: int) -> PatternKind:
        """The shape of one of them."""
        names = _UPWARDS if self.direction[place] > 0 else _DOWNWARDS
        return names[int(self.raw[place, 0])]


def breaks_of(prices: Arrays, rules: PatternRules = USUAL) -> Breaks:
    """Confirmed patterns as arrays; a beginning of the bars gives the beginning of the patterns."""
    from core.patterns.scanning import Scan, scan
    from core.patterns.turning import fractals, usual_range

    told = Scan(
        rules.span, rules.height, rules.level, rules.even, rules.pole, rules.pole_bars, rules.flag_bars, rules.wait,
        rules.reach,
    )  # fmt: skip
    tops, bottoms = fractals(prices.high, prices.low, rules.span)
    atr = usual_range(prices.high, prices.low, prices.close, ATR)
    fell = prices.fell
    up = scan(prices.high, prices.low, prices.close, fell, tops, bottoms, atr, told)
    down = scan(
        frozen(-prices.low), frozen(-prices.high), frozen(-prices.close), ~fell, bottoms, tops, atr, told
    )
    raw = np.concatenate((up, down))
    sign = np.concatenate((np.ones(len(up)), -np.ones(len(down))))
    order = np.lexsort((raw[:, 0], raw[:, 1]))
    raw, sign = raw[order], sign[order]
    broken, target, wrong = (sign * raw[:, column] for column in (2, 3, 4))
    return Breaks(raw[:, 1].astype(np.int64), sign, broken, target, wrong, raw)


def patterns_of(bars: pd.DataFrame, rules: PatternRules = USUAL) -> tuple[ChartPattern, ...]:
    """Every pattern that the bars confirm, oldest first.

    Args:
        bars: core.tables bars, any number of them.
        rules: what counts as a pattern.

    Returns:
        A pattern appears with the bar whose close breaks its line: the patterns of the first n bars are those of all
        bars with `confirmed < n`, number for number.
    """
    found = breaks_of(arrays_of(bars), rules)
    times = pd.DatetimeIndex(bars.index)
    return tuple(_pattern(found, place, times) for place in range(len(found.row)))


def _pattern(found: Breaks, place: int, times: pd.DatetimeIndex) -> ChartPattern:
    raw, sign, row = found.raw[place], float(found.direction[place]), int(found.row[place])

    def point(at: float, price: float) -> PatternPoint:
        return PatternPoint(int(at), times[int(at)].to_pydatetime(), sign * float(price))

    places = [(float(raw[8 + 2 * i]), float(raw[9 + 2 * i])) for i in range(int(raw[7]))]
    kind = found.kind(place)
    lines = tuple(
        PatternLine(name, point(*begin), point(*end)) for name, begin, end in _lines(raw, places, row)
    )
    return ChartPattern(
        kind, int(sign), row, times[row].to_pydatetime(), tuple(point(*each) for each in places), lines,
        float(found.broken[place]), float(found.target[place]), float(found.wrong[place]),
    )  # fmt: skip


Place = tuple[float, float]


def _lines(raw: np.ndarray, places: list[Place], row: int) -> list[tuple[str, Place, Place]]:
    """Lines of one pattern in the mirror's prices: name, begin, end."""
    from core.patterns.scanning import DOUBLE, FLAG, SHOULDERS

    kind, end = int(raw[0]), (float(row), float(raw[2]))
    if kind == DOUBLE:
        return [
            ("neckline", places[1], end),
            ("shape", places[0], places[1]),
            ("shape", places[1], places[2]),
        ]
    if kind == SHOULDERS:
        shape = [("shape", places[i], places[i + 1]) for i in range(4)]
        return [("neckline", places[1], end), *shape]
    if kind == FLAG:
        top = places[1]
        under = float(raw[6])
        return [
            ("broken line", top, end),
            ("other line", (top[0], top[1] - under), (end[0], end[1] - under)),
            ("pole", places[0], top),
        ]
    first = places[0][0]
    start = float(raw[2] - raw[5] * (row - first))
    floor = float(raw[4] - raw[6] * (row - first))
    return [("broken line", (first, start), end), ("other line", (first, floor), (end[0], float(raw[4])))]
