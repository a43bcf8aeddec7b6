"""Compiled: turns at nearly the same price as levels, and what the price does at them.

Whoever changes one of these functions changes this file, so numba's cache on disk compiles all of them again.
"""

# mypy: disable-error-code="no-untyped-def"

import numpy as np
from numba import njit

MOST = 512
"""Turns that are known at one time; the oldest are forgotten first."""


@njit(cache=True, nogil=True)
def group(price, count, width, top, ends):
    """Turns sorted by price, put together from below while they lie within `width`; none that begins above `top`.

    Fills ends (m, 2) with the first turn of each group and the one after its last; returns the number of groups.
    """
    found = i = 0
    while i < count and price[i] <= top:
        j = i
        while j < count and price[j] - price[i] <= width:
            j += 1
        ends[found, 0], ends[found, 1] = i, j
        found, i = found + 1, j
    return found


@njit(cache=True, nogil=True)
def mean(price, begin, end):
    """Price of a group: the mean of its turns."""
    total = 0.0
    for i in range(begin, end):
        total += price[i]
    return total / (end - begin)


@njit(cache=True, nogil=True)
def strength(row, begin, end, now, half):
    """1 − ½ ** Σ ½ ** (age / half): a touch counts 1 when it is new and half after `half` bars."""
    weight = 0.0
    for i in range(begin, end):
        weight += 0.5 ** ((now - row[i]) / half)
    return 1.0 - 0.5**weight


@njit(cache=True, nogil=True)
def known_turns(high, low, tops, bottoms, now, span, reach, price, row):
    """Turns that are known at `now` and not older than `reach` bars, sorted by price; returns their number."""
    count = 0
    for i in range(max(now - reach, 0), now - span + 1):
        count = joined(high, low, tops, bottoms, i, price, row, count)
    return count


@njit(cache=True, nogil=True)
def joined(high, low, tops, bottoms, i, price, row, count):
    """Put the turns of bar i among those sorted by price, after those of the same price; returns their number."""
    for top in range(2):
        if count < MOST and ((top == 1 and tops[i]) or (top == 0 and bottoms[i])):
            value = high[i] if top == 1 else low[i]
            k = count
            while k > 0 and price[k - 1] > value:
                price[k], row[k] = price[k - 1], row[k - 1]
                k -= 1
            price[k], row[k] = value, i
            count += 1
    return count


@njit(cache=True, nogil=True)
def forgotten(first, price, row, count):
    """Take out the turns of bars before `first`; returns the number of the others."""
    kept = 0
    for k in range(count):
        if row[k] >= first:
            price[kept], row[kept] = price[k], row[k]
            kept += 1
    return kept


@njit(cache=True, nogil=True)
def meet(open_, high, low, close, tops, bottoms, atr, span, reach, width, touches, near, beyond, half):
    """What each bar does at the levels known before it: (n, 4) of way (1, −1, 0), price, strength, 1 for a break.

    Bounce: from its side the bar reaches within `near` ranges of a level and closes back beyond that, with the bounce.
    Break: the close is `beyond` ranges past a level that the close before had not passed. A break counts before a
    bounce, then the stronger level.
    """
    n = len(close)
    told = np.zeros((n, 4))
    price, row, ends = np.empty(MOST), np.empty(MOST), np.empty((MOST, 2), np.int64)
    count, full = 0, False
    for r in range(1, n):
        new, old = (
            r - 1 - span,
            r - 2 - reach,
        )  # the bar whose turn is confirmed now, and the one that is too old
        if full:  # some had no room: look again
            count = known_turns(high, low, tops, bottoms, r - 1, span, reach, price, row)
        else:
            if old >= 0 and (tops[old] or bottoms[old]):
                count = forgotten(old + 1, price, row, count)
            if new >= 0:
                count = joined(high, low, tops, bottoms, new, price, row, count)
        full = count == MOST
        scale = atr[r - 1]
        if not scale > 0.0 or count == 0:
            continue
        before, room, best = close[r - 1], near * scale, 0.0
        bottom = min(low[r] - room, close[r], before)
        top = max(high[r] + room, close[r], before)
        found = group(price, count, width * scale, top, ends)
        for k in range(found):
            begin, end = ends[k]
            if end - begin < touches or price[end - 1] < bottom:  # too few turns, or out of the bar's reach
                continue
            at, way, broke = mean(price, begin, end), 0.0, 0.0
            if before < at and close[r] > at + beyond * scale:
                way, broke = 1.0, 1.0
            elif before > at and close[r] < at - beyond * scale:
                way, broke = -1.0, 1.0
            elif before > at and low[r] <= at + room and close[r] > max(at + room, open_[r]):
                way = 1.0
            elif before < at and high[r] >= at - room and close[r] < min(at - room, open_[r]):
                way = -1.0
            if way == 0.0:
                continue
            strong = strength(row, begin, end, r - 1, half)
            if strong + broke > best:
                best = strong + broke
                told[r, 0], told[r, 1], told[r, 2], told[r, 3] = way, at, strong, broke
    return told
