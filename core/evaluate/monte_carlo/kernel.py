"""Random paths of equity and what happened on each, compiled; all that calls each other stands in this one file.

Paths are walked in packs, step by step, so that what is measured runs in vector registers. Each path draws from a
stream of its own (SplitMix64: Steele, Lea & Flood, "Fast Splittable Pseudorandom Number Generators", 2014), so its
numbers depend on the seed and on its own position only: not on threads, nor on how many paths there are.
"""

import math
from typing import Any

import numpy as np
from numba import njit

PACK = 128
"""Paths walked side by side."""
SINGLES, BLOCKS, ORDER, SKIPS, GARCH, REGIMES = range(6)
"""Ways to draw the next step: one at a time with replacement, runs of neighbours, without replacement, in the actual
order with gaps, by a conditional variance, by a hidden state."""
END, DRAWDOWN, LONGEST_UNDER, UNDER, LOSING, SUM, SQUARES, RUINED, REACHED = range(9)
"""Rows of what is measured: last level, worst fall (negative), longest time below a former peak, steps below one,
longest run of losses, sum and sum of squares of the step returns, first step at or below the ruin level and first step
at or above the goal (0: never)."""
FACTS = 9
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_STREAM = np.uint64(0xD1342543DE82EF95)
_NONE = np.uint64(0)
_ONE = np.uint64(1)
_HALF = np.uint64(32)
_UNBORN = np.uint64(9)
_LOW = np.uint64(0xFFFFFFFF)
_TO_UNIT = 1.0 / 9007199254740992.0


@njit(cache=True, nogil=True, inline="always")
def _mixed(z: np.uint64) -> np.uint64:
    """The output function of SplitMix64: 64 well mixed bits."""
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit(cache=True, nogil=True)
def random_bits(seed: np.uint64, path: int, count: int) -> np.ndarray:
    """The first `count` draws (64 bits each) of one path's stream; for tests of the generator."""
    out = np.empty(count, np.uint64)
    state = _mixed(np.uint64(seed) + (np.uint64(path) + _ONE) * _STREAM)
    for i in range(count):
        state += _GOLDEN
        out[i] = _mixed(state)
    return out


@njit(cache=True, nogil=True, inline="always")
def _unit(bits: np.uint64) -> float:
    """53 of the bits as a number in [0, 1)."""
    return np.float64(bits >> np.uint64(11)) * _TO_UNIT


@njit(cache=True, nogil=True, inline="always")
def _below(bits: np.uint64, count: Any) -> Any:
    """The upper 32 bits as an integer in [0, count); biased by less than count / 2³²."""
    return ((bits >> _HALF) * np.uint64(count)) >> _HALF


@njit(cache=True, nogil=True)
def _singles(state: np.ndarray, values: np.ndarray, row: np.ndarray, used: int) -> None:
    count = len(values)
    for p in range(used):
        state[p] += _GOLDEN
        row[p] = values[_below(_mixed(state[p]), count)]


@njit(cache=True, nogil=True)
def _blocks(
    state: np.ndarray, values: np.ndarray, row: np.ndarray, used: int, place: np.ndarray, restart: float
) -> None:
    """Stationary bootstrap (Politis & Romano 1994): go on with the neighbour, or with this chance start anew."""
    count = np.uint64(len(values))
    edge = np.uint64(min(restart, 1.0) * 4294967296.0)
    for p in range(used):
        state[p] += _GOLDEN
        bits = _mixed(state[p])
        onward = place[p] + _ONE
        onward = _NONE if onward == count else onward
        place[p] = _below(bits, count) if (bits & _LOW) < edge else onward
        row[p] = values[place[p]]


@njit(cache=True, nogil=True)
def _order(
    state: np.ndarray, values: np.ndarray, row: np.ndarray, used: int, order: np.ndarray, step: int
) -> None:
    """One step of a Fisher–Yates shuffle of each path's own order."""
    count = len(values)
    for p in range(used):
        state[p] += _GOLDEN
        other = np.uint64(step) + _below(_mixed(state[p]), count - step)
        chosen = order[p, other]
        order[p, other] = order[p, step]
        order[p, step] = chosen
        row[p] = values[chosen]


@njit(cache=True, nogil=True)
def _skips(state: np.ndarray, value: float, row: np.ndarray, used: int, share: float) -> None:
    for p in range(used):
        state[p] += _GOLDEN
        row[p] = 1.0 if _unit(_mixed(state[p])) < share else value


