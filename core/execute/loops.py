"""The compiled loops over bars: one asset, and many assets with shared cash."""

# mypy: disable-error-code="no-untyped-def"

import math

import numpy as np

from core.execute.compiling import kernel
from core.execute.fills import clear
from core.execute.layout import (
    BORN,
    EVEN,
    EVENT_COLUMNS,
    LEAVING,
    LEFT,
    O_KIND,
    ORDER_COLUMNS,
    POSITION_COLUMNS,
    QUANTITY,
    ROOM,
    STOP,
    TARGET,
    TRAIL,
    Policy,
    Terms,
)
from core.execute.matching import at_open, new_bar, step, within_bar
from core.execute.sizing import decide

NONE = np.int64(0)
"""Not a literal: numba would compile what it is handed to a second time."""
LOG_COLUMNS = 2 + EVENT_COLUMNS
"""Bar, asset, then the columns of an event."""


@kernel
def new_position():
    """A position that holds nothing, made by compiled code."""
    position = np.zeros(POSITION_COLUMNS)
    clear(position)
    position[ROOM] = math.inf
    return position


@kernel(forceinline=True)
def quiet(quantity, stop, target, high, low):
    """Whether a bar leaves a plain position alone (a price at its target is left to the core to judge)."""
    if quantity > 0.0:
        return not low <= stop and not high >= target
    return quantity == 0.0 or (not high >= stop and not low <= target)


@kernel(forceinline=True)
def restless(position, terms):
    """Whether every bar changes this position: something moves with the price or the time, or rent is due."""
    return position[QUANTITY] != 0.0 and (
        not math.isnan(position[TRAIL])
        or not math.isnan(position[EVEN])
        or position[LEFT] < math.inf
        or position[LEAVING] > 0.0
        or terms.funding != 0.0
        or (position[QUANTITY] < 0.0 and terms.borrow != 0.0)
    )


@kernel
def _log(log, used, bar, asset, events, count):
    """Append events to a log that grows. Returns (log, rows used)."""
    if used + count > len(log):
        grown = np.empty((2 * len(log) + count, LOG_COLUMNS))
        for i in range(used):  # written out: copying by slices takes numba seconds to compile
            for j in range(LOG_COLUMNS):
                grown[i, j] = log[i, j]
        log = grown
    for i in range(count):
        log[used, 0] = bar
        log[used, 1] = asset
        for j in range(EVENT_COLUMNS):
            log[used, 2 + j] = events[i, j]
        used += 1
    return log, used


@kernel
def replay(opens, highs, lows, closes, direction, terms, market, cash, policy):
    """Walk all bars of one asset once, `step` by `step`.

    Args:
        opens, highs, lows, closes: float64 (n,).
        direction: int8 (n,), −1, 0, 1 decided at each close.
        terms: costs and convention.
        market: (n or 1, MARKET_COLUMNS).
        cash: at the start.
        policy: how a direction becomes an order.

    Returns:
        equity (n,) and whether a position is held (n,) at each close; log (k, LOG_COLUMNS).
    """
    n = len(closes)
    equity, held = np.empty(n), np.empty(n, np.bool_)
    log, used = np.empty((256, LOG_COLUMNS)), 0
    events = np.zeros((18, EVENT_COLUMNS))
    position, orders = new_position(), np.zeros((2, ORDER_COLUMNS))
    quantity, stop, target = 0.0, math.nan, math.nan
    waiting = busy = False
    for i in range(n):
        # A bar without an order that leaves a plain position alone changes nothing: skip the calls.
        if waiting or busy or not quiet(quantity, stop, target, highs[i], lows[i]):
            known = market[i] if len(market) > 1 else market[0]
            bar = (opens[i], highs[i], lows[i], closes[i])
            cash, count = step(position, cash, 0.0, bar, orders, terms, known, events)
            log, used = _log(log, used, i, NONE, events, count)
            quantity, stop, target = position[QUANTITY], position[STOP], position[TARGET]
            busy = restless(position, terms)
            waiting = orders[0, O_KIND] != 0.0 or orders[1, O_KIND] != 0.0
        equity[i] = cash + quantity * closes[i]
        held[i] = quantity != 0.0
        if direction[i] != 0:
            decide(
                direction[i], position, orders, equity[i], closes[i], policy, terms.tick,
                terms.from_signal, float(i),
            )  # fmt: skip
            waiting = orders[0, O_KIND] != 0.0 or orders[1, O_KIND] != 0.0
    return equity, held, log[:used].copy()


