"""One fill: its price, its fee, and what it does to the position and the cash."""

# mypy: disable-error-code="no-untyped-def"

import math

from core.execute.compiling import kernel
from core.execute.layout import (
    BEST,
    BORN,
    CHANGE,
    CHARGES,
    CRYPTO_TICKS,
    ENTRY,
    ENTRY_PRICE,
    EVEN,
    FEE,
    KIND,
    LEAVING,
    LEFT,
    M_SIGMA,
    M_VOLUME,
    MOVED,
    O_BARS,
    O_BASE,
    O_EVEN,
    O_ID,
    O_KIND,
    O_QUANTITY,
    O_REDUCE,
    O_STOP,
    O_TARGET,
    O_TRAIL,
    ORDER,
    PRICE,
    QUANTITY,
    REFERENCE,
    REJECTED,
    ROOM,
    SETTLED,
    SLIP,
    SPREAD,
    STOCK_TICKS,
    STOP,
    TARGET,
    TRAIL,
)

# Kinds, multiples and counts go in as plain numbers of one type: numba would compile a function anew for each literal.


@kernel(forceinline=True)
def record(events, count, kind, change, price, reference, fee, settled, half_spread, order):
    """Write one event; what slippage took is what the price is worse than reference and half-spread together."""
    events[count, KIND] = kind
    events[count, CHANGE] = change
    events[count, PRICE] = price
    events[count, REFERENCE] = reference
    events[count, FEE] = fee
    events[count, SETTLED] = settled
    lost = abs(change) * abs(price - reference)
    spread = min(abs(change) * reference * half_spread, lost)
    events[count, SPREAD] = spread
    events[count, SLIP] = lost - spread
    events[count, ORDER] = order
    return count + 1


@kernel(forceinline=True)
def taker_price(reference, change, multiple, terms, market):
    """What crossing the spread costs: half-spread, slippage (fixed and by volatility) and square-root impact.

    Impact is Y · σ · √(units / mean volume) with σ and volume of one bar (Almgren et al. 2005; the square-root law as
    surveyed by Sato & Kanazawa 2025): both scale with time alike, so bars serve as well as days.
    """
    adverse = terms.half_spread + terms.slippage
    if terms.by_sigma > 0.0:
        adverse += terms.by_sigma * market[M_SIGMA]
    if terms.impact > 0.0 and market[M_VOLUME] > 0.0:
        adverse += terms.impact * market[M_SIGMA] * math.sqrt(abs(change) / market[M_VOLUME])
    side = 1.0 if change > 0.0 else -1.0
    return reference * (1.0 + side * adverse * multiple)


@kernel(forceinline=True)
def fee_of(quantity, price, rate, terms):
    """The commission of a fill, at least the minimum."""
    fee = abs(quantity) * price * rate
    return fee if fee >= terms.minimum else terms.minimum


@kernel(forceinline=True)
def available(position, wanted, terms):
    """How many of the wanted units (signed) this bar still fills, in whole lots when not all of them."""
    room = position[ROOM]
    if abs(wanted) <= room:
        return wanted
    # a thousandth of a lot is rounding: without it the last lot of a share of volume would come and go with it
    taken = room if terms.lot <= 0.0 else math.floor(room / terms.lot + 1e-3) * terms.lot
    return taken if wanted > 0.0 else -taken


@kernel(forceinline=True)
def level(price, tick):
    """A price that an order may stand at: rounded to a tick, or to one that depends on the price (layout)."""
    if tick == 0.0 or math.isnan(price):
        return price
    if tick == STOCK_TICKS:
        tick = 0.01 if price >= 1.0 else 0.0001
    elif tick == CRYPTO_TICKS:
        tick = min(max(10.0 ** (math.floor(math.log10(price)) - 4.0), 1e-8), 0.01)
    return round(price / tick) * tick


