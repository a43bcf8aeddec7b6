"""The compiled loops over parameter sets: sums for each, nothing kept of the bars."""

# mypy: disable-error-code="no-untyped-def"

import math

import numpy as np
from numba import prange

from core.execute.compiling import kernel
from core.execute.layout import EVENT_COLUMNS, O_KIND, ORDER_COLUMNS, QUANTITY, STOP, TARGET, Policy
from core.execute.loops import new_position, quiet, restless
from core.execute.matching import step
from core.execute.sizing import decide


@kernel
def _figures(opens, highs, lows, closes, at, way, decisions, terms, market, cash, policy, out):
    """As `replay`, keeping nothing but sums: total return, Sharpe ratio per bar, drawdown, trades, share of bars held.

    `at` and `way` (decisions,) are the bars whose closes decide, and how: between them a flat book is passed over.
    """
    n = len(closes)
    events = np.zeros((18, EVENT_COLUMNS))
    position, orders = new_position(), np.zeros((2, ORDER_COLUMNS))
    quantity, stop, target, start = 0.0, math.nan, math.nan, cash
    waiting = busy = False
    value = peak = cash
    total = squares = fall = 0.0
    trades = bars = i = d = 0
    due = at[0] if decisions > 0 else n
    while i < n:
        if quantity == 0.0 and not waiting:
            i = due
            if i == n:
                break
        elif waiting or busy or not quiet(quantity, stop, target, highs[i], lows[i]):
            known = market[i] if len(market) > 1 else market[0]
            bar = (opens[i], highs[i], lows[i], closes[i])
            cash, count = step(position, cash, 0.0, bar, orders, terms, known, events)
            trades += _closed(events, count, quantity)
            quantity, stop, target = position[QUANTITY], position[STOP], position[TARGET]
            busy = restless(position, terms)
            waiting = orders[0, O_KIND] != 0.0 or orders[1, O_KIND] != 0.0
        now = cash + quantity * closes[i]
        change = (now - value) / value
        total += change
        squares += change * change
        value = now
        if now > peak:
            peak = now
        elif now < peak * (1.0 + fall):
            fall = now / peak - 1.0
        if quantity != 0.0:
            bars += 1
        if i == due:
            decide(way[d], position, orders, now, closes[i], policy, terms.tick, terms.from_signal, float(i))
            waiting = orders[0, O_KIND] != 0.0 or orders[1, O_KIND] != 0.0
            d += 1
            due = at[d] if d < decisions else n
        i += 1
    m = n - 1
    deviation = math.sqrt(max(squares - total * total / m, 0.0) / (m - 1)) if m > 1 else 0.0
    out[0] = value / start - 1.0
    out[1] = total / m / deviation if deviation > 1e-15 else math.nan
    out[2] = fall
    out[3] = trades
    out[4] = bars / n


@kernel(forceinline=True)
def _closed(events, count, quantity):
    """How many times the position came to nothing, walking from `quantity` through the events."""
    trades = 0
    for j in range(count):
        kind = events[j, 0]
        if kind == 4.0 or kind > 6.0:
            continue
        was = quantity
        quantity += events[j, 1]
        if kind != 0.0 and was != 0.0 and abs(quantity) <= 1e-12 * abs(was):
            trades += 1
            quantity = 0.0
    return trades


@kernel
def _with(policy, stop, target, trail):
    """The policy with another bracket."""
    return Policy(
        policy.size, stop, target, trail, policy.even, policy.bars, policy.short, policy.turn, policy.lot,
        policy.kind, policy.offset, policy.through, policy.force, policy.life, policy.delay,
    )  # fmt: skip


@kernel(parallel=True)
def sweep(opens, highs, lows, closes, directions, stops, targets, trails, terms, market, cash, policy):
    """Run many parameter sets over the same bars; one accumulator each, nothing kept of the bars.

    Args:
        opens, highs, lows, closes: float64 (n,).
        directions: int8 (k, n), what each set decides at each close; hand over a part of the sets at a time to bound
            memory.
        stops, targets, trails: (k,) bracket of each set, nan for none.
        terms, market, cash, policy: as `replay`; the bracket of `policy` is not used.

    Returns:
        (k, 5): total return, Sharpe ratio per bar (nan without variation), max drawdown, trades, share of bars held.
    """
    out = np.empty((len(directions), 5))
    for k in prange(len(directions)):
        at, way = np.empty(len(closes), np.int64), np.empty(len(closes), np.int8)
        decisions = _decisions(directions[k], at, way)
        chosen = _with(policy, stops[k], targets[k], trails[k])
        _figures(opens, highs, lows, closes, at, way, decisions, terms, market, cash, chosen, out[k])
    return out


@kernel
def _decisions(direction, at, way):
    """Bars where a direction is spoken, and which; returns how many."""
    count = 0
    for i in range(len(direction)):
        if direction[i] != 0:
            at[count] = i
            way[count] = direction[i]
            count += 1
    return count


@kernel(parallel=True)
def sweep_crosses(
    opens, highs, lows, closes, lines, fast, slow, stops, targets, trails, first, terms, market, cash, policy
):
    """As `sweep` for crosses of two lines; the directions are made on the fly, one set at a time.

    Args:
        lines: (l, n) indicator values, nan where unknown.
        fast, slow: (k,) row of the two lines of each set: up when the fast one comes to lie above, down when below.
        first: whether the side on which they lie when first known counts as a change.
    """
    out = np.empty((len(fast), 5))
    groups = _groups(fast, slow)
    for g in prange(len(groups) - 1):
        at, way = np.empty(len(closes), np.int64), np.empty(len(closes), np.int8)
        k = groups[g]
        decisions = _crosses(lines[fast[k]], lines[slow[k]], first, at, way)
        for j in range(k, groups[g + 1]):
            chosen = _with(policy, stops[j], targets[j], trails[j])
            _figures(opens, highs, lows, closes, at, way, decisions, terms, market, cash, chosen, out[j])
    return out


@kernel
def _groups(fast, slow):
    """Where runs of sets with the same two lines begin, and the end: their crosses are looked for once."""
    changes = np.flatnonzero((np.diff(fast) != 0) | (np.diff(slow) != 0)) + 1
    starts = np.empty(len(changes) + 2, np.int64)
    starts[0] = 0
    starts[1:-1] = changes
    starts[-1] = len(fast)
    return starts


@kernel
def _crosses(fast, slow, first, at, way):
    """Bars where the fast line comes to lie above (1) or below (−1) the slow one; returns how many."""
    count = 0
    last = np.int8(0)
    known = first
    for i in range(len(fast)):
        side = np.int8(fast[i] > slow[i]) - np.int8(fast[i] < slow[i])
        if side != last and side != 0:
            if known:
                at[count] = i
                way[count] = side
                count += 1
            known = True
            last = side
    return count