@kernel(forceinline=True)
def _terms(row):
    """Terms from a row of numbers, in the order of the fields."""
    return Terms(
        row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], row[10], row[11],
        row[12] > 0.0, row[13] > 0.0, row[14] > 0.0, row[15] > 0.0, row[16] > 0.0, row[17], row[18], row[19],
    )  # fmt: skip


@kernel(forceinline=True)
def _short(position, price):
    """Value of a short; 0 for what is not one."""
    return max(-position[QUANTITY] * price, 0.0)


@kernel
def replay_book(opens, highs, lows, closes, direction, schedule, terms, market, cash, policy, places):
    """Walk all bars of several assets that share cash; bar by bar, at each the assets in their order.

    A bar of an asset that did not trade has a NaN open: nothing happens to that asset, and its last price stands.

    Args:
        opens, highs, lows, closes: float64 (n, m).
        direction: int8 (n, m), decided at each close; all zero for none.
        schedule: (k, 2 + ORDER_COLUMNS): orders sent at a close: bar, asset, then the order's row; in order of bars.
        terms: (m, fields of Terms) costs of each asset.
        market: (n or 1, m, MARKET_COLUMNS).
        cash: at the start.
        policy: how a direction becomes an order.
        places: for scheduled orders of one asset that wait at the same time; more are an error.

    Returns:
        equity (n,); quantity held (n, m) at each close; log (k, LOG_COLUMNS); number of scheduled orders that found no
        free place.
    """
    n, m = closes.shape
    equity, held = np.empty(n), np.zeros((n, m))
    log, used = np.empty((256, LOG_COLUMNS)), 0
    events = np.zeros((6 + 6 * (places + 2), EVENT_COLUMNS))
    positions, orders = np.zeros((m, POSITION_COLUMNS)), np.zeros((m, places + 2, ORDER_COLUMNS))
    last = np.zeros(m)
    for a in range(m):
        clear(positions[a])
    sent, lost = 0, 0
    for i in range(n):
        known = market[i] if len(market) > 1 else market[0]
        shorts = 0.0  # what they bind is looked at by every asset, so their sum is kept, not made anew
        for a in range(m):
            shorts += _short(positions[a], last[a])
        for a in range(m):
            if math.isnan(opens[i, a]):
                continue
            rules = _terms(terms[a])
            new_bar(positions[a], rules, known[a])
            others = max(shorts - _short(positions[a], last[a]), 0.0)
            cash, count = at_open(
                positions[a], cash, 2.0 * others, opens[i, a], orders[a], rules, known[a], events, NONE
            )
            log, used = _log(log, used, i, a, events, count)
            if positions[a, BORN] == 1.0:
                last[a] = opens[i, a]
            shorts = others + _short(positions[a], last[a])
        for a in range(m):
            if math.isnan(opens[i, a]):
                continue
            others = max(shorts - _short(positions[a], last[a]), 0.0)
            cash, count = within_bar(
                positions[a], cash, 2.0 * others, highs[i, a], lows[i, a], closes[i, a], orders[a],
                _terms(terms[a]), known[a], events, NONE,
            )  # fmt: skip
            log, used = _log(log, used, i, a, events, count)
            last[a] = closes[i, a]
            shorts = others + _short(positions[a], last[a])
        value = cash
        for a in range(m):
            held[i, a] = positions[a, QUANTITY]
            value += held[i, a] * last[a]
        equity[i] = value
        for a in range(m):
            if direction[i, a] != 0:
                rules = _terms(terms[a])
                decide(
                    direction[i, a], positions[a], orders[a, :2], value, closes[i, a], _in_lots(policy, rules.lot),
                    rules.tick, rules.from_signal, float(i),
                )  # fmt: skip
        while sent < len(schedule) and schedule[sent, 0] <= i:
            lost += _place(orders[int(schedule[sent, 1]), 2:], schedule[sent, 2:])
            sent += 1
    return equity, held, log[:used].copy(), lost


@kernel
def _place(orders, order):
    """Put an order into a free place; 1 when there is none."""
    for j in range(len(orders)):
        if orders[j, O_KIND] == 0.0:
            orders[j] = order
            return 0
    return 1


@kernel(forceinline=True)
def _in_lots(policy, lot):
    """The policy for an asset that trades in these lots."""
    return Policy(
        policy.size, policy.stop, policy.target, policy.trail, policy.even, policy.bars, policy.short, policy.turn, lot,
        policy.kind, policy.offset, policy.through, policy.force, policy.life, policy.delay,
    )  # fmt: skip
