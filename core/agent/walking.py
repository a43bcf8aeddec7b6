"""A whole part of a history lived through the real matching core, and what was made of it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.agent.arena import Arena
from core.agent.market import SimulatedMarket, book_row
from core.agent.observing import CLIP, Observer
from core.execute import flat, no_orders
from core.execute.layout import CHANGE, ENTRY, EVENT_COLUMNS, FEE, FILLS, KIND, PRICE, SLIP, SPREAD

Choose = Callable[[np.ndarray, float], float]
"""From an observation (inputs,) and the position in shares of the largest one to a target exposure."""


@dataclass(frozen=True, slots=True, eq=False)
class Walked:
    """One policy over n bars."""

    levels: np.ndarray
    """(n,) exposure aimed at, decided at each close; the last close decides nothing and repeats the one before."""
    equity: np.ndarray
    """(n,) at each close, quote currency."""
    held: np.ndarray
    """(n,) position at each close, in shares of the largest one."""
    log: np.ndarray
    """(k, 1 + EVENT_COLUMNS): the bar of an event, then the event as core.execute.layout has it."""

    @property
    def growth(self) -> np.ndarray:
        """(n − 1,) log growth of equity in each bar."""
        grown: np.ndarray = np.diff(np.log(np.maximum(self.equity, 1e-9 * self.equity[0])))
        return grown

    @property
    def entries(self) -> int:
        """Fills that opened or enlarged a position."""
        return int((self.log[:, 1 + KIND] == ENTRY).sum())

    @property
    def traded(self) -> float:
        """Value of all fills, quote currency."""
        done = self.log[np.isin(self.log[:, 1 + KIND], FILLS)]
        return float(np.abs(done[:, 1 + CHANGE] * done[:, 1 + PRICE]).sum())

    @property
    def paid(self) -> float:
        """Fees, half-spread and slippage of all fills, quote currency."""
        done = self.log[np.isin(self.log[:, 1 + KIND], FILLS)]
        return float(done[:, [1 + FEE, 1 + SPREAD, 1 + SLIP]].sum())


def walk(arena: Arena, market_rows: np.ndarray, observer: Observer, choose: Choose) -> Walked:
    """Let a policy that looks at its book live through all bars."""
    market, scale, n = SimulatedMarket(arena), observer.book_scale, len(arena)
    levels, equity, held = np.zeros(n), np.empty(n), np.zeros(n)
    standing = market.standing()
    equity[0] = market.equity
    for row in range(n - 1):
        own = np.clip(book_row(standing, scale), -CLIP, CLIP)
        levels[row] = choose(np.concatenate((market_rows[row], own)), standing.position)
        _, standing = market.live(levels[row])
        equity[row + 1], held[row + 1] = market.equity, standing.position
    levels[-1] = levels[-2]
    log = np.concatenate(market.log) if market.log else np.empty((0, 1 + EVENT_COLUMNS))
    return Walked(levels, equity, held, log)


def walk_levels(arena: Arena, levels: np.ndarray) -> Walked:
    """Live through all bars with exposures (n,) that are known beforehand."""
    from core.agent.turning import DAY, DAY_START, DESK_COLUMNS, EQUITY, PEAK, follow

    a, desk = arena, np.zeros(DESK_COLUMNS)
    desk[[0, EQUITY, PEAK, DAY_START]] = a.cash
    desk[DAY] = a.days[0]
    aimed = np.ascontiguousarray(levels, np.float64)
    equity, quantity, log = follow(
        aimed, desk, flat(), no_orders(2), a.opens, a.highs, a.lows, a.closes, a.days, a.terms, a.market, a.limits
    )  # fmt: skip
    return Walked(aimed, equity, quantity * a.closes / (np.maximum(equity, 1e-9) * a.limits.size), log)
