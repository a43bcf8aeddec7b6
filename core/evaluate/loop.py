"""The compiled loop over bars; it calls the matching core's `step` for each."""

import numpy as np
from numba import njit

from core.execute.matching import FLAT, MOST_EVENTS, NOTHING, step
from core.execute.sizing import intent_for


@njit(cache=True)
def run_bars(prices, direction, rates, cash, size, stop, target, short):  # type: ignore[no-untyped-def]
    """Walk all bars once.

    Args:
        prices: (n, 4) open, high, low, close.
        direction: (n,) −1, 0, 1 decided at each close.
        rates: costs of the matching core.
        cash: at the start.
        size, stop, target, short: see `intent_for`.

    Returns:
        equity (n,), quantity held at each close (n,), events (k, 7): bar, then the core's event columns.
    """
    n = len(prices)
    equity = np.empty(n)
    quantity = np.empty(n)
    log = np.empty((256, 7))
    used = 0
    events = np.zeros((MOST_EVENTS, 6))
    state, intent = FLAT, NOTHING
    for i in range(n):
        count = 0
        if state.quantity != 0.0 or intent.quantity != 0.0:  # flat without an order: nothing can happen
            bar = (prices[i, 0], prices[i, 1], prices[i, 2], prices[i, 3])
            state, cash, count = step(state, cash, 0.0, bar, intent, rates, events)
        for j in range(count):
            if used == len(log):
                grown = np.empty((2 * used, 7))
                grown[:used] = log
                log = grown
            log[used, 0] = i
            log[used, 1:] = events[j]
            used += 1
        close = prices[i, 3]
        equity[i] = cash + state.quantity * close
        quantity[i] = state.quantity
        intent = intent_for(direction[i], state.quantity, equity[i], close, size, stop, target, short, 0.0)
    return equity, quantity, log[:used].copy()
