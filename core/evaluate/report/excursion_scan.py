"""The compiled part of `excursions`."""

import numpy as np
from numba import njit


@njit(cache=True)
def scan(  # type: ignore[no-untyped-def]
    opens, highs, lows, closes, first, last, quantity, entry_price, exit_price, at_open
):
    """Lowest and highest price seen by each trade over bar numbers `first` … `last`, one pass over each trade's bars."""
    mae, mfe = np.zeros(len(first)), np.zeros(len(first))
    for k in range(len(first)):
        lowest = highest = entry_price[k]
        for i in range(first[k], last[k]):
            whole = at_open[k] or i > first[k]
            lowest = min(lowest, lows[i] if whole else closes[i])
            highest = max(highest, highs[i] if whole else closes[i])
        seen = opens[last[k]] if last[k] > first[k] else entry_price[k]
        lowest = min(lowest, seen, exit_price[k])
        highest = max(highest, seen, exit_price[k])
        down, up = lowest / entry_price[k] - 1.0, highest / entry_price[k] - 1.0
        mae[k], mfe[k] = (down, up) if quantity[k] > 0.0 else (-up, -down)
    return mae, mfe
