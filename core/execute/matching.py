"""The matching core: what one bar does to one position, compiled once and called by backtest and paper alike.

A bar has two phases. At its open a waiting market order fills and a gap beyond stop or target is taken; within the
bar stop and target are held against low and high, the stop first. `step` is both in turn. The paper broker may do
the first when the open is known and the second when the bar has closed: the result is the same.

The rules are the column «Ours» of docs/fills.md.
"""

import math
from typing import NamedTuple

from numba import njit

ENTRY, SIGNAL, STOP, TARGET, REJECTED = 0, 1, 2, 3, 4
"""Kinds of event."""

KIND, QUANTITY, PRICE, REFERENCE, FEE, CHARGES = 0, 1, 2, 3, 4, 5
"""Columns of an event; CHARGES (on exits): entry fee and borrow cost of what was closed."""

MOST_EVENTS = 4
"""At one bar: an exit at the open, an entry, and the entry's own stop or target, with one to spare."""


class State(NamedTuple):
    """One position; quantity 0 is flat. Levels are prices, nan where there is none."""

    quantity: float
    entry_price: float
    charges: float
    """Entry fee and borrow cost so far."""
    stop: float
    target: float


class Intent(NamedTuple):
    """A market order for the next open: signed change in units, and the bracket of what it opens, as fractions."""

    quantity: float
    stop: float
    target: float


class Rates(NamedTuple):
    """Costs as fractions of price; `borrow` for one bar."""

    fee: float
    half_spread: float
    slippage: float
    borrow: float


FLAT = State(0.0, 0.0, 0.0, math.nan, math.nan)
NOTHING = Intent(0.0, math.nan, math.nan)


@njit(cache=True)
def _record(events, count, kind, quantity, price, reference, fee, charges):  # type: ignore[no-untyped-def]
    events[count, KIND] = kind
    events[count, QUANTITY] = quantity
    events[count, PRICE] = price
    events[count, REFERENCE] = reference
    events[count, FEE] = fee
    events[count, CHARGES] = charges
    return count + 1


@njit(cache=True)
def _exit(state, cash, quantity, reference, adverse, kind, rates, events, count):  # type: ignore[no-untyped-def]
    """Close `quantity` (signed like the position) at `reference`, moved against us by the fraction `adverse`."""
    side = 1.0 if quantity > 0.0 else -1.0
    price = reference * (1.0 - side * adverse)
    fee = abs(quantity) * price * rates.fee
    share = quantity / state.quantity
    charges = state.charges * share
    cash += quantity * price - fee
    count = _record(events, count, kind, -quantity, price, reference, fee, charges)
    left = state.quantity - quantity
    if left == 0.0:
        return State(0.0, 0.0, 0.0, math.nan, math.nan), cash, count
    return State(left, state.entry_price, state.charges - charges, state.stop, state.target), cash, count


@njit(cache=True)
def at_open(state, cash, others, open_, intent, fresh, rates, events, count):  # type: ignore[no-untyped-def]
    """What happens at a bar's open.

    Args:
        state: the position of this symbol.
        cash: of the whole book.
        others: signed value of the book's other positions, for the margin of a short.
        open_: the bar's open.
        intent: the order that waits for this open; NOTHING when none does.
        fresh: True when the position was opened at this very open, so that no gap can have happened.
        rates: costs.
        events: rows to write events to, float64 (MOST_EVENTS, 6).
        count: rows already written.

    Returns:
        (state, cash, count)
    """
    adverse = rates.half_spread + rates.slippage
    wanted = intent.quantity
    if state.quantity != 0.0 and wanted * state.quantity < 0.0:
        closing = -wanted if abs(wanted) < abs(state.quantity) else state.quantity
        wanted += closing
        state, cash, count = _exit(state, cash, closing, open_, adverse, SIGNAL, rates, events, count)
    elif state.quantity != 0.0 and not fresh:
        side = 1.0 if state.quantity > 0.0 else -1.0
        if (open_ - state.stop) * side <= 0.0:
            state, cash, count = _exit(
                state, cash, state.quantity, open_, adverse, STOP, rates, events, count
            )
        elif (open_ - state.target) * side >= 0.0:
            state, cash, count = _exit(state, cash, state.quantity, open_, 0.0, TARGET, rates, events, count)
    if wanted != 0.0:
        side = 1.0 if wanted > 0.0 else -1.0
        price = open_ * (1.0 + side * adverse)
        fee = abs(wanted) * price * rates.fee
        held = state.quantity * open_
        affordable = (
            wanted * price + fee <= cash if side > 0.0 else -wanted * price + fee <= cash + others + held
        )
        if not affordable:
            count = _record(events, count, REJECTED, wanted, price, open_, 0.0, 0.0)
        else:
            cash -= wanted * price + fee
            total = state.quantity + wanted
            entry = (state.quantity * state.entry_price + wanted * price) / total
            state = State(
                total,
                entry,
                state.charges + fee,
                entry * (1.0 - side * intent.stop),
                entry * (1.0 + side * intent.target),
            )
            count = _record(events, count, ENTRY, wanted, price, open_, fee, 0.0)
    return state, cash, count


@njit(cache=True)
def within_bar(state, cash, high, low, close, rates, events, count):  # type: ignore[no-untyped-def]
    """What happens between a bar's open and its close: stop before target, and the cost of being short.

    The stop is touched when the price reaches it; the target, a resting limit, only when the price trades through
    it. Both are live on the bar that opened the position. Returns (state, cash, count).
    """
    if state.quantity == 0.0:
        return state, cash, count
    adverse = rates.half_spread + rates.slippage
    if state.quantity > 0.0:
        if low <= state.stop:
            return _exit(state, cash, state.quantity, state.stop, adverse, STOP, rates, events, count)
        if high > state.target:
            return _exit(state, cash, state.quantity, state.target, 0.0, TARGET, rates, events, count)
        return state, cash, count
    if high >= state.stop:
        return _exit(state, cash, state.quantity, state.stop, adverse, STOP, rates, events, count)
    if low < state.target:
        return _exit(state, cash, state.quantity, state.target, 0.0, TARGET, rates, events, count)
    rent = -state.quantity * close * rates.borrow
    return (
        State(state.quantity, state.entry_price, state.charges + rent, state.stop, state.target),
        cash - rent,
        count,
    )


@njit(cache=True)
def step(state, cash, others, bar, intent, rates, events):  # type: ignore[no-untyped-def]
    """One whole bar (open, high, low, close): the open, then the rest. Returns (state, cash, count)."""
    state, cash, count = at_open(state, cash, others, bar[0], intent, False, rates, events, 0)
    return within_bar(state, cash, bar[1], bar[2], bar[3], rates, events, count)
