"""The matching core: what one bar does to one position and its orders, compiled once for backtest, sweep and paper.

A bar has two phases. At its open waiting orders fill and a gap beyond stop or target is taken; within the bar stop and
target are held against low and high, the stop first, and then resting orders. `step` is both in turn. The paper broker
may do the first when the open is known and the second when the bar has closed: the result is the same.

Positions and orders are rows of arrays (core.execute.layout), changed in place. The rules, beside those of other
engines: docs/fills.md.
"""

# mypy: disable-error-code="no-untyped-def"

import math

import numpy as np

from core.execute.compiling import kernel
from core.execute.fills import leave, level
from core.execute.layout import (
    BEST,
    BORN,
    CHARGES,
    ENTRY_PRICE,
    EVEN,
    LEAVING,
    LEFT,
    M_LAST,
    MOVED,
    O_HIT,
    O_KIND,
    QUANTITY,
    ROOM,
    STOP,
    STOPPED,
    TAKEN,
    TARGET,
    TIMED,
    TRAIL,
    TRAILED,
)
from core.execute.orders import close_by, drop_rests, end_unfilled, fill_within, open_by, rest, wake

NONE = np.int64(0)
"""No event yet; not a literal, for which numba would compile everything a second time."""


@kernel(forceinline=True)
def new_bar(position, terms, market):
    """How much this bar fills: a share of the volume of the bar before, which is known at the open."""
    position[ROOM] = terms.participation * market[M_LAST] if terms.participation > 0.0 else math.inf


@kernel(forceinline=True)
def _gap(position, cash, open_, terms, market, events, count):
    """Close a position whose stop the open has reached, or whose target it has passed."""
    side = 1.0 if position[QUANTITY] > 0.0 else -1.0
    if (open_ - position[STOP]) * side <= 0.0:
        kind = float(TRAILED) if position[MOVED] > 0.0 else float(STOPPED)
        return leave(position, cash, open_, terms.slip_out, terms.fee, kind, terms, market, events, count)
    past = (open_ - position[TARGET]) * side
    if past > 0.0 or (terms.touch and past == 0.0):
        return leave(
            position, cash, open_, terms.slip_target, terms.maker, float(TAKEN), terms, market, events, count
        )
    return cash, count


@kernel(forceinline=True)
def _due(position, cash, open_, terms, market, events, count):
    """What a position itself does at an open: the rest of an exit, its time limit, its gap."""
    if position[LEAVING] > 0.0:
        kind = position[LEAVING]
        return leave(position, cash, open_, terms.slip_out, terms.fee, kind, terms, market, events, count)
    if position[LEFT] <= 0.0:
        kind = float(TIMED)
        return leave(position, cash, open_, terms.slip_out, terms.fee, kind, terms, market, events, count)
    return _gap(position, cash, open_, terms, market, events, count)


@kernel(forceinline=True)
def at_open(position, cash, bound, open_, orders, terms, market, events, count):
    """What happens at a bar's open: orders that close, the position's own exits, orders that open.

    Args:
        position: (POSITION_COLUMNS,), changed in place.
        cash: of the whole book.
        bound: cash that the book's other shorts bind: twice their value (what they brought in, and as much cover).
        open_: the bar's open.
        orders: (places, ORDER_COLUMNS), changed in place; filled in the order of their places.
        terms: costs and convention.
        market: (MARKET_COLUMNS,): what was known of the market before this open.
        events: (≥ 6 + 6 · places, EVENT_COLUMNS) rows to write events to.
        count: rows already written.

    Returns:
        (cash, count)
    """
    waiting = False
    for j in range(len(orders)):
        if orders[j, O_KIND] != 0.0:
            waiting = True
            count = wake(orders, j, open_, terms, market, events, count)
    if waiting and terms.exit_first:
        cash, count = _closing(position, cash, open_, orders, terms, market, events, count)
    if position[QUANTITY] != 0.0 and position[BORN] == 0.0:
        before = count
        cash, count = _due(position, cash, open_, terms, market, events, count)
        count = drop_rests(position, orders, open_, before, events, count)
    if not waiting:
        return cash, count
    if not terms.exit_first:
        cash, count = _closing(position, cash, open_, orders, terms, market, events, count)
    for j in range(len(orders)):
        if orders[j, O_KIND] == 0.0:
            continue
        if orders[j, O_HIT] > 0.0:  # an order before it may have opened what it closes
            cash, count = close_by(position, cash, open_, orders, j, terms, market, events, count)
            cash, count = open_by(position, cash, bound, open_, orders, j, terms, market, events, count)
            # a stop nearer than spread and slippage is reached at once
            if terms.entry_live and position[QUANTITY] != 0.0:
                before = count
                cash, count = _gap(position, cash, open_, terms, market, events, count)
                count = drop_rests(position, orders, open_, before, events, count)
        count = end_unfilled(orders, j, open_, events, count)
    return cash, count


