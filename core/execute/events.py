"""What the matching core's events say, as records."""

from dataclasses import replace

import numpy as np

from core.execute.layout import (
    CANCELED,
    CHANGE,
    EXPIRED,
    FEE,
    FILLS,
    KIND,
    O_KIND,
    PRICE,
    REFERENCE,
    REJECTED,
    SETTLED,
    SIGNAL,
    SLIP,
    SPREAD,
)
from core.execute.rows import REASONS
from core.execute.series import Moment
from core.records import Fill, Order, OrderStatus, Position, Problem, Side, Trade


def fill_of(event: np.ndarray, moment: Moment, order: Order | None, reason: str, order_id: str = "") -> Fill:
    """One execution."""
    quantity = float(event[CHANGE])
    return Fill(
        order.id if order is not None else order_id, moment.symbol, Side.BUY if quantity > 0 else Side.SELL,
        abs(quantity), float(event[PRICE]), float(event[REFERENCE]), float(event[FEE]), moment.bar, reason,
        float(event[SPREAD]), float(event[SLIP]),
    )  # fmt: skip


def trade_of(event: np.ndarray, moment: Moment, held: Position, order: Order | None) -> tuple[Fill, Trade]:
    """An exit, of all or of a part: the execution and the round trip that it ends."""
    kind = int(event[KIND])
    reason = order.exit_reason if order is not None and kind == SIGNAL else REASONS[kind]
    quantity, price = -float(event[CHANGE]), float(event[PRICE])
    fees = float(event[FEE]) + float(event[SETTLED])
    pnl = quantity * (price - held.entry_price) - fees
    trade = Trade(
        held.symbol, quantity, held.opened_at, held.entry_price, moment.bar, price, fees, pnl,
        pnl / (abs(quantity) * held.entry_price), reason, held.order_id,
    )  # fmt: skip
    return fill_of(event, moment, order, reason.value, held.order_id), trade


def opened(held: Position | None, event: np.ndarray, moment: Moment, order: Order) -> Position:
    """The position that an entry opens or enlarges; what its row says is put in afterwards."""
    change, price = float(event[CHANGE]), float(event[PRICE])
    if held is None:
        return Position(
            order.symbol, order.timeframe, change, price, float(event[FEE]), moment.bar, None, None,
            order.id, float(event[REFERENCE]), order.data_source,
        )  # fmt: skip
    total = held.quantity + change
    average = (held.quantity * held.entry_price + change * price) / total
    return replace(held, quantity=total, entry_price=average)


def outcome(order: Order, row: np.ndarray, own: list[np.ndarray]) -> Order:
    """The order with what its events filled, and its status.

    Args:
        order: as its row says.
        row: after the phase; kind 0 is an order that has ended.
        own: its events.
    """
    got = [e for e in own if int(e[KIND]) in FILLS]
    filled = order.filled + float(sum(abs(e[CHANGE]) for e in got))
    average = order.average
    if got:
        prices = {float(e[PRICE]) for e in got} | ({order.average} if order.average is not None else set())
        value = (order.average or 0.0) * order.filled + float(sum(abs(e[CHANGE]) * e[PRICE] for e in got))
        average = prices.pop() if len(prices) == 1 else value / filled
    order = replace(order, filled=filled, average=average, fee=order.fee + float(sum(e[FEE] for e in got)))
    ends = {int(e[KIND]) for e in own}
    if row[O_KIND] != 0.0:
        return replace(order, status=OrderStatus.PARTIALLY_FILLED) if filled > 0.0 else order
    if REJECTED in ends:
        return replace(order, status=OrderStatus.PARTIALLY_FILLED if filled > 0.0 else OrderStatus.REJECTED)
    if CANCELED in ends:
        return replace(order, status=OrderStatus.CANCELED)
    if EXPIRED in ends:
        return replace(order, status=OrderStatus.EXPIRED)
    return replace(order, status=OrderStatus.FILLED)


def unseen(symbol: str) -> Problem:
    """Something is held or ordered, and no bars came."""
    return Problem(
        "execute", f"No bars of {symbol} came with the time that passed.",
        "Its orders wait, and its stop and target will be held against those bars when they come.",
    )  # fmt: skip


def refusal(order: Order, event: np.ndarray, free: float) -> Problem:
    """Why an order was rejected."""
    what = f"{order.side.value} {abs(event[CHANGE]):.6g} {order.symbol}"
    if order.reduce_only:
        return Problem(
            "execute", f"{what} was to close a position, but none is left.", "The order was rejected."
        )
    need = abs(event[CHANGE]) * event[PRICE]
    return Problem(
        "execute",
        f"{what} needs {need:,.2f} and its fee, but {max(free, 0.0):,.2f} was free.",
        "The order was rejected.",
    )
