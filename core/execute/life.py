"""A book while it lives: compiled phases in, records out."""

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import numpy as np

from core.execute.matching import (
    CHARGES,
    ENTRY,
    FEE,
    FLAT,
    KIND,
    MOST_EVENTS,
    NOTHING,
    PRICE,
    QUANTITY,
    REFERENCE,
    REJECTED,
    SIGNAL,
    STOP,
    TARGET,
    Intent,
    State,
    at_open,
    rates_for,
    within_bar,
)  # fmt: skip
from core.execute.terms import Advance, Moment, Series
from core.records import (
    Book,
    Costs,
    EquityPoint,
    ExitReason,
    Fill,
    Order,
    OrderStatus,
    Position,
    Problem,
    Side,
    Trade,
)  # fmt: skip

_REASON = {SIGNAL: ExitReason.SIGNAL, STOP: ExitReason.STOP_LOSS, TARGET: ExitReason.TAKE_PROFIT}


class Life:
    """What a book holds between two clocks; `end` puts it back into a record."""

    def __init__(self, book: Book, series: Mapping[str, Series], costs: Costs, until: datetime) -> None:
        self.book = book
        self.until = until
        self.cash = float(book.cash)
        self.positions = {p.symbol: p for p in book.positions}
        self.orders = list(book.orders)
        self.rates = {s: rates_for(costs, one.instrument, one.timeframe) for s, one in series.items()}
        self.events = np.zeros((MOST_EVENTS, 6))
        self.changed: list[Order] = []
        self.fills: list[Fill] = []
        self.trades: list[Trade] = []
        self.points: list[EquityPoint] = []
        self.problems = [
            _unseen(symbol) for symbol in self._symbols() if symbol not in series and self._older(until)
        ]

    def open_bar(self, moment: Moment) -> None:
        """The open of one bar. Coming to it again changes nothing but for orders sent since."""
        due = [o for o in self.orders if o.symbol == moment.symbol and o.submitted_at <= moment.time]
        for order in due:
            self.orders.remove(order)
            self._meet_open(moment, order)
        if not due and moment.symbol in self.positions:
            self._meet_open(moment, None)

    def close_bar(self, moment: Moment) -> bool:
        """The rest of a bar whose open was met before; False when it does not concern the book."""
        held = self.positions.get(moment.symbol)
        if held is None or moment.bar < (held.managed_until or held.opened_at):
            return False
        _, high, low, close = moment.prices
        state, self.cash, count = within_bar(
            _state(held), self.cash, high, low, close, self.rates[moment.symbol], self.events, 0
        )
        self._note(moment, state, count, None)
        if (left := self.positions.get(moment.symbol)) is not None:
            self.positions[moment.symbol] = replace(left, last_price=close, managed_until=moment.time)
        return True

    def mark(self, time: datetime) -> None:
        """Write the equity of a time down, once, after its closes and before its opens."""
        if self._older(time):
            self.points.append(self._point(time))

    def end(self) -> Advance:
        """The book as it stands at the end."""
        if (
            not self._older(self.until) and self.fills
        ):  # an order sent after this moment was told, filled at its open
            self.points.append(self._point(self.until))
        elif not self.points or self.points[-1].time < self.until:
            self.mark(self.until)
        kept = self.book.done if self.book.clock == self.until else ()
        book = replace(
            self.book, cash=self.cash, positions=tuple(self.positions.values()), orders=tuple(self.orders),
            clock=self.until, done=(*kept, *(order.id for order in self.changed)),
        )  # fmt: skip
        return Advance(
            book,
            tuple(self.changed),
            tuple(self.fills),
            tuple(self.trades),
            tuple(self.points),
            tuple(self.problems),
        )

    def _point(self, time: datetime) -> EquityPoint:
        return EquityPoint(time, self.cash + sum(p.value for p in self.positions.values()), self.cash)

    def _symbols(self) -> list[str]:
        return sorted({*self.positions, *(o.symbol for o in self.orders)})

    def _older(self, time: datetime) -> bool:
        return self.book.clock is None or self.book.clock < time

    def _meet_open(self, moment: Moment, order: Order | None) -> None:
        symbol, price = moment.symbol, moment.prices[0]
        held = self.positions.get(symbol)
        state = FLAT if held is None else _state(held)
        bound = 2.0 * sum(max(-p.value, 0.0) for s, p in self.positions.items() if s != symbol)
        fresh = held is not None and held.opened_at == moment.time
        intent = NOTHING if order is None else _intent(order)
        state, self.cash, count = at_open(
            state, self.cash, bound, price, intent, fresh, self.rates[symbol], self.events, 0
        )
        self._note(moment, state, count, order)
        if order is not None:
            free = self.cash - bound - 2.0 * max(-state.quantity, 0.0) * price
            self._answer(order, self.events[:count], free)

    def _note(self, moment: Moment, state: State, count: int, order: Order | None) -> None:
        """Turn the core's events into fills and trades, and its state into the position."""
        symbol = moment.symbol
        for event in self.events[:count]:
            kind, held = int(event[KIND]), self.positions.get(symbol)
            if kind == ENTRY and order is not None:
                self.fills.append(_fill(event, moment, order.id, "entry"))
                self.positions[symbol] = held or _opened(event, moment, order)
            elif kind != REJECTED and held is not None:
                asked = order.id if order is not None and kind == SIGNAL else held.order_id
                self.fills.append(_fill(event, moment, asked, _REASON[kind].value))
                self.trades.append(_trade(event, moment, held, _REASON[kind]))
                if held.quantity == -float(event[QUANTITY]):
                    del self.positions[symbol]
        if symbol in self.positions:
            self.positions[symbol] = replace(
                self.positions[symbol], quantity=state.quantity, entry_price=state.entry_price, entry_fee=state.charges,
                stop=_level(state.stop), target=_level(state.target),
            )  # fmt: skip

    def _answer(self, order: Order, events: np.ndarray, free: float) -> None:
        """Tell what became of an order: filled, rejected, or closed what was held and then rejected."""
        own = [event for event in events if int(event[KIND]) in (ENTRY, SIGNAL)]
        filled = float(sum(abs(event[QUANTITY]) for event in own))
        refused = next((event for event in events if int(event[KIND]) == REJECTED), None)
        status = OrderStatus.FILLED
        if refused is not None:
            status = OrderStatus.PARTIALLY_FILLED if own else OrderStatus.REJECTED
            self.problems.append(_refusal(order, refused, free))
        average = float(own[0][PRICE]) if own else None  # both halves of a turn have one price
        fee = float(sum(event[FEE] for event in own))
        self.changed.append(replace(order, status=status, filled=filled, average=average, fee=fee))