@kernel(forceinline=True)
def clear(position):
    """Nothing is held any more."""
    position[QUANTITY] = 0.0
    position[ENTRY_PRICE] = 0.0
    position[CHARGES] = 0.0
    position[STOP] = math.nan
    position[TARGET] = math.nan
    position[TRAIL] = math.nan
    position[EVEN] = math.nan
    position[BEST] = 0.0
    position[LEFT] = math.inf
    position[MOVED] = 0.0
    position[LEAVING] = 0.0
    position[BORN] = 0.0


@kernel(forceinline=True)
def close_part(position, cash, change, reference, price, rate, kind, order, terms, events, count):
    """Close −`change` units at `price`; the part's share of entry fee and rent is settled with it."""
    fee = fee_of(change, price, rate, terms)
    share = -change / position[QUANTITY]
    settled = position[CHARGES] * share
    cash -= change * price + fee
    count = record(events, count, kind, change, price, reference, fee, settled, terms.half_spread, order)
    position[ROOM] -= abs(change)
    left = position[QUANTITY] + change
    if left == 0.0:
        clear(position)
    else:
        position[QUANTITY] = left
        position[CHARGES] -= settled
    return cash, count


@kernel(forceinline=True)
def leave(position, cash, reference, multiple, rate, kind, terms, market, events, count):
    """Close what is held, as far as this bar fills it; the rest leaves at the next opens."""
    change = available(position, -position[QUANTITY], terms)
    if change != 0.0:
        price = taker_price(reference, change, multiple, terms, market)
        cash, count = close_part(
            position, cash, change, reference, price, rate, kind, -1.0, terms, events, count
        )
    if position[QUANTITY] != 0.0:
        position[LEAVING] = kind
    return cash, count


@kernel(forceinline=True)
def open_part(position, cash, bound, change, reference, price, rate, orders, j, terms, events, count):
    """Open or enlarge a position if it can be had without leverage; a new bracket counts from this fill.

    Returns (cash, count, whether it was filled): without the money the order is rejected and its place emptied.
    """
    side = 1.0 if change > 0.0 else -1.0
    fee = fee_of(change, price, rate, terms)
    held = position[QUANTITY]
    free = cash - bound - 2.0 * max(-held, 0.0) * reference
    if orders[j, O_REDUCE] > 0.0 or not abs(change) * price + fee <= free:
        count = record(
            events,
            count,
            float(REJECTED),
            orders[j, O_QUANTITY],
            price,
            reference,
            0.0,
            0.0,
            0.0,
            orders[j, O_ID],
        )
        orders[j, O_KIND] = 0.0
        return cash, count, False
    total = held + change
    position[ENTRY_PRICE] = price if held == 0.0 else (held * position[ENTRY_PRICE] + change * price) / total
    position[QUANTITY] = total
    position[CHARGES] += fee
    base = price if math.isnan(orders[j, O_BASE]) else orders[j, O_BASE]
    if not math.isnan(orders[j, O_STOP]):
        position[STOP] = level(base * (1.0 - side * orders[j, O_STOP]), terms.tick)
        position[MOVED] = 0.0
    if not math.isnan(orders[j, O_TARGET]):
        position[TARGET] = level(base * (1.0 + side * orders[j, O_TARGET]), terms.tick)
    if not math.isnan(orders[j, O_TRAIL]):
        position[TRAIL] = orders[j, O_TRAIL]
    if not math.isnan(orders[j, O_EVEN]):
        position[EVEN] = orders[j, O_EVEN]
    if held == 0.0:
        position[BEST] = price
        position[LEFT] = orders[j, O_BARS]
        position[BORN] = 1.0
    if not math.isnan(position[TRAIL]) and math.isnan(position[STOP]):
        position[STOP] = level(base * (1.0 - side * position[TRAIL]), terms.tick)
        position[MOVED] = 1.0
    cash -= change * price + fee
    position[ROOM] -= abs(change)
    count = record(
        events, count, float(ENTRY), change, price, reference, fee, 0.0, terms.half_spread, orders[j, O_ID]
    )
    return cash, count, True
