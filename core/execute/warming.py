"""Compile, or load from the cache, what the paper book and a backtest call."""

import math

import numpy as np

from core.execute.layout import MARKET, Policy, Terms, calm_market, event_rows, flat, no_orders, order_row
from core.execute.loops import replay
from core.execute.matching import at_open, new_bar, within_bar

FREE = Terms(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
PLAIN = Policy(
    0.1, 0.1, 0.1, math.nan, math.nan, math.inf, True, True, 0.0, MARKET, 0.0, 0.0, 0.0, math.inf, 0.0
)


def warm() -> None:
    """Call everything once, with arguments of the types that are used."""
    prices, direction = np.ones(2), np.zeros(2, np.int8)
    for array in (prices, direction):
        array.flags.writeable = False
    position, market = flat(), calm_market()
    for orders in (no_orders(0), np.stack([order_row(MARKET, 0.5, stop=0.1)])):
        events = event_rows(len(orders))
        new_bar(position, FREE, market[0])
        cash, count = at_open(position, 1.0, 0.0, 1.0, orders, FREE, market[0], events, 0)
        within_bar(position, cash, 0.0, 1.0, 1.0, 1.0, orders, FREE, market[0], events, count)
    replay(prices, prices, prices, prices, direction, FREE, market, 1.0, PLAIN)
