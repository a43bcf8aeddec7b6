"""From a wanted direction to a market order: one compiled function for backtest and paper."""

import math

from numba import njit

from core.execute.matching import NOTHING, Intent


@njit(cache=True)
def units(fraction, equity, price, lot):  # type: ignore[no-untyped-def]
    """`fraction` of equity in units at `price`, rounded down to whole lots (lot 0: any quantity)."""
    raw = fraction * equity / price
    return raw if lot <= 0.0 else math.floor(raw / lot) * lot


@njit(cache=True)
def intent_for(direction, quantity, equity, price, size, stop, target, short, lot):  # type: ignore[no-untyped-def]
    """The order that follows from a direction decided at a close.

    No opinion (0) and the direction already held change nothing: the bracket manages the position. An opposite
    opinion closes it, and the next decision may open the other way.

    Args:
        direction: −1, 0 or 1.
        quantity: held now, signed.
        equity: of the book at this close.
        price: this close.
        size: share of equity to put in; a fixed number of units when negative (−1 is one unit).
        stop, target: bracket as fractions from the fill, nan for none.
        short: whether a position below zero may be opened.
        lot: smallest quantity step.
    """
    if direction == 0 or direction * quantity > 0.0:
        return NOTHING
    if quantity != 0.0:
        return Intent(-quantity, math.nan, math.nan)
    if direction < 0 and not short:
        return NOTHING
    amount = -size if size < 0.0 else units(size, equity, price, lot)
    return Intent(direction * amount, stop, target)
