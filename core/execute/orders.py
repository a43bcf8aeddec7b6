"""Working orders: when each kind is reached, and how it is filled."""

# mypy: disable-error-code="no-untyped-def"

import math

from core.execute.compiling import kernel
from core.execute.fills import available, close_part, level, open_part, record, taker_price
from core.execute.layout import (
    BORN,
    CANCELED,
    DAY,
    EXPIRED,
    IOC,
    LIMIT,
    M_DAY,
    MARKET,
    O_AGE,
    O_DAY,
    O_DELAY,
    O_FORCE,
    O_HIT,
    O_ID,
    O_KIND,
    O_LIFE,
    O_LIMIT,
    O_OFFSET,
    O_PART,
    O_QUANTITY,
    O_REDUCE,
    O_TRIGGER,
    QUANTITY,
    SIGNAL,
    STOP_LIMIT,
    TRAILING,
)


@kernel(forceinline=True)
def wake(orders, j, open_, terms, market, events, count):
    """At an open: count the latency down, let an order for the day end with it, and say whether the open reaches it."""
    if orders[j, O_DELAY] > 0.0:
        orders[j, O_DELAY] -= 1.0
        orders[j, O_HIT] = -1.0
        return count
    if orders[j, O_FORCE] == DAY:
        if math.isnan(orders[j, O_DAY]):
            orders[j, O_DAY] = market[M_DAY]
        elif orders[j, O_DAY] != market[M_DAY]:
            return expire(orders, j, open_, events, count)
    orders[j, O_HIT] = hit_at_open(orders, j, open_, terms)
    return count


@kernel(forceinline=True)
def hit_at_open(orders, j, open_, terms):
    """0: the open does not reach the order; 1: it takes at the open; 2: it rested and is met there."""
    kind, side = orders[j, O_KIND], (1.0 if orders[j, O_QUANTITY] > 0.0 else -1.0)
    if kind == MARKET:
        return 1.0
    if kind == TRAILING:
        near = level(open_ * (1.0 + side * orders[j, O_OFFSET]), terms.tick)
        if math.isnan(orders[j, O_TRIGGER]) or (orders[j, O_TRIGGER] - near) * side > 0.0:
            orders[j, O_TRIGGER] = near
    if kind != LIMIT and not math.isnan(orders[j, O_TRIGGER]):
        if (open_ - orders[j, O_TRIGGER]) * side < 0.0:
            return 0.0
        orders[j, O_TRIGGER] = math.nan
        if kind != STOP_LIMIT:
            orders[j, O_KIND] = MARKET
            return 1.0
        orders[j, O_KIND] = LIMIT
        return 1.0 if beyond(open_, orders[j, O_LIMIT], side, terms) else 0.0
    if not beyond(open_, orders[j, O_LIMIT], side, terms):
        return 0.0
    return 1.0 if orders[j, O_AGE] == 0.0 else 2.0


@kernel(forceinline=True)
def beyond(price, limit, side, terms):
    """Whether a price fills a limit: it must trade through it (or, by another convention, touch it)."""
    return (limit - price) * side > 0.0 or (terms.touch and price == limit)


@kernel(forceinline=True)
def order_price(reference, change, multiple, orders, j, terms, market):
    """What an order pays: a resting one its reference, a taking one the way across, never more than its limit."""
    if orders[j, O_HIT] == 2.0:
        return reference
    price = taker_price(reference, change, multiple, terms, market)
    limit = orders[j, O_LIMIT]
    if math.isnan(limit):
        return price
    return min(price, limit) if change > 0.0 else max(price, limit)


@kernel(forceinline=True)
def close_by(position, cash, reference, orders, j, terms, market, events, count):
    """The part of an order that stands against the position."""
    wanted, held = orders[j, O_QUANTITY], position[QUANTITY]
    if not wanted * held < 0.0:
        return cash, count
    change = available(position, wanted if abs(wanted) < abs(held) else -held, terms)
    if change == 0.0:
        return cash, count
    price = order_price(reference, change, terms.slip_out, orders, j, terms, market)
    rate = terms.maker if orders[j, O_HIT] == 2.0 else terms.fee
    cash, count = close_part(
        position, cash, change, reference, price, rate, float(SIGNAL), orders[j, O_ID], terms, events, count
    )
    orders[j, O_QUANTITY] = wanted - change
    if orders[j, O_QUANTITY] == 0.0 or (orders[j, O_REDUCE] > 0.0 and position[QUANTITY] == 0.0):
        orders[j, O_KIND] = 0.0
    return cash, count


