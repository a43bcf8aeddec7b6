"""Compiled: what one bar makes of an exposure, told in closed form for learning.

Learning needs the outcome of every exposure at every bar from many states of the book, which is too much for the
matching core. `pace` tells it in the fractions that matter, with the same fills: entry and exit at the next open, stop
and target inside the bar (the stop first, gaps at the open), fee, half-spread, slippage, rent. What it leaves out:

- a position counts at the exposure aimed at; in the core its share of equity drifts with the price;
- lots, ticks, the minimum fee, impact, shares of volume that delay a fill, cash that does not suffice;
- trailing and break-even stops, time limits, and the limits on daily loss and drawdown.

Agents are judged in the matching core alone, where all of it holds.
"""

# mypy: disable-error-code="no-untyped-def"

import math

import numpy as np

from core.execute.compiling import kernel
from core.execute.layout import M_SIGMA


@kernel
def pace(level, held, entry, bar, adverse, terms, limits):
    """Exposure `level` decided at a close, over the bar that follows.

    Args:
        level: −1 … 1.
        held: exposure until now.
        entry: its entry price as a multiple of the close; any number when nothing is held.
        bar: open, high, low, close as multiples of the close at which it was decided.
        adverse: half-spread and slippage of a market fill, as a fraction.
        terms, limits: of the arena.

    Returns:
        change of equity as a fraction of it; exposure held at the bar's close, and its entry as a multiple of that.
    """
    opened, closed = bar[0], bar[3]
    basis, fees = held, 0.0  # what is held stands in the books at the close it was decided at
    gain = 0.0
    fresh = False
    now = held
    if level != held:
        if held != 0.0 and (level * held <= 0.0 or abs(level) < abs(held)):
            leaving = held if level * held <= 0.0 else held - level
            fill = opened * (1.0 - math.copysign(adverse * terms.slip_out, held))
            gain += leaving * (fill - 1.0)
            fees += abs(leaving) * fill * terms.fee
            now = held - leaving
            basis = now
        if abs(level) > abs(now):
            more = level - now
            fill = opened * (1.0 + math.copysign(adverse * terms.slip_in, level))
            fees += abs(more) * fill * terms.fee
            entry = (now * entry + more * fill) / level
            basis += more * fill
            now = level
            fresh = True
    if now != 0.0:
        price, rate = _leaves(now, entry, bar, fresh, adverse, terms, limits)
        if rate >= 0.0:
            gain += now * price - basis
            fees += abs(now) * price * rate
            now = 0.0
        else:
            gain += now * closed - basis
            gain -= (max(-now, 0.0) * terms.borrow + now * terms.funding) * closed
    return limits.size * (gain - fees), now, entry / closed


@kernel
def _leaves(held, entry, bar, fresh, adverse, terms, limits):
    """Price and fee rate at which stop or target end a position in this bar; a rate below 0: they do not."""
    opened, high, low, _ = bar
    side = 1.0 if held > 0.0 else -1.0
    stop, target = entry * (1.0 - side * limits.stop), entry * (1.0 + side * limits.target)
    out = 1.0 - side * adverse * terms.slip_out
    if (opened - stop) * side <= 0.0:
        return opened * out, terms.fee
    if not fresh and (opened - target) * side > 0.0:
        return opened, terms.maker
    worst, best = (low, high) if side > 0.0 else (high, low)
    if (worst - stop) * side <= 0.0:
        return stop * out, terms.fee
    if (best - target) * side > 0.0:
        return target, terms.maker
    return 0.0, -1.0


@kernel
def _bar(i, opens, highs, lows, closes):
    """The bar after row i in multiples of its close."""
    c = closes[i]
    return (opens[i + 1] / c, highs[i + 1] / c, lows[i + 1] / c, closes[i + 1] / c)


@kernel
def _adverse(i, terms, market):
    known = market[i + 1] if len(market) > 1 else market[0]
    return terms.half_spread + terms.slippage + terms.by_sigma * known[M_SIGMA]


@kernel
def roam(opens, highs, lows, closes, switch, choice, terms, market, limits):
    """Books that a policy of whim would have at every close, to learn from.

    Args:
        opens, highs, lows, closes: (n,).
        switch: (k, n) bool: whether a walk thinks anew at a close.
        choice: (k, n) the exposure that it then takes; else it goes on with the last one, or flat after a stop.

    Returns:
        (k, n − 1, 3): exposure held at each close but the last, its entry as a multiple of that close, and log drawdown.
    """
    walks, n = switch.shape
    books = np.zeros((walks, n - 1, 3))
    for k in range(walks):
        held, entry, fall = 0.0, 1.0, 0.0
        for i in range(n - 1):
            books[k, i, 0], books[k, i, 1], books[k, i, 2] = held, entry, fall
            level = choice[k, i] if switch[k, i] else held
            bar = _bar(i, opens, highs, lows, closes)
            gain, held, entry = pace(level, held, entry, bar, _adverse(i, terms, market), terms, limits)
            fall = min(0.0, fall + math.log1p(max(gain, -0.999999)))
    return books


@kernel
def outcomes(rows, books, levels, opens, highs, lows, closes, terms, market, limits):
    """What every exposure makes of every book over the next bar.

    Args:
        rows: (m,) bar of each book.
        books: (m, 3) as `roam`.
        levels: (a,).

    Returns:
        gains (m, a): log growth of equity; after (m, a, 3): the books at the next close.
    """
    gains, after = np.empty((len(rows), len(levels))), np.empty((len(rows), len(levels), 3))
    for j in range(len(rows)):
        i = rows[j]
        bar, adverse = _bar(i, opens, highs, lows, closes), _adverse(i, terms, market)
        for a in range(len(levels)):
            gain, held, entry = pace(levels[a], books[j, 0], books[j, 1], bar, adverse, terms, limits)
            gains[j, a] = math.log1p(max(gain, -0.999999))
            after[j, a, 0], after[j, a, 1] = held, entry
            after[j, a, 2] = min(0.0, books[j, 2] + gains[j, a])
    return gains, after
