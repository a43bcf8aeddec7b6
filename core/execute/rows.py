"""Positions and orders as records, and as the rows that compiled code works on."""

import math
from dataclasses import replace
from datetime import datetime

import numpy as np

from core.execute.layout import (
    BEST,
    BORN,
    CHARGES,
    DAY,
    ENTRY_PRICE,
    EVEN,
    GTC,
    IOC,
    LEAVING,
    LEFT,
    LIMIT,
    MARKET,
    MOVED,
    O_AGE,
    O_DAY,
    O_DELAY,
    O_HIT,
    O_KIND,
    O_LIFE,
    O_LIMIT,
    O_PART,
    O_QUANTITY,
    O_TRIGGER,
    QUANTITY,
    SIGNAL,
    STOP,
    STOP_LIMIT,
    STOP_MARKET,
    STOPPED,
    TAKEN,
    TARGET,
    TIMED,
    TRAIL,
    TRAILED,
    TRAILING,
    flat,
    order_row,
)
from core.records import ExitReason, Order, OrderType, Position, Side, TimeInForce

REASONS = {
    SIGNAL: ExitReason.SIGNAL,
    STOPPED: ExitReason.STOP_LOSS,
    TAKEN: ExitReason.TAKE_PROFIT,
    TRAILED: ExitReason.TRAILING_STOP,
    TIMED: ExitReason.TIME_LIMIT,
}
"""What an exit of a kind is called."""
_KIND_OF = {reason: float(kind) for kind, reason in REASONS.items()}
_ORDER_KIND = {
    OrderType.MARKET: MARKET,
    OrderType.LIMIT: LIMIT,
    OrderType.STOP: STOP_MARKET,
    OrderType.STOP_LIMIT: STOP_LIMIT,
    OrderType.TRAILING_STOP: TRAILING,
}
_TYPE_OF = {kind: name for name, kind in _ORDER_KIND.items()}
_FORCE = {TimeInForce.GTC: GTC, TimeInForce.IOC: IOC, TimeInForce.DAY: DAY}


def position_row(held: Position | None, bar: datetime) -> np.ndarray:
    """A position as a row, at the bar that opened at `bar`; None is flat."""
    row = flat()
    if held is None:
        return row
    row[[QUANTITY, ENTRY_PRICE, CHARGES]] = held.quantity, held.entry_price, held.entry_fee
    for column, value in (
        (STOP, held.stop),
        (TARGET, held.target),
        (TRAIL, held.trail),
        (EVEN, held.break_even),
    ):
        row[column] = _number(value)
    row[BEST] = held.entry_price if held.best is None else held.best
    row[LEFT] = math.inf if held.bars_left is None else held.bars_left
    row[MOVED] = held.trailed
    row[LEAVING] = 0.0 if held.leaving is None else _KIND_OF[held.leaving]
    if held.opened_at == bar and (held.managed_until is None or held.managed_until <= bar):
        row[BORN] = 2.0 if held.opened_within else 1.0
    return row


def with_row(held: Position, row: np.ndarray) -> Position:
    """The position as its row has become."""
    return replace(
        held,
        quantity=float(row[QUANTITY]),
        entry_price=float(row[ENTRY_PRICE]),
        entry_fee=float(row[CHARGES]),
        stop=_level(row[STOP]),
        target=_level(row[TARGET]),
        trail=_level(row[TRAIL]),
        break_even=_level(row[EVEN]),
        best=float(row[BEST]),
        bars_left=None if math.isinf(row[LEFT]) else int(row[LEFT]),
        trailed=bool(row[MOVED] > 0.0),
        leaving=None if row[LEAVING] == 0.0 else REASONS[int(row[LEAVING])],
        opened_within=held.opened_within or bool(row[BORN] == 2.0),
    )


def working_row(order: Order, number: int) -> np.ndarray:
    """An order as a row; `number` names it in events."""
    quantity = order.quantity if order.remaining is None else order.remaining
    return order_row(
        _ORDER_KIND[order.type],
        float(quantity if order.side is Side.BUY else -quantity),
        limit=_number(order.limit), trigger=_number(order.trigger), offset=_number(order.offset),
        reduce=float(order.reduce_only), force=_FORCE[order.time_in_force],
        life=math.inf if order.life is None else float(order.life), delay=float(order.delay),
        age=float(order.age), day=_number(order.day), stop=_number(order.stop), target=_number(order.target),
        trail=_number(order.trail), even=_number(order.break_even),
        bars=math.inf if order.time_limit is None else float(order.time_limit), id=float(number),
        hit=float(order.hit), part=float(order.opened),
    )  # fmt: skip


def with_working_row(order: Order, row: np.ndarray) -> Order:
    """The order as its row has become; what it filled is told by events."""
    return replace(
        order,
        trigger=_level(row[O_TRIGGER]),
        limit=_level(row[O_LIMIT]),
        life=None if math.isinf(row[O_LIFE]) else int(row[O_LIFE]),
        delay=int(row[O_DELAY]),
        hit=int(row[O_HIT]),
        opened=bool(row[O_PART] > 0.0),
        age=int(row[O_AGE]),
        day=None if math.isnan(row[O_DAY]) else int(row[O_DAY]),
        remaining=abs(float(row[O_QUANTITY])),
        type=order.type if row[O_KIND] == 0.0 else _TYPE_OF[float(row[O_KIND])],
    )


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _level(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
