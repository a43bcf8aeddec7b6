"""Compiled: from a target exposure to orders, and one bar of the real matching core."""

# mypy: disable-error-code="no-untyped-def"

import math

import numpy as np

from core.execute import step, units
from core.execute.compiling import kernel
from core.execute.layout import (
    EVENT_COLUMNS,
    MARKET,
    O_BARS,
    O_BASE,
    O_DAY,
    O_EVEN,
    O_ID,
    O_KIND,
    O_LIFE,
    O_LIMIT,
    O_OFFSET,
    O_QUANTITY,
    O_REDUCE,
    O_STOP,
    O_TARGET,
    O_TRAIL,
    O_TRIGGER,
    ORDER_COLUMNS,
    QUANTITY,
)

CASH = 0
EQUITY = 1
"""At the last close."""
PEAK = 2
"""Highest equity at a close."""
DAY = 3
"""Number of the UTC day of the last bar."""
DAY_START = 4
"""Equity at 00:00 UTC of that day."""
AIMED = 5
"""Exposure that the position was last steered to."""
STOPPED_OUT = 6
"""1 once the drawdown limit was reached: nothing is opened any more."""
DESK_COLUMNS = 7


@kernel
def _plain(order, quantity, number):
    """A market order until cancelled, without a bracket."""
    for column in range(ORDER_COLUMNS):
        order[column] = 0.0
    for column in (O_LIMIT, O_TRIGGER, O_OFFSET, O_DAY, O_STOP, O_TARGET, O_TRAIL, O_EVEN, O_BASE):
        order[column] = math.nan
    order[O_LIFE] = math.inf
    order[O_BARS] = math.inf
    order[O_KIND] = MARKET
    order[O_QUANTITY] = quantity
    order[O_ID] = number


@kernel
def allowed(level, aimed, desk, limits):
    """The exposure that the risk rules leave of a wanted one: nothing is opened against them, closing always may be."""
    if level < 0.0 and not limits.short:
        level = 0.0
    opening = level * aimed < 0.0 or abs(level) > abs(aimed)
    lost = desk[EQUITY] <= desk[DAY_START] * (1.0 - limits.daily_loss)
    if opening and (lost or desk[STOPPED_OUT] > 0.0):
        return 0.0 if level * aimed < 0.0 else aimed
    return level


@kernel
def aim(level, desk, position, orders, price, limits, lot, number):
    """Write the orders that take a position to a target exposure, decided at a close, into the places of `orders`.

    An exposure already aimed at changes nothing: a position is not trimmed because its price moved. Turning closes by
    one order and opens by another at the same open, as a backtest's orders do (core.execute.sizing.decide).

    Args:
        level: −1 … 1, in shares of the largest position.
        desk: (DESK_COLUMNS,), changed in place.
        position: (POSITION_COLUMNS,) at this close.
        orders: (2, ORDER_COLUMNS), changed in place: one place to close, one to open.
        price: this close.
        limits: see core.agent.arena.Limits.
        lot: smallest step of a quantity; 0 for none.
        number: O_ID of the orders.
    """
    held = position[QUANTITY]
    aimed = desk[AIMED]
    if held == 0.0 and orders[1, O_KIND] == 0.0:
        aimed = 0.0
    level = allowed(level, aimed, desk, limits)
    desk[AIMED] = level
    if level == aimed:
        return
    orders[0, O_KIND] = 0.0
    orders[1, O_KIND] = 0.0
    side = 1.0 if level > 0.0 else -1.0
    wanted = side * units(abs(level) * limits.size, desk[EQUITY], price, lot) if level != 0.0 else 0.0
    change = wanted
    if held != 0.0:
        leaving = -held if wanted * held <= 0.0 else wanted - held
        if leaving * held < 0.0:
            _plain(orders[0], leaving, number)
            orders[0, O_REDUCE] = 1.0
        if wanted * held > 0.0:
            change = wanted - held
    if change * side <= 0.0 or level == 0.0:
        return
    order = orders[1]
    _plain(order, change, number)
    order[O_STOP] = limits.stop
    order[O_TARGET] = limits.target
    order[O_TRAIL] = limits.trail
    order[O_EVEN] = limits.even
    order[O_BARS] = limits.bars


@kernel
def turn(level, row, desk, position, orders, opens, highs, lows, closes, days, terms, market, limits, events):
    """Decide at the close of `row`, live through the bar after it. Returns how many events were written.

    Args:
        level: target exposure, −1 … 1.
        desk: (DESK_COLUMNS,), changed in place: afterwards as at the close of row + 1.
        position, orders, events: rows of core.execute.layout, changed in place.
        opens, highs, lows, closes, days: (n,), n > row + 1.
        terms, market, limits: see core.agent.arena.Arena.
    """
    aim(level, desk, position, orders, closes[row], limits, terms.lot, float(row))
    i = row + 1
    if days[i] != desk[DAY]:
        desk[DAY] = days[i]
        desk[DAY_START] = desk[EQUITY]
    known = market[i] if len(market) > 1 else market[0]
    bar = (opens[i], highs[i], lows[i], closes[i])
    cash, count = step(position, desk[CASH], 0.0, bar, orders, terms, known, events)
    desk[CASH] = cash
    desk[EQUITY] = cash + position[QUANTITY] * closes[i]
    desk[PEAK] = max(desk[PEAK], desk[EQUITY])
    if desk[EQUITY] <= desk[PEAK] * (1.0 - limits.drawdown):
        desk[STOPPED_OUT] = 1.0
    return count


@kernel
def follow(levels, desk, position, orders, opens, highs, lows, closes, days, terms, market, limits):
    """Live through all bars with exposures that are known beforehand.

    Args:
        levels: (n,) exposure decided at each close; the last one is not acted on.

    Returns:
        equity (n,) and quantity held (n,) at each close; log (k, 1 + EVENT_COLUMNS): the bar of an event, then the event.
    """
    n = len(closes)
    equity, held = np.empty(n), np.zeros(n)
    events, log, used = np.zeros((18, EVENT_COLUMNS)), np.empty((256, 1 + EVENT_COLUMNS)), 0
    equity[0] = desk[EQUITY]
    for row in range(n - 1):
        count = turn(
            levels[row], row, desk, position, orders, opens, highs, lows, closes, days, terms, market, limits, events
        )  # fmt: skip
        equity[row + 1] = desk[EQUITY]
        held[row + 1] = position[QUANTITY]
        if used + count > len(log):
            grown = np.empty((2 * len(log) + count, 1 + EVENT_COLUMNS))
            grown[:used] = log[:used]
            log = grown
        for j in range(count):
            log[used, 0] = row + 1
            log[used, 1:] = events[j]
            used += 1
    return equity, held, log[:used].copy()
