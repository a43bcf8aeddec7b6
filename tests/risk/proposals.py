"""Books, proposals and surroundings for tests of the risk rules."""

from datetime import UTC, datetime
from typing import Any

import numpy as np

from core.records import (
    Action,
    Book,
    Costs,
    Order,
    OrderStatus,
    OrderType,
    Position,
    Proposal,
    RiskCheck,
    Side,
)
from core.risk import RiskContext, check
from core.settings import RiskSettings

NOW = datetime(2024, 1, 2, 12, tzinfo=UTC)


def held(symbol: str, quantity: float, price: float = 100.0) -> Position:
    return Position(symbol, "1h", quantity, price, 0.0, NOW, None, None, "o", price)


def waiting(symbol: str, reduce_only: bool = False) -> Order:
    return Order(
        symbol, "c", symbol, Side.BUY, OrderType.MARKET, 1.0, 0.02, 0.04, reduce_only, OrderStatus.ACCEPTED, NOW, "r"
    )  # fmt: skip


def opening(quantity: float = 10.0, symbol: str = "BTC-USD") -> Proposal:
    return Proposal(Action.OPEN, symbol, quantity, 100.0, 0.02, 0.04, 0.9, "r")


def around(
    *positions: Position,
    cash: float = 10_000.0,
    orders: tuple[Order, ...] = (),
    risk: dict[str, Any] | None = None,
    **known: Any,
) -> RiskContext:
    """A book with positions besides its cash; the start of the day is its equity."""
    book = Book("b", "live", 10_000.0, cash, positions, orders, NOW)
    return RiskContext(
        book, book.equity, 100.0, 50.0, RiskSettings(**(risk or {})), Costs(0.001, 0.0002, 0.0003, 0.0),
        moment=NOW, **known,
    )  # fmt: skip


def prices(returns: np.ndarray) -> np.ndarray:
    """Closes that begin at 100 and move by simple returns, along the first axis."""
    start = np.full((1, *returns.shape[1:]), 100.0)
    closes: np.ndarray = np.concatenate([start, 100.0 * np.cumprod(1.0 + returns, axis=0)])
    return closes


def verdict(proposal: Proposal, context: RiskContext, name: str) -> RiskCheck:
    return next(item for item in check(proposal, context) if item.name == name)
