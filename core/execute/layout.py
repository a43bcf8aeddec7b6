"""How positions, orders and events stand in arrays, so that compiled code can change them in place."""

from typing import NamedTuple

import numpy as np

# A position: one row of float64. Levels are prices, nan where there is none; quantity 0 is flat.
QUANTITY = 0
ENTRY_PRICE = 1
CHARGES = 2
"""Entry fee and rent so far."""
STOP = 3
TARGET = 4
TRAIL = 5
"""Distance of a trailing stop as a fraction of the best price; nan for none."""
EVEN = 6
"""Gain (fraction of the entry price) from which the stop moves to the entry price; nan for never."""
BEST = 7
"""Best price since the entry: the trailing stop hangs on it."""
LEFT = 8
"""Bars until the time limit; inf for none."""
MOVED = 9
"""1 when the trailing stop has moved the stop."""
LEAVING = 10
"""Kind of an exit that could not be filled whole; its rest is filled at the next opens. 0 for none."""
BORN = 11
"""On the bar of the entry: 1 filled at its open, 2 filled within it; later 0."""
ROOM = 12
"""Units that may still be filled in this bar."""
POSITION_COLUMNS = 13

# A working order: one row. Kind 0 is an empty place.
O_KIND = 0
O_QUANTITY = 1
"""Signed units still to fill."""
O_LIMIT = 2
O_TRIGGER = 3
"""Level of a stop, stop-limit or trailing order; nan once it has been reached."""
O_OFFSET = 4
"""Distance of a trailing order as a fraction of price."""
O_REDUCE = 5
"""1: never opens, enlarges or turns a position."""
O_FORCE = 6
"""GTC, IOC or DAY."""
O_LIFE = 7
"""Bars that it may still wait; inf for no end."""
O_DELAY = 8
"""Bars until it reaches the market (latency)."""
O_AGE = 9
"""Bars that it has been in the market."""
O_DAY = 10
"""Day of its first bar in the market; nan before."""
O_STOP = 11
"""Bracket of what it opens, as fractions of the fill price; nan for none."""
O_TARGET = 12
O_TRAIL = 13
O_EVEN = 14
O_BARS = 15
"""Time limit of what it opens, in bars; inf for none."""
O_BASE = 16
"""Price that the bracket is counted from; nan for the fill price."""
O_ID = 17
O_HIT = 18
"""In this bar: −1 not yet in the market, 0 not reached at the open, 1 reached and takes, 2 reached and is met."""
O_PART = 19
"""1 when a part of it has opened what is held: the rest is cancelled when that leaves by its own stop or target."""
ORDER_COLUMNS = 20

MARKET, LIMIT, STOP_MARKET, STOP_LIMIT, TRAILING = 1.0, 2.0, 3.0, 4.0, 5.0
"""Kinds of order."""
GTC, IOC, DAY = 0.0, 1.0, 2.0
"""Time in force: until cancelled; at the first open or never; until the day of its first bar ends."""

# An event: one row.
KIND = 0
CHANGE = 1
"""Signed units."""
PRICE = 2
REFERENCE = 3
"""Price before half-spread and slippage."""
FEE = 4
SETTLED = 5
"""On exits: entry fee and rent of what was closed."""
SPREAD = 6
"""What half the spread took, in quote currency."""
SLIP = 7
"""What slippage and impact took."""
ORDER = 8
"""O_ID of the order that was filled; −1 for a position's own stop, target or time limit."""
EVENT_COLUMNS = 9

ENTRY, SIGNAL, STOPPED, TAKEN, REJECTED, TRAILED, TIMED, EXPIRED, CANCELED = range(9)
"""Kinds of event: an entry; exits by order, stop, target, trailing stop, time limit; ends of orders without a fill."""

FILLS = (ENTRY, SIGNAL, STOPPED, TAKEN, TRAILED, TIMED)
"""Kinds in which units changed hands."""

# What is known of a bar's market at its open: one row, or one row for all bars.
M_DAY = 0
"""Number of its day, for DAY orders."""
M_SIGMA = 1
"""Standard deviation of the log returns of the bars before."""
M_VOLUME = 2
"""Mean volume of the bars before."""
M_LAST = 3
"""Volume of the bar before."""
MARKET_COLUMNS = 4


