"""Compiled: chart patterns that are broken upwards. Those broken downwards are found in the mirror (−low, −high, −close).

Bar by bar: turns that become known now change the row of swings; a change may arm a pattern; a close beyond its line
confirms it. Nothing looks further back than `rules.reach` bars, so the start of a history is soon forgotten.

Whoever changes one of these functions changes this file, so numba's cache on disk compiles all of them again.
"""

# mypy: disable-error-code="no-untyped-def"

from typing import NamedTuple

import numpy as np
from numba import njit

DOUBLE, SHOULDERS, FLAT_TRIANGLE, TRIANGLE, FLAG = 0, 1, 2, 3, 4
POINTS = 5
"""Most turns that a pattern is made of."""
WIDTH = 8 + 2 * POINTS
"""Columns of a found pattern: kind, row, broken, target, wrong, slope of the broken line, slope of the other line, number
of points, then row and price of each."""
_KEPT = 7
_NEVER = -1.0


class Scan(NamedTuple):
    """What counts as a pattern; see `core.patterns.patterns.PatternRules`."""

    span: int
    height: float
    level: float
    even: float
    pole: float
    pole_bars: int
    flag_bars: int
    wait: int
    reach: int


@njit(cache=True, nogil=True)
def scan(high, low, close, fell, tops, bottoms, atr, rules):
    """Patterns confirmed at each bar, (m, WIDTH), in the order of their bars."""
    found = np.empty((64, WIDTH))
    count = 0
    swings = np.zeros((_KEPT, 3))  # newest last: row, price, 1 for a top
    turns = 0
    armed = np.zeros((4, WIDTH))
    until = np.full(4, _NEVER)
    flag = np.zeros(WIDTH)
    flag_until = _NEVER
    for r in range(rules.span, len(close)):
        turn = r - rules.span
        if tops[turn] or bottoms[turn]:
            changed = False
            for first in range(2):
                top = fell[turn] == (first == 0)
                if top and tops[turn]:
                    turns, new = _add(swings, turns, turn, high[turn], 1.0)
                    changed = changed or new
                    flag_until = _arm_flag(flag, flag_until, turn, high, low, atr[r], rules)
                if not top and bottoms[turn]:
                    turns, new = _add(swings, turns, turn, low[turn], 0.0)
                    changed = changed or new
            if changed and atr[r] > 0.0:
                _arm(armed, until, swings, turns, close, atr[r], rules)
        for kind in range(4):
            if until[kind] < r:
                continue
            over = r - armed[kind, 8]
            line = armed[kind, 2] + armed[kind, 5] * over
            floor = armed[kind, 4] + armed[kind, 6] * over
            tall = armed[kind, 3]
            if close[r] < floor or close[r] > line + 0.5 * tall:
                until[kind] = _NEVER
            elif close[r] > line:
                found, count = _keep(found, count, armed[kind], r, line, line + tall, floor)
                until[kind] = _NEVER
        if flag_until >= r:
            flag_until, line, lowest = _flag_at(flag, flag_until, r, high, low, close, rules)
            if line == line:
                found, count = _keep(found, count, flag, r, line, line + flag[3], lowest)
    return found[:count]


@njit(cache=True, nogil=True)
def _add(swings, turns, row, price, top):
    """Put a turn behind the others; of neighbours of one kind only the farthest stays. Returns their number, and whether
    anything changed."""
    if turns > 0 and swings[-1, 2] == top:
        if (price > swings[-1, 1]) != (top == 1.0) or price == swings[-1, 1]:
            return turns, False
    else:
        for i in range(_KEPT - 1):
            for k in range(3):
                swings[i, k] = swings[i + 1, k]
        turns += 1
    swings[-1, 0], swings[-1, 1], swings[-1, 2] = row, price, top
    return turns, True


@njit(cache=True, nogil=True)
def _arm(armed, until, swings, turns, close, atr, rules):
    """Patterns that the newest swings make. The first swing of a history is never used: where it began is not known."""
    bottom_last = swings[-1, 2] == 0.0
    if bottom_last and turns >= 5:
        _arm_double(armed[DOUBLE], until, swings, atr, rules)
    if bottom_last and turns >= 7:
        _arm_shoulders(armed[SHOULDERS], until, swings, atr, rules)
    if turns >= 5:
        _arm_triangle(armed, until, swings, close, atr, rules)


@njit(cache=True, nogil=True)
def _arm_double(slot, until, swings, atr, rules):
    """A fall, a bottom, a recovery, a bottom as deep: two bottoms under one neck."""
    before, first, neck, second = swings[-4, 1], swings[-3, 1], swings[-2, 1], swings[-1, 1]
    tall = neck - 0.5 * (first + second)
    if before <= neck or tall < rules.height * atr or abs(first - second) > rules.level * tall:
        return
    _describe(slot, DOUBLE, neck, 0.0, tall, min(first, second), 0.0)
    _points(slot, swings, 3)
    until[DOUBLE] = min(swings[-1, 0] + rules.wait, swings[-3, 0] + rules.reach)


