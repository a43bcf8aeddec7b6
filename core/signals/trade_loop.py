"""The compiled loop behind the labels of the meta-model: what became of a trade that each of many bars asked for."""

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)
def traded(
    rows: np.ndarray,
    way: np.ndarray,
    bars: np.ndarray,
    stop: float,
    target: float,
    limit: int,
    toll: float,
    rent: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Net return and last bar of each trade; see `core.signals.meta.trade_outcomes`.

    Args:
        rows: (m,) bars at whose close the trade is asked for.
        way: (m,) −1 or 1.
        bars: (n, 4) open, high, low, close.
        stop, target: fractions from the fill.
        limit: bars that a trade may last.
        toll: of opening and closing, as a fraction.
        rent: what a bar costs to hold, as a fraction: of a long and of a short.
    """
    net = np.full(len(rows), np.nan)
    ended = np.full(len(rows), -1, np.int64)
    for place in range(len(rows)):
        first, last = rows[place] + 1, rows[place] + limit
        if last >= len(bars):
            continue
        fill = bars[first, 0]
        side = way[place]
        worst, best = fill * (1.0 - side * stop), fill * (1.0 + side * target)
        out, bar = bars[last, 3], last
        for bar in range(first, last + 1):
            opened, adverse, kind = bars[bar, 0], bars[bar, 2], bars[bar, 1]
            if side < 0:
                adverse, kind = bars[bar, 1], bars[bar, 2]
            if bar > first and side * (opened - worst) <= 0.0:
                out = opened
                break
            if bar > first and side * (opened - best) >= 0.0:
                out = opened
                break
            if side * (adverse - worst) <= 0.0:
                out = worst
                break
            if side * (kind - best) >= 0.0:
                out = best
                break
        held = rent[0] if side > 0 else rent[1]
        net[place] = side * (out / fill - 1.0) - toll - held * (bar - first + 1)
        ended[place] = bar
    return net, ended