STOCK_TICKS, CRYPTO_TICKS = -1.0, -2.0
"""Ticks that depend on the price, as core.records.Instrument.tick tells them."""


class Terms(NamedTuple):
    """What a fill costs and by which rules it is made; fractions of price, rents for one bar.

    The fields from `entry_live` on are the fill convention: ours, unless another engine's results are to be had.
    """

    fee: float
    maker: float
    """Fee of limit orders and targets."""
    minimum: float
    """Least fee of a fill, in quote currency."""
    half_spread: float
    slippage: float
    by_sigma: float
    """Slippage in standard deviations of a bar's return."""
    impact: float
    """Y of the square-root law: Y · sigma · √(units / mean volume)."""
    participation: float
    """Most of the last bar's volume that one bar fills; 0 for no limit."""
    borrow: float
    """Of a short's value."""
    funding: float
    """Of a position's value: a long pays it, a short receives it."""
    lot: float
    """Part fills are rounded down to it; 0 for any quantity."""
    tick: float
    """Levels are rounded to it; 0 for any price; STOCK_TICKS or CRYPTO_TICKS where it depends on the price."""
    entry_live: bool = True
    """Stop and target are live on the bar whose open fills the entry."""
    from_signal: bool = False
    """Stop and target are counted from the close that decided, not from the fill."""
    exit_first: bool = True
    """An exit that waits at the open precedes the stop and the target of that bar."""
    touch: bool = False
    """A limit or target fills when the price touches it; else only when it trades through."""
    whole_bar: bool = False
    """Stop and target are judged on the bar as a whole, the stop first, wherever it opens; backtests only."""
    slip_in: float = 1.0
    """Multiples of half-spread and slippage paid on market entries …"""
    slip_out: float = 1.0
    """… on market and stop exits …"""
    slip_target: float = 0.0
    """… and on targets."""


class Policy(NamedTuple):
    """How a direction becomes an order."""

    size: float
    """Share of equity; a fixed number of units when negative (−1 is one unit)."""
    stop: float
    """Bracket as fractions from the fill, nan for none."""
    target: float
    trail: float
    even: float
    bars: float
    """Time limit, inf for none."""
    short: bool
    """Whether a position below zero may be opened."""
    turn: bool
    """Whether one decision may go through zero."""
    lot: float
    kind: float
    """Of the order that opens."""
    offset: float
    """Its limit or trigger as a fraction from the close: a limit on the better side, a stop on the worse; of a
    trailing order its distance."""
    through: float
    """Of a stop-limit: its limit as a fraction beyond the trigger."""
    force: float
    life: float
    """Bars that it waits, inf for no end."""
    delay: float
    """Latency in bars."""


def flat() -> np.ndarray:
    """A position row that holds nothing."""
    row = np.zeros(POSITION_COLUMNS)
    row[[STOP, TARGET, TRAIL, EVEN]] = np.nan
    row[[LEFT, ROOM]] = np.inf
    return row


def order_row(kind: float = MARKET, quantity: float = 0.0, **columns: float) -> np.ndarray:
    """An order row by column names without their «O_», e.g. order_row(LIMIT, 2.0, limit=98.0, stop=0.05)."""
    row = np.zeros(ORDER_COLUMNS)
    row[[O_LIMIT, O_TRIGGER, O_OFFSET, O_DAY, O_STOP, O_TARGET, O_TRAIL, O_EVEN, O_BASE]] = np.nan
    row[[O_LIFE, O_BARS]] = np.inf
    row[[O_KIND, O_QUANTITY]] = kind, quantity
    for name, value in columns.items():
        row[globals()[f"O_{name.upper()}"]] = value
    return row


def no_orders(places: int = 1) -> np.ndarray:
    """Places for orders, all empty."""
    return np.repeat(order_row(0.0)[None], places, axis=0)


def calm_market() -> np.ndarray:
    """One market row for all bars: enough where costs know neither volatility nor volume, and no order is for a day."""
    return np.zeros((1, MARKET_COLUMNS))


def event_rows(places: int = 1) -> np.ndarray:
    """Room for what one bar can make of one position and so many orders."""
    return np.zeros((6 + 6 * places, EVENT_COLUMNS))