@njit(cache=True, nogil=True)
def _arm_shoulders(slot, until, swings, atr, rules):
    """Three bottoms after a fall, the middle one deepest, under a neckline through the tops between them."""
    left, head, right = swings[-5, 1], swings[-3, 1], swings[-1, 1]
    slope = (swings[-2, 1] - swings[-4, 1]) / (swings[-2, 0] - swings[-4, 0])
    tall = swings[-4, 1] + slope * (swings[-3, 0] - swings[-4, 0]) - head
    if tall < rules.height * atr or swings[-6, 1] <= swings[-4, 1]:
        return
    if abs(left - right) > rules.even * tall or abs(swings[-2, 1] - swings[-4, 1]) > rules.even * tall:
        return
    if min(left, right) - head < rules.level * tall:
        return
    start = swings[-4, 1] + slope * (swings[-5, 0] - swings[-4, 0])
    _describe(slot, SHOULDERS, start, slope, tall, head, 0.0)
    _points(slot, swings, 5)
    until[SHOULDERS] = min(swings[-1, 0] + rules.wait, swings[-5, 0] + rules.reach)


@njit(cache=True, nogil=True)
def _arm_triangle(armed, until, swings, close, atr, rules):
    """Two tops and two bottoms whose lines meet: a flat roof over a rising floor, or a roof that falls towards it."""
    top = -1 if swings[-1, 2] == 1.0 else -2
    base = -3 - top
    first, last = swings[-4, 0], swings[-1, 0]
    roof = (swings[top, 1] - swings[top - 2, 1]) / (swings[top, 0] - swings[top - 2, 0])
    ground = (swings[base, 1] - swings[base - 2, 1]) / (swings[base, 0] - swings[base - 2, 0])
    upper = swings[top - 2, 1] + roof * (first - swings[top - 2, 0])
    lower = swings[base - 2, 1] + ground * (first - swings[base - 2, 0])
    tall = upper - lower
    rise = swings[base, 1] - swings[base - 2, 1]
    fall = swings[top - 2, 1] - swings[top, 1]
    if tall < rules.height * atr or rise < rules.level * tall or roof >= ground:
        return
    kind = FLAT_TRIANGLE if abs(fall) <= rules.level * tall else TRIANGLE
    if kind == TRIANGLE and fall < 0.0:
        return
    for i in range(int(first), int(last) + 1):
        over, slack = i - first, rules.level * tall
        if close[i] > upper + roof * over + slack or close[i] < lower + ground * over - slack:
            return
    _describe(armed[kind], kind, upper, roof, tall, lower, ground)
    _points(armed[kind], swings, 4)
    until[kind] = min(min(last + rules.wait, first + rules.reach), first + tall / (ground - roof))


@njit(cache=True, nogil=True)
def _arm_flag(slot, until, top, high, low, atr, rules):
    """A steep rise to a top; what follows may become its flag. Returns until when it is waited for."""
    base = max(top - rules.pole_bars, 0)
    for i in range(base, top):
        if low[i] <= low[base]:
            base = i
    tall = high[top] - low[base]
    if not tall >= rules.pole * atr:
        return until
    _describe(slot, FLAG, high[top], 0.0, tall, 0.0, 0.0)
    slot[7] = 2
    slot[8], slot[9], slot[10], slot[11] = base, low[base], top, high[top]
    return top + rules.flag_bars


@njit(cache=True, nogil=True)
def _flag_at(slot, until, r, high, low, close, rules):
    """Until when the flag is waited for, the price of its broken line (null: not broken) and its lowest point.

    The line goes from the top of the pole over all highs since; a flag is narrow, and takes back half of the pole at most.
    """
    top, tall = int(slot[10]), slot[3]
    slope, lowest, at = -np.inf, np.inf, top
    for i in range(top + 1, r):
        lowest = min(lowest, low[i])
        steep = (high[i] - high[top]) / (i - top)
        if i >= top + 2 and steep > slope:
            slope, at = steep, i
    if lowest < high[top] - 0.5 * tall or slope >= 0.0 or close[r] > high[top] + 0.5 * tall:
        return _NEVER, np.nan, lowest
    line = high[top] + slope * (r - top)
    if not close[r] > line:
        return until, np.nan, lowest
    under = 0.0
    for i in range(top + 1, r):
        under = max(under, high[top] + slope * (i - top) - low[i])
    if under > rules.even * tall:
        return _NEVER, np.nan, lowest
    slot[5], slot[6], slot[7] = slope, under, 3
    slot[12], slot[13] = at, high[at]
    return _NEVER, line, lowest


@njit(cache=True, nogil=True)
def _describe(slot, kind, line, slope, tall, floor, ground):
    """Broken line at the first point, height and floor of an armed pattern."""
    slot[0], slot[2], slot[3], slot[4], slot[5], slot[6] = kind, line, tall, floor, slope, ground


@njit(cache=True, nogil=True)
def _points(slot, swings, number):
    slot[7] = number
    for i in range(number):
        slot[8 + 2 * i], slot[9 + 2 * i] = swings[i - number, 0], swings[i - number, 1]


@njit(cache=True, nogil=True)
def _keep(found, count, slot, row, line, target, wrong):
    if count == len(found):
        longer = np.empty((2 * count, WIDTH))
        for i in range(count):
            for k in range(WIDTH):
                longer[i, k] = found[i, k]
        found = longer
    for k in range(WIDTH):
        found[count, k] = slot[k]
    found[count, 1], found[count, 2], found[count, 3], found[count, 4] = row, line, target, wrong
    return found, count + 1
