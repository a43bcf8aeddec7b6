"""The matching core: what one bar does to one position, compiled once and called by backtest and paper alike.

A bar has two phases. At its open a waiting market order fills and a gap beyond stop or target is taken; within the
bar stop and target are held against low and high, the stop first. `step` is both in turn. The paper broker may do
the first when the open is known and the second when the bar has closed: the result is the same.

The rules, beside those of other engines: docs/fills.md.

Whatever is compiled and rests on these rules stays in this file, sizing and the loop over bars too: numba's cache on
disk looks only at the file a function stands in, so a loop elsewhere would go on filling by the rules of yesterday.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from core.records import Costs, Instrument, Timeframe

ENTRY, SIGNAL, STOP, TARGET, REJECTED = 0, 1, 2, 3, 4
"""Kinds of event."""

KIND, QUANTITY, PRICE, REFERENCE, FEE, CHARGES = 0, 1, 2, 3, 4, 5
"""Columns of an event; CHARGES (on exits): entry fee and borrow cost of what was closed."""

MOST_EVENTS = 4
"""At one bar: a part closed by an order, the rest by a gap, an entry, and the entry's own stop or target."""


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
    reduce_only: bool = False
    """Never opens, enlarges or turns a position."""


class Rates(NamedTuple):
    """Costs as fractions of price; `borrow` for one bar."""

    fee: float
    half_spread: float
    slippage: float
    borrow: float


FLAT = State(0.0, 0.0, 0.0, math.nan, math.nan)
NOTHING = Intent(0.0, math.nan, math.nan, False)


def rates_for(costs: Costs, instrument: Instrument, timeframe: Timeframe) -> Rates:
    """Costs as the core takes them: borrow for one bar."""
    yearly = instrument.bars_per_year(timeframe)
    return Rates(
        float(costs.fee), float(costs.half_spread), float(costs.slippage), float(costs.borrow / yearly)
    )


# Kinds and counts go in as plain numbers: numba would compile a function anew for every literal integer.
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
def _gap(state, cash, open_, rates, events, count):  # type: ignore[no-untyped-def]
    """Close a position whose stop the open has reached, or whose target it has passed."""
    side = 1.0 if state.quantity > 0.0 else -1.0
    if (open_ - state.stop) * side <= 0.0:
        adverse = rates.half_spread + rates.slippage
        return _exit(state, cash, state.quantity, open_, adverse, float(STOP), rates, events, count)
    if (open_ - state.target) * side > 0.0:
        return _exit(state, cash, state.quantity, open_, 0.0, float(TARGET), rates, events, count)
    return state, cash, count


@njit(cache=True)
def _enter(state, cash, bound, open_, wanted, intent, rates, events, count):  # type: ignore[no-untyped-def]
    """Open or enlarge a position if it can be had without leverage; a new bracket counts from this fill."""
    side = 1.0 if wanted > 0.0 else -1.0
    price = open_ * (1.0 + side * (rates.half_spread + rates.slippage))
    fee = abs(wanted) * price * rates.fee
    free = cash - bound - 2.0 * max(-state.quantity, 0.0) * open_
    if intent.reduce_only or not abs(wanted) * price + fee <= free:
        return state, cash, _record(events, count, float(REJECTED), wanted, price, open_, 0.0, 0.0)
    held = state.quantity
    total = held + wanted
    entry = price if held == 0.0 else (held * state.entry_price + wanted * price) / total
    stop = state.stop if math.isnan(intent.stop) else price * (1.0 - side * intent.stop)
    target = state.target if math.isnan(intent.target) else price * (1.0 + side * intent.target)
    count = _record(events, count, float(ENTRY), wanted, price, open_, fee, 0.0)
    return State(total, entry, state.charges + fee, stop, target), cash - (wanted * price + fee), count


@njit(cache=True)
def at_open(state, cash, bound, open_, intent, fresh, rates, events, count):  # type: ignore[no-untyped-def]
    """What happens at a bar's open: an order that closes, then gaps, then an order that opens.

    Args:
        state: the position of this symbol.
        cash: of the whole book.
        bound: cash that the book's other shorts bind: twice their value (what they brought in, and as much cover).
        open_: the bar's open.
        intent: the order that waits for this open; NOTHING when none does.
        fresh: True when the position was opened at this very open, so that no gap can have happened.
        rates: costs.
        events: rows to write events to, float64 (MOST_EVENTS, 6).
        count: rows already written.

    Returns:
        (state, cash, count)
    """
    wanted = intent.quantity
    if wanted * state.quantity < 0.0:
        closing = -wanted if abs(wanted) < abs(state.quantity) else state.quantity
        wanted = 0.0 if intent.reduce_only else wanted + closing
        adverse = rates.half_spread + rates.slippage
        state, cash, count = _exit(state, cash, closing, open_, adverse, float(SIGNAL), rates, events, count)
    if state.quantity != 0.0 and not fresh:
        state, cash, count = _gap(state, cash, open_, rates, events, count)
    if wanted != 0.0:
        state, cash, count = _enter(state, cash, bound, open_, wanted, intent, rates, events, count)
        if state.quantity != 0.0:  # a stop nearer than spread and slippage is reached at once
            state, cash, count = _gap(state, cash, open_, rates, events, count)
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
            return _exit(state, cash, state.quantity, state.stop, adverse, float(STOP), rates, events, count)
        if high > state.target:
            return _exit(state, cash, state.quantity, state.target, 0.0, float(TARGET), rates, events, count)
        return state, cash, count
    if high >= state.stop:
        return _exit(state, cash, state.quantity, state.stop, adverse, float(STOP), rates, events, count)
    if low < state.target:
        return _exit(state, cash, state.quantity, state.target, 0.0, float(TARGET), rates, events, count)
    rent = -state.quantity * close * rates.borrow
    return (
        State(state.quantity, state.entry_price, state.charges + rent, state.stop, state.target),
        cash - rent,
        count,
    )