@kernel(forceinline=True)
def _closing(position, cash, open_, orders, terms, market, events, count):
    for j in range(len(orders)):
        if orders[j, O_KIND] != 0.0 and orders[j, O_HIT] > 0.0:
            cash, count = close_by(position, cash, open_, orders, j, terms, market, events, count)
    return cash, count


@kernel(forceinline=True)
def _bracket(position, cash, high, low, terms, market, events, count):
    """Stop and target against a bar's range, the stop first; entered within the bar, the target waits for the next."""
    side = 1.0 if position[QUANTITY] > 0.0 else -1.0
    worst, best = (low, high) if side > 0.0 else (high, low)
    if (worst - position[STOP]) * side <= 0.0:
        kind, at = float(TRAILED) if position[MOVED] > 0.0 else float(STOPPED), position[STOP]
        return leave(position, cash, at, terms.slip_out, terms.fee, kind, terms, market, events, count)
    past = (best - position[TARGET]) * side
    if position[BORN] < 2.0 and (past > 0.0 or (terms.touch and past == 0.0)):
        at = position[TARGET]
        return leave(
            position, cash, at, terms.slip_target, terms.maker, float(TAKEN), terms, market, events, count
        )
    return cash, count


@kernel(forceinline=True)
def within_bar(position, cash, bound, high, low, close, orders, terms, market, events, count):
    """What happens between a bar's open and its close: the bracket, resting orders, rent, and what moves at the close.

    The stop is touched when the price reaches it; the target, a resting limit, only when the price trades through
    it. Trailing and break-even moves are made at the close, for the next bar. Arguments as `at_open`.
    """
    if position[QUANTITY] != 0.0 and position[LEAVING] == 0.0 and (terms.entry_live or position[BORN] == 0.0):
        before = count
        cash, count = _bracket(position, cash, high, low, terms, market, events, count)
        count = drop_rests(position, orders, close, before, events, count)
    for j in range(len(orders)):
        if orders[j, O_KIND] == 0.0:
            continue
        cash, count = fill_within(position, cash, bound, high, low, orders, j, terms, market, events, count)
        if position[BORN] == 2.0 and position[LEAVING] == 0.0:
            before = count
            cash, count = _bracket(position, cash, high, low, terms, market, events, count)
            count = drop_rests(position, orders, close, before, events, count)
    if position[QUANTITY] != 0.0:
        cash = _close_of(position, cash, high, low, close, terms)
    for j in range(len(orders)):
        if orders[j, O_KIND] != 0.0:
            count = rest(orders, j, high, low, close, terms, events, count)
    return cash, count


