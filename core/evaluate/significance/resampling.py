"""A return series drawn again and again in blocks, compiled; only the figures of each draw are kept."""

import math

import numpy as np
from numba import njit

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)
_HALF = np.uint64(32)
_LOW = np.uint64(0xFFFFFFFF)


@njit(inline="always")
def _mixed(state: np.uint64) -> np.uint64:
    """The number that a SplitMix64 stream (Steele, Lea & Flood 2014) gives in this state."""
    z = (state ^ (state >> np.uint64(30))) * _MIX_A
    z = (z ^ (z >> np.uint64(27))) * _MIX_B
    return z ^ (z >> np.uint64(31))


@njit(cache=True, nogil=True)
def draw(returns: np.ndarray, block: float, seed: int, first: int, last: int) -> np.ndarray:
    """Stationary bootstrap (Politis & Romano 1994), draws `first` to `last`: blocks of geometric length, mean `block`.

    After each bar a new block begins with chance 1 / block, at any bar; otherwise the next bar follows, the first
    after the last. Each draw has a stream of its own: how the draws are shared among threads changes nothing.

    Returns:
        (last − first, 5): end value of 1, mean, standard deviation (ddof 1), downside deviation √mean(min(r, 0)²)
        and max drawdown (negative fraction). A draw that was ruined has an end value of 0 and a drawdown of −1.
    """
    n = len(returns)
    middle = returns.mean()
    anew = np.uint64(min(4294967296.0 / block, 4294967296.0))
    out = np.empty((last - first, 5))
    for k in range(first, last):
        state = _mixed(np.uint64(seed) * _MIX_B + np.uint64(k) * _MIX_A + _STEP)
        value = peak = worst = least = 1.0
        total = squares = down = 0.0
        at = np.int64(0)
        for i in range(n):
            state += _STEP
            z = _mixed(state)  # its upper half says where a block begins, its lower half whether one does
            if i == 0 or (z & _LOW) < anew:
                at = np.int64(((z >> _HALF) * np.uint64(n)) >> _HALF)
            x = returns[at]
            at += 1
            if at == n:
                at = np.int64(0)
            total += x - middle
            squares += (x - middle) * (x - middle)
            low = min(x, 0.0)
            down += low * low
            value *= 1.0 + x
            if value > peak:
                peak = value
                least = worst * peak
            elif value < least:  # a division only where the fall is a new depth
                worst = max(value / peak, 0.0)
                least = value
        row = out[k - first]
        ruined = worst <= 0.0
        row[0] = 0.0 if ruined else value
        row[1] = middle + total / n
        row[2] = math.sqrt(max((squares - total * total / n) / (n - 1), 0.0))
        row[3] = math.sqrt(down / n)
        row[4] = -1.0 if ruined else worst - 1.0
    return out