@njit(cache=True, nogil=True)
def _garch(
    state: np.ndarray,
    shocks: np.ndarray,
    row: np.ndarray,
    used: int,
    variance: np.ndarray,
    numbers: np.ndarray,
) -> None:
    """GARCH(1,1) with resampled standardised residuals; numbers: mean, omega, alpha, beta, first variance."""
    mean, omega, alpha, beta = numbers[0], numbers[1], numbers[2], numbers[3]
    count = len(shocks)
    for p in range(used):
        state[p] += _GOLDEN
        surprise = math.sqrt(variance[p]) * shocks[_below(_mixed(state[p]), count)]
        row[p] = max(1.0 + mean + surprise, 0.0)
        variance[p] = omega + alpha * surprise * surprise + beta * variance[p]


@njit(cache=True, nogil=True)
def _regimes(
    state: np.ndarray,
    row: np.ndarray,
    used: int,
    regime: np.ndarray,
    spare: np.ndarray,
    fresh: bool,
    numbers: np.ndarray,
) -> None:
    """Two hidden states; numbers: chance of the second at the start, chances to stay, means, deviations.

    Normal numbers by Marsaglia's polar method (1964), which gives two: the second is spared for the next step.
    """
    for p in range(used):
        normal = spare[p]
        if fresh:
            square = 0.0
            while square >= 1.0 or square == 0.0:
                state[p] += _GOLDEN
                bits = _mixed(state[p])
                one = np.float64(bits >> _HALF) / 2147483648.0 - 1.0
                other = np.float64(bits & _LOW) / 2147483648.0 - 1.0
                square = one * one + other * other
            length = math.sqrt(-2.0 * math.log(square) / square)
            normal = one * length
            spare[p] = other * length
        state[p] += _GOLDEN
        turn = _unit(_mixed(state[p]))
        s = regime[p]
        if s == _UNBORN:
            s = _ONE if turn < numbers[0] else _NONE
        elif turn >= numbers[_ONE + s]:
            s = _ONE - s
        regime[p] = s
        row[p] = max(1.0 + numbers[np.uint64(3) + s] + numbers[np.uint64(5) + s] * normal, 0.0)


@njit(cache=True, nogil=True)
def _grow(level: np.ndarray, row: np.ndarray, peak: np.ndarray, worst: np.ndarray, used: int) -> None:
    for p in range(
        used
    ):  # comparisons instead of max and min, which look for NaN and keep out of vector registers
        now = level[p] * row[p]
        top = now if now > peak[p] else peak[p]
        fall = now / top
        level[p] = now
        peak[p] = top
        worst[p] = fall if fall < worst[p] else worst[p]


@njit(cache=True, nogil=True)
def _time_under(
    level: np.ndarray, peak: np.ndarray, total: np.ndarray, run: np.ndarray, longest: np.ndarray, used: int
) -> None:
    for p in range(used):
        under = 1.0 if level[p] < peak[p] else 0.0
        total[p] += under
        run[p] = (run[p] + 1.0) * under
        longest[p] = run[p] if run[p] > longest[p] else longest[p]


@njit(cache=True, nogil=True)
def _losses(row: np.ndarray, run: np.ndarray, longest: np.ndarray, used: int) -> None:
    """A loss lengthens the run, a gain ends it, nothing leaves it as it is."""
    for p in range(used):
        run[p] = run[p] + 1.0 if row[p] < 1.0 else (0.0 if row[p] > 1.0 else run[p])
        longest[p] = run[p] if run[p] > longest[p] else longest[p]


@njit(cache=True, nogil=True)
def _moments(row: np.ndarray, total: np.ndarray, squares: np.ndarray, used: int) -> None:
    for p in range(used):
        gain = row[p] - 1.0
        total[p] += gain
        squares[p] += gain * gain


@njit(cache=True, nogil=True)
def _touched(
    level: np.ndarray,
    ruin: float,
    goal: float,
    ruined: np.ndarray,
    reached: np.ndarray,
    step: float,
    used: int,
) -> None:
    for p in range(used):
        ruined[p] = step if ruined[p] == 0.0 and level[p] <= ruin else ruined[p]
        reached[p] = step if reached[p] == 0.0 and level[p] >= goal else reached[p]