@kernel(forceinline=True)
def _close_of(position, cash, high, low, close, terms):
    """Rent for the bar lived through, then the moves of the stop and the time limit. Returns cash."""
    quantity = position[QUANTITY]
    rent = max(-quantity, 0.0) * close * terms.borrow
    if terms.funding != 0.0:
        rent += quantity * close * terms.funding
    cash -= rent
    position[CHARGES] += rent
    position[LEFT] -= 1.0
    side = 1.0 if quantity > 0.0 else -1.0
    best = close if position[BORN] == 2.0 else (high if side > 0.0 else low)
    position[BORN] = 0.0
    if (best - position[BEST]) * side > 0.0:
        position[BEST] = best
    entry = position[ENTRY_PRICE]
    if (position[BEST] - entry * (1.0 + side * position[EVEN])) * side >= 0.0 and not (
        (position[STOP] - entry) * side >= 0.0
    ):
        position[STOP] = level(entry, terms.tick)
        position[MOVED] = 0.0
    trailed = level(position[BEST] * (1.0 - side * position[TRAIL]), terms.tick)
    if (trailed - position[STOP]) * side > 0.0:
        position[STOP] = trailed
        position[MOVED] = 1.0
    return cash


@kernel
def step(position, cash, bound, bar, orders, terms, market, events):
    """One whole bar (open, high, low, close): the open, then the rest. Returns (cash, count)."""
    new_bar(position, terms, market)
    if terms.whole_bar:
        return _step_whole(position, cash, bound, bar, orders, terms, market, events)
    cash, count = at_open(position, cash, bound, bar[0], orders, terms, market, events, NONE)
    return within_bar(position, cash, bound, bar[1], bar[2], bar[3], orders, terms, market, events, count)


@kernel
def _step_whole(position, cash, bound, bar, orders, terms, market, events):
    """As engines do that look at a bar as a whole: see docs/fills.md, «Parity»."""
    count = NONE
    for j in range(len(orders)):
        if orders[j, O_KIND] == 0.0:
            continue
        count = wake(orders, j, bar[0], terms, market, events, count)
    if not terms.exit_first and position[QUANTITY] != 0.0:
        cash, count = _whole_bracket(position, cash, bar, terms, market, events, count)
        if position[QUANTITY] == 0.0:
            for j in range(len(orders)):
                orders[j, O_KIND] = 0.0
    for j in range(len(orders)):
        if orders[j, O_KIND] == 0.0:
            continue
        if orders[j, O_HIT] > 0.0:
            cash, count = close_by(position, cash, bar[0], orders, j, terms, market, events, count)
            cash, count = open_by(position, cash, bound, bar[0], orders, j, terms, market, events, count)
        count = end_unfilled(orders, j, bar[0], events, count)
    if position[QUANTITY] != 0.0 and (terms.entry_live if position[BORN] == 1.0 else terms.exit_first):
        cash, count = _whole_bracket(position, cash, bar, terms, market, events, count)
    for j in range(len(orders)):
        if orders[j, O_KIND] != 0.0:
            cash, count = fill_within(
                position, cash, bound, bar[1], bar[2], orders, j, terms, market, events, count
            )
    if position[QUANTITY] != 0.0:
        cash = _close_of(position, cash, bar[1], bar[2], bar[3], terms)
    for j in range(len(orders)):
        if orders[j, O_KIND] != 0.0:
            count = rest(orders, j, bar[1], bar[2], bar[3], terms, events, count)
    return cash, count


@kernel(forceinline=True)
def _whole_bracket(position, cash, bar, terms, market, events, count):
    """The stop anywhere in the bar, then the target; opened beyond one, the open."""
    side = 1.0 if position[QUANTITY] > 0.0 else -1.0
    worst, best = (bar[2], bar[1]) if side > 0.0 else (bar[1], bar[2])
    if (worst - position[STOP]) * side <= 0.0:
        at = bar[0] if (bar[0] - position[STOP]) * side < 0.0 else position[STOP]
        kind = float(TRAILED) if position[MOVED] > 0.0 else float(STOPPED)
        return leave(position, cash, at, terms.slip_out, terms.fee, kind, terms, market, events, count)
    past = (best - position[TARGET]) * side
    if past > 0.0 or (terms.touch and past == 0.0):
        at = bar[0] if (bar[0] - position[TARGET]) * side > 0.0 else position[TARGET]
        kind = float(TAKEN)
        return leave(position, cash, at, terms.slip_target, terms.maker, kind, terms, market, events, count)
    return cash, count