@kernel(forceinline=True)
def open_by(position, cash, bound, reference, orders, j, terms, market, events, count):
    """The part of an order that opens or enlarges; nothing while the position still stands against it."""
    wanted = orders[j, O_QUANTITY]
    if orders[j, O_KIND] == 0.0 or wanted * position[QUANTITY] < 0.0:
        return cash, count
    change = available(position, wanted, terms)
    if change == 0.0:
        return cash, count
    price = order_price(reference, change, terms.slip_in, orders, j, terms, market)
    rate = terms.maker if orders[j, O_HIT] == 2.0 else terms.fee
    cash, count, filled = open_part(
        position, cash, bound, change, reference, price, rate, orders, j, terms, events, count
    )
    if filled:
        orders[j, O_QUANTITY] = wanted - change
        orders[j, O_PART] = 1.0
        if orders[j, O_QUANTITY] == 0.0:
            orders[j, O_KIND] = 0.0
    return cash, count


@kernel(forceinline=True)
def touched(orders, j, high, low, terms):
    """Where within a bar an order is filled; nan where it is not. It then says by O_HIT whether it takes or is met."""
    kind, side = orders[j, O_KIND], (1.0 if orders[j, O_QUANTITY] > 0.0 else -1.0)
    if kind == MARKET or orders[j, O_HIT] != 0.0:
        return math.nan
    far, near = (high, low) if side > 0.0 else (low, high)
    if kind != LIMIT and not math.isnan(orders[j, O_TRIGGER]):
        trigger = orders[j, O_TRIGGER]
        if (far - trigger) * side < 0.0:
            return math.nan
        orders[j, O_HIT] = 1.0
        orders[j, O_TRIGGER] = math.nan
        if kind != STOP_LIMIT:
            orders[j, O_KIND] = MARKET
            return trigger
        orders[j, O_KIND] = LIMIT
        return trigger if (orders[j, O_LIMIT] - trigger) * side >= 0.0 else math.nan
    if beyond(near, orders[j, O_LIMIT], side, terms):
        orders[j, O_HIT] = 2.0
        return orders[j, O_LIMIT]
    return math.nan


@kernel(forceinline=True)
def fill_within(position, cash, bound, high, low, orders, j, terms, market, events, count):
    """An order that the bar reaches between its open and its close."""
    reference = touched(orders, j, high, low, terms)
    if math.isnan(reference):
        return cash, count
    cash, count = close_by(position, cash, reference, orders, j, terms, market, events, count)
    was = position[QUANTITY]
    cash, count = open_by(position, cash, bound, reference, orders, j, terms, market, events, count)
    if was == 0.0 and position[QUANTITY] != 0.0:
        position[BORN] = 2.0
    return cash, count


@kernel(forceinline=True)
def rest(orders, j, high, low, close, terms, events, count):
    """At a close: a trailing order follows the best price, and an order whose time is over ends."""
    asleep = orders[j, O_HIT] < 0.0
    orders[j, O_HIT] = 0.0
    if asleep:
        return count
    orders[j, O_AGE] += 1.0
    orders[j, O_LIFE] -= 1.0
    if orders[j, O_KIND] == TRAILING:
        side = 1.0 if orders[j, O_QUANTITY] > 0.0 else -1.0
        best = low if side > 0.0 else high
        near = level(best * (1.0 + side * orders[j, O_OFFSET]), terms.tick)
        if (orders[j, O_TRIGGER] - near) * side > 0.0:
            orders[j, O_TRIGGER] = near
    if orders[j, O_LIFE] <= 0.0:
        return expire(orders, j, close, events, count)
    return count


@kernel(forceinline=True)
def end_unfilled(orders, j, open_, events, count):
    """After an open: what an immediate-or-cancel order has not got, it will not get."""
    if orders[j, O_KIND] != 0.0 and orders[j, O_FORCE] == IOC and orders[j, O_HIT] >= 0.0:
        return expire(orders, j, open_, events, count)
    return count


@kernel(forceinline=True)
def drop_rests(position, orders, price, before, events, count):
    """After a position's own exit (events were written since `before`): the rest of what opened it is not wanted, nor,
    when nothing is left, what was to close it."""
    if count > before:
        flat = position[QUANTITY] == 0.0
        for j in range(len(orders)):
            if orders[j, O_KIND] != 0.0 and (orders[j, O_PART] > 0.0 or (flat and orders[j, O_REDUCE] > 0.0)):
                count = record(
                    events, count, float(CANCELED), orders[j, O_QUANTITY], price, price, 0.0, 0.0, 0.0,
                    orders[j, O_ID],
                )  # fmt: skip
                orders[j, O_KIND] = 0.0
    return count


@kernel(forceinline=True)
def expire(orders, j, price, events, count):
    """End an order without a fill."""
    count = record(
        events, count, float(EXPIRED), orders[j, O_QUANTITY], price, price, 0.0, 0.0, 0.0, orders[j, O_ID]
    )
    orders[j, O_KIND] = 0.0
    return count
