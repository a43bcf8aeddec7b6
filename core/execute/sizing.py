"""From a direction to an order."""

# mypy: disable-error-code="no-untyped-def"

import math

from core.execute.compiling import kernel
from core.execute.fills import level
from core.execute.layout import (
    LIMIT,
    MARKET,
    O_BARS,
    O_BASE,
    O_DAY,
    O_DELAY,
    O_EVEN,
    O_FORCE,
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
    STOP_LIMIT,
    STOP_MARKET,
    TRAILING,
)


@kernel
def units(fraction, equity, price, lot):
    """`fraction` of equity in units at `price`, rounded down to whole lots (lot 0: any quantity)."""
    raw = max(fraction * equity / price, 0.0)
    return raw if lot <= 0.0 else math.floor(raw / lot) * lot


@kernel
def decide(direction, position, orders, equity, price, policy, tick, from_signal, number):
    """Write the order that follows from a direction decided at a close into the places of `orders`.

    No opinion (0), the direction already held and an order that already waits for it change nothing: the bracket
    manages the position. An opposite opinion cancels what waits and closes what is held; with `policy.turn` the same
    decision opens the other way, else the next one may.

    Args:
        direction: −1, 0 or 1.
        position: (POSITION_COLUMNS,) at this close.
        orders: (2, ORDER_COLUMNS), changed in place: one place to close, one to open.
        equity: of the book at this close.
        price: this close.
        policy: how to order.
        tick: levels are rounded to it.
        from_signal: the bracket is counted from `price`.
        number: O_ID of the order.
    """
    held = position[QUANTITY]
    if direction == 0:
        return
    if orders[0, O_KIND] != 0.0 or orders[1, O_KIND] != 0.0:
        if orders[1, O_KIND] != 0.0 and direction * orders[1, O_QUANTITY] > 0.0:
            return
        if orders[0, O_KIND] != 0.0 and direction * orders[0, O_QUANTITY] > 0.0 and held != 0.0:
            return
        orders[0, O_KIND] = 0.0
        orders[1, O_KIND] = 0.0
    if direction * held > 0.0:
        return
    amount = 0.0
    if (direction > 0 or policy.short) and (policy.turn or held == 0.0):
        amount = -policy.size if policy.size < 0.0 else units(policy.size, equity, price, policy.lot)
    # Closing apart from opening: what leaves by itself meanwhile is not closed again by the order that opens.
    if held != 0.0:
        _write(orders[0], MARKET, -held, policy, number)
        orders[0, O_REDUCE] = 1.0
    if amount == 0.0:
        return
    order = orders[1]
    _write(order, policy.kind, direction * amount, policy, number)
    order[O_FORCE] = policy.force
    order[O_LIFE] = policy.life
    order[O_STOP] = policy.stop
    order[O_TARGET] = policy.target
    order[O_TRAIL] = policy.trail
    order[O_EVEN] = policy.even
    order[O_BARS] = policy.bars
    if from_signal:
        order[O_BASE] = price
    if policy.kind == LIMIT:
        order[O_LIMIT] = level(price * (1.0 - direction * policy.offset), tick)
    elif policy.kind == STOP_MARKET or policy.kind == STOP_LIMIT:
        order[O_TRIGGER] = level(price * (1.0 + direction * policy.offset), tick)
        if policy.kind == STOP_LIMIT:
            order[O_LIMIT] = level(order[O_TRIGGER] * (1.0 + direction * policy.through), tick)
    elif policy.kind == TRAILING:
        order[O_OFFSET] = policy.offset


@kernel
def _write(order, kind, quantity, policy, number):
    """A plain order: until cancelled, without a bracket."""
    for column in range(ORDER_COLUMNS):
        order[column] = 0.0
    for column in (O_LIMIT, O_TRIGGER, O_OFFSET, O_DAY, O_STOP, O_TARGET, O_TRAIL, O_EVEN, O_BASE):
        order[column] = math.nan
    order[O_LIFE] = math.inf
    order[O_BARS] = math.inf
    order[O_KIND] = kind
    order[O_QUANTITY] = quantity
    order[O_DELAY] = policy.delay
    order[O_ID] = number