def _unseen(symbol: str) -> Problem:
    return Problem(
        "execute", f"No bars of {symbol} came with the time that passed.",
        "Its orders wait, and its stop and target will be held against those bars when they come.",
    )  # fmt: skip


def _refusal(order: Order, event: np.ndarray, free: float) -> Problem:
    what = f"{order.side.value} {abs(event[QUANTITY]):.6g} {order.symbol}"
    if order.reduce_only:
        return Problem(
            "execute", f"{what} was to close a position, but none is left.", "The order was rejected."
        )
    need = abs(event[QUANTITY]) * event[PRICE]
    return Problem(
        "execute",
        f"{what} needs {need:,.2f} and its fee, but {max(free, 0.0):,.2f} was free.",
        "The order was rejected.",
    )


def _state(held: Position) -> State:
    return State(
        held.quantity, held.entry_price, held.entry_fee,
        math.nan if held.stop is None else held.stop, math.nan if held.target is None else held.target,
    )  # fmt: skip


def _level(price: float) -> float | None:
    return None if math.isnan(price) else price


def _intent(order: Order) -> Intent:
    return Intent(
        float(order.quantity if order.side is Side.BUY else -order.quantity),
        math.nan if order.stop is None else float(order.stop),
        math.nan if order.target is None else float(order.target),
        order.reduce_only,
    )


def _opened(event: np.ndarray, moment: Moment, order: Order) -> Position:
    return Position(
        order.symbol, order.timeframe, float(event[QUANTITY]), float(event[PRICE]), float(event[FEE]), moment.time,
        None, None, order.id, float(event[REFERENCE]), order.data_source,
    )  # fmt: skip


def _fill(event: np.ndarray, moment: Moment, order_id: str, reason: str) -> Fill:
    quantity = float(event[QUANTITY])
    return Fill(
        order_id, moment.symbol, Side.BUY if quantity > 0 else Side.SELL, abs(quantity), float(event[PRICE]),
        float(event[REFERENCE]), float(event[FEE]), moment.bar, reason,
    )  # fmt: skip


def _trade(event: np.ndarray, moment: Moment, held: Position, reason: ExitReason) -> Trade:
    quantity, price = -float(event[QUANTITY]), float(event[PRICE])
    fees = float(event[FEE]) + float(event[CHARGES])
    pnl = quantity * (price - held.entry_price) - fees
    return Trade(
        held.symbol, quantity, held.opened_at, held.entry_price, moment.bar, price, fees, pnl,
        pnl / (abs(quantity) * held.entry_price), reason, held.order_id,
    )  # fmt: skip