@njit(cache=True)
def step(state, cash, bound, bar, intent, rates, events):  # type: ignore[no-untyped-def]
    """One whole bar (open, high, low, close): the open, then the rest. Returns (state, cash, count)."""
    fresh, none = np.bool_(False), np.int64(0)
    state, cash, count = at_open(state, cash, bound, bar[0], intent, fresh, rates, events, none)
    return within_bar(state, cash, bar[1], bar[2], bar[3], rates, events, count)


@njit(cache=True)
def units(fraction, equity, price, lot):  # type: ignore[no-untyped-def]
    """`fraction` of equity in units at `price`, rounded down to whole lots (lot 0: any quantity)."""
    raw = max(fraction * equity / price, 0.0)
    return raw if lot <= 0.0 else math.floor(raw / lot) * lot


@njit(cache=True)
def intent_for(direction, quantity, equity, price, size, stop, target, short, lot, turn):  # type: ignore[no-untyped-def]
    """The order that follows from a direction decided at a close.

    No opinion (0) and the direction already held change nothing: the bracket manages the position. An opposite
    opinion closes it; with `turn` the same order opens the other way, else the next decision may.

    Args:
        direction: −1, 0 or 1.
        quantity: held now, signed.
        equity: of the book at this close.
        price: this close.
        size: share of equity to put in; a fixed number of units when negative (−1 is one unit).
        stop, target: bracket as fractions from the fill, nan for none.
        short: whether a position below zero may be opened.
        lot: smallest quantity step.
        turn: whether one order may go through zero.
    """
    if direction == 0 or direction * quantity > 0.0:
        return NOTHING
    amount = 0.0
    if (direction > 0 or short) and (turn or quantity == 0.0):
        amount = -size if size < 0.0 else units(size, equity, price, lot)
    if amount == 0.0:
        return Intent(-quantity, math.nan, math.nan, True)
    return Intent(direction * amount - quantity, stop, target, False)


@njit(cache=True)
def replay(opens, highs, lows, closes, direction, rates, cash, size, stop, target, short, lot, turn):  # type: ignore[no-untyped-def]
    """Walk all bars of one symbol once, `step` by `step`.

    Args:
        opens, highs, lows, closes: float64 (n,).
        direction: int8 (n,), −1, 0, 1 decided at each close and filled at the next open.
        rates: costs.
        cash: at the start.
        size, stop, target, short, lot, turn: see `intent_for`.

    Returns:
        equity (n,) and whether a position is held (n,) at each close; events (k, 7): bar, then the event columns.
    """
    n = len(closes)
    equity, held = np.empty(n), np.empty(n, np.bool_)
    log = np.empty((256, 7))
    used = 0
    events = np.zeros((MOST_EVENTS, 6))
    state, intent = FLAT, NOTHING
    for i in range(n):
        # A bar without an order that leaves a long alone, or finds nothing held, changes nothing: skip the calls.
        quiet = state.quantity == 0.0 or (
            state.quantity > 0.0 and not lows[i] <= state.stop and not highs[i] > state.target
        )
        if intent.quantity != 0.0 or not quiet:
            bar = (opens[i], highs[i], lows[i], closes[i])
            state, cash, count = step(state, cash, 0.0, bar, intent, rates, events)
            if used + count > len(log):
                grown = np.empty((2 * len(log), 7))
                grown[:used] = log[:used]
                log = grown
            for j in range(count):
                log[used, 0] = i
                log[used, 1:] = events[j]
                used += 1
        equity[i] = cash + state.quantity * closes[i]
        held[i] = state.quantity != 0.0
        intent = NOTHING
        if direction[i] != 0:
            intent = intent_for(
                direction[i], state.quantity, equity[i], closes[i], size, stop, target, short, lot, turn
            )
    return equity, held, log[:used].copy()


def warm() -> None:
    """Compile, or load from numba's cache, all that the paper book and a backtest call."""
    prices, direction = np.ones(2), np.zeros(2, np.int8)
    for array in (prices, direction):
        array.flags.writeable = False
    events, rates = np.zeros((MOST_EVENTS, 6)), Rates(0.0, 0.0, 0.0, 0.0)
    state, cash, count = at_open(FLAT, 1.0, 0.0, 1.0, Intent(0.5, 0.1, 0.1), False, rates, events, 0)
    within_bar(state, cash, 1.0, 1.0, 1.0, rates, events, count)
    replay(prices, prices, prices, prices, direction, rates, 1.0, 0.1, 0.1, 0.1, True, 0.0, True)
