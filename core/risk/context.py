"""What the checks look at, and how a check is told."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from core.records import Action, Book, Costs, Proposal, RiskCheck, RiskState
from core.settings import RiskSettings


@dataclass(frozen=True, slots=True, eq=False)
class RiskContext:
    """The book, its past and the market, as plain numbers and arrays; nothing newer than the moment."""

    book: Book
    day_start_equity: float
    """Equity at 00:00 UTC of the cycle's day."""
    quality: float
    """Score of the bars, 0…100."""
    minimum_quality: float
    risk: RiskSettings
    costs: Costs
    moment: datetime | None = None
    """In the clock of the book's world."""
    state: RiskState = field(default_factory=RiskState)
    bars_late: int | None = 0
    """Bars that should have come since the last one, by the market's calendar; None: not known."""
    volatility_ratio: float | None = None
    """Volatility of the last bars over the usual one; None: too few bars."""
    symbols: tuple[str, ...] = ()
    """Columns of `closes`: the asset first, then what else is held."""
    closes: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))
    """(n, 1 + k) closes at the asset's bars, oldest first; null where another market had no bar."""
    bars_per_day: float = 24.0
    """Of the asset: 24 for hourly crypto, 6.5 for hourly stocks, 1 for days."""

    def held(self, symbol: str) -> float:
        """Units held of a symbol, signed."""
        position = self.book.position(symbol)
        return position.quantity if position else 0.0

    def waiting(self) -> float:
        """Value kept free for orders that wait to open a position: each may become the largest one allowed."""
        orders = sum(not order.reduce_only for order in self.book.orders)
        return orders * self.risk.max_position * max(self.book.equity, 0.0)


Rule = Callable[[Proposal, RiskContext], RiskCheck]

EDGE = 1 + 1e-9
"""Rounding of a size that was made to fit a limit exactly."""


def checked(
    proposal: Proposal,
    name: str,
    value: float | None,
    limit: float | None,
    unit: str,
    within: bool,
    meaning: str,
) -> RiskCheck:
    """The check of an opening; what closes or manages a position passes whatever the number."""
    if not within and proposal.action is not Action.OPEN:
        return RiskCheck(name, value, limit, unit, True, f"{meaning} {_ALWAYS[proposal.action]}")
    return RiskCheck(name, value, limit, unit, within, meaning)


_ALWAYS = {
    Action.CLOSE: "Closing is always allowed.",
    Action.ADJUST: "Moving a stop or a target is always allowed.",
    Action.HOLD: "Nothing is proposed.",
}