@njit(cache=True, nogil=True)
def walk(
    kind: int,
    values: np.ndarray,
    numbers: np.ndarray,
    key: np.uint64,
    first: int,
    last: int,
    kept: np.ndarray,
    ruin: float,
    goal: float,
    levels: np.ndarray,
    facts: np.ndarray,
) -> None:
    """Walk the paths first … last − 1 and write what is theirs.

    Args:
        kind: SINGLES … REGIMES.
        values: growth factors (1 + return) of the steps to draw from, (m,); for GARCH standardised residuals.
        numbers: of the method: BLOCKS chance of a new block; SKIPS share; GARCH and REGIMES as there.
        key: seed, 64 bits.
        kept: numbers of the steps to keep, ascending, counted from 1; the last is the horizon.
        ruin, goal: levels relative to the start.
        levels: (len(kept), paths), filled.
        facts: (FACTS, paths), filled.
    """
    horizon = kept[-1]
    state, place = np.empty(PACK, np.uint64), np.empty(PACK, np.uint64)
    row, level, peak, variance = np.empty(PACK), np.empty(PACK), np.empty(PACK), np.empty(PACK)
    run, losing, spare = np.empty(PACK), np.empty(PACK), np.empty(PACK)
    fact = np.empty((FACTS, PACK))
    order = np.empty((PACK, len(values)), np.int32) if kind == ORDER else np.empty((1, 1), np.int32)
    for start in range(first, last, PACK):
        used = min(PACK, last - start)
        for p in range(used):
            state[p] = _mixed(key + (np.uint64(start + p) + _ONE) * _STREAM)
            state[p] += _GOLDEN
            place[p] = _below(_mixed(state[p]), len(values)) if kind == BLOCKS else _UNBORN
            if kind == ORDER:
                for i in range(len(values)):
                    order[p, i] = i
        level[:] = 1.0
        peak[:] = 1.0
        run[:] = 0.0
        losing[:] = 0.0
        variance[:] = numbers[4] if kind == GARCH else 0.0
        fact[:] = 0.0
        fact[DRAWDOWN] = 1.0
        next_kept = 0
        for step in range(horizon):
            if kind == SINGLES:
                _singles(state, values, row, used)
            elif kind == BLOCKS:
                _blocks(state, values, row, used, place, numbers[0])
            elif kind == ORDER:
                _order(state, values, row, used, order, step)
            elif kind == SKIPS:
                _skips(state, values[step], row, used, numbers[0])
            elif kind == GARCH:
                _garch(state, values, row, used, variance, numbers)
            else:
                _regimes(state, row, used, place, spare, step % 2 == 0, numbers)
            _grow(level, row, peak, fact[DRAWDOWN], used)
            _time_under(level, peak, fact[UNDER], run, fact[LONGEST_UNDER], used)
            _losses(row, losing, fact[LOSING], used)
            _moments(row, fact[SUM], fact[SQUARES], used)
            _touched(level, ruin, goal, fact[RUINED], fact[REACHED], step + 1.0, used)
            if step + 1 == kept[next_kept]:
                levels[next_kept, start : start + used] = level[:used]
                next_kept += 1
        fact[END] = level
        fact[DRAWDOWN] -= 1.0
        facts[:, start : start + used] = fact[:, :used]


@njit(cache=True, nogil=True)
def walk_sizes(
    values: np.ndarray,
    restart: float,
    key: np.uint64,
    first: int,
    last: int,
    horizon: int,
    sizes: np.ndarray,
    ends: np.ndarray,
    least: np.ndarray,
) -> None:
    """The same steps at several position sizes at once, so that the sizes differ in nothing else.

    Args:
        values: step returns at size 1, (m,); drawn in blocks, `restart` 1 draws single steps.
        sizes: multiples of the position, (s,).
        ends, least: (s, paths), filled: last level and lowest level.
    """
    count, many = np.uint64(len(values)), len(sizes)
    edge = np.uint64(min(restart, 1.0) * 4294967296.0)
    level, low = np.empty(many), np.empty(many)
    for path in range(first, last):
        state = _mixed(key + (np.uint64(path) + _ONE) * _STREAM)
        state += _GOLDEN
        place = _below(_mixed(state), count)
        level[:] = 1.0
        low[:] = 1.0
        for _ in range(horizon):
            state += _GOLDEN
            bits = _mixed(state)
            onward = place + _ONE if place + _ONE < count else _NONE
            place = _below(bits, count) if (bits & _LOW) < edge else onward
            gain = values[place]
            for s in range(many):
                growth = 1.0 + sizes[s] * gain
                now = level[s] * (growth if growth > 0.0 else 0.0)
                level[s] = now
                low[s] = now if now < low[s] else low[s]
        ends[:, path] = level
        least[:, path] = low
