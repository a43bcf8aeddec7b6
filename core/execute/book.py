"""The paper book: it lives forward over bars, through the same compiled phases as a backtest."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pandas as pd

from core.errors import BookClock
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
    Rates,
    State,
    at_open,
    within_bar,
)  # fmt: skip
from core.records import (
    Book,
    Costs,
    EquityPoint,
    ExitReason,
    Fill,
    Instrument,
    Order,
    OrderStatus,
    Position,
    Problem,
    Side,
    Timeframe,
    Trade,
)  # fmt: skip
from core.tables import stamp

_REASON = {SIGNAL: ExitReason.SIGNAL, STOP: ExitReason.STOP_LOSS, TARGET: ExitReason.TAKE_PROFIT}


@dataclass(frozen=True, slots=True)
class Series:
    """The bars that a book needs of one symbol."""

    instrument: Instrument
    timeframe: Timeframe
    bars: pd.DataFrame
    """Closed bars; those that closed by the book's clock are passed over."""
    next_open: tuple[datetime, float] | None = None
    """Open time and open of a bar that has begun but not closed."""


@dataclass(frozen=True, slots=True)
class Advance:
    """What happened while a book lived on."""

    book: Book
    orders: tuple[Order, ...]
    """Orders whose status changed."""
    fills: tuple[Fill, ...]
    trades: tuple[Trade, ...]
    equity: tuple[EquityPoint, ...]
    """One point at each time a bar closed."""
    problems: tuple[Problem, ...]


def new_book(book_id: str, world: str, cash: float) -> Book:
    """A book with nothing but cash."""
    return Book(book_id, world, cash, cash, (), (), None)


def submit(book: Book, order: Order) -> Book:
    """Add a working order; one whose id the book already works or holds changes nothing."""
    known = {o.id for o in book.orders} | {p.order_id for p in book.positions}
    return book if order.id in known else replace(book, orders=(*book.orders, order))


def rates_for(costs: Costs, instrument: Instrument, timeframe: Timeframe) -> Rates:
    """Costs as the matching core takes them: borrow for one bar."""
    return Rates(
        costs.fee, costs.half_spread, costs.slippage, costs.borrow / instrument.bars_per_year(timeframe)
    )


def advance(book: Book, series: Mapping[str, Series], until: datetime, costs: Costs) -> Advance:
    """Let the book live until a moment: waiting orders fill at the first open, stops and targets are held.

    Bars of all symbols are taken in the order of time; at one moment closes come before opens.

    Raises:
        BookClock: `until` lies before the book's clock.
    """
    if book.clock is not None and until < book.clock:
        raise BookClock(
            f"The book has already lived until {book.clock:%Y-%m-%d %H:%M} UTC and cannot go back to "
            f"{until:%Y-%m-%d %H:%M}: choose a later moment, or start a new book on the Overview page."
        )
    life = _Life(book, series, costs)
    for moment, phase, symbol, row in _agenda(book, series, until):
        (life.open_bar if phase else life.close_bar)(moment, symbol, row)
    return life.end(until)


def _agenda(
    book: Book, series: Mapping[str, Series], until: datetime
) -> list[tuple[datetime, int, str, tuple]]:
    """What happens when: (moment, 0 close or 1 open, symbol, open-high-low-close)."""
    items: list[tuple[datetime, int, str, tuple]] = []
    began = book.clock or min((o.submitted_at for o in book.orders), default=until)
    for symbol, one in series.items():
        delta = one.timeframe.delta
        for date, *row in one.bars.loc[
            stamp(began) - delta : stamp(until), ["open", "high", "low", "close"]
        ].itertuples():
            opened = date.to_pydatetime()
            if opened >= began:
                items.append((opened, 1, symbol, tuple(row)))
            if began < opened + delta <= until:
                items.append((opened + delta, 0, symbol, tuple(row)))
        if (
            one.next_open
            and began <= one.next_open[0] <= until
            and stamp(one.next_open[0]) not in one.bars.index
        ):
            items.append((one.next_open[0], 1, symbol, (one.next_open[1],) * 4))
    return sorted(items, key=lambda item: item[:3])


class _Life:
    """A book while it lives; its pieces are put back into a record at the end."""

    def __init__(self, book: Book, series: Mapping[str, Series], costs: Costs) -> None:
        self.book = book
        self.cash = book.cash
        self.positions = {p.symbol: p for p in book.positions}
        self.states = {p.symbol: _state(p) for p in book.positions}
        self.orders = {o.symbol: o for o in book.orders}
        self.rates = {
            symbol: rates_for(costs, one.instrument, one.timeframe) for symbol, one in series.items()
        }
        self.events = np.zeros((MOST_EVENTS, 6))
        self.changed: list[Order] = []
        self.fills: list[Fill] = []
        self.trades: list[Trade] = []
        self.points: dict[datetime, EquityPoint] = {}
        self.problems: list[Problem] = []

    def open_bar(self, moment: datetime, symbol: str, row: tuple) -> None:
        """The open of one bar; doing it twice changes nothing."""
        order = self.orders.get(symbol)
        due = order if order is not None and order.submitted_at <= moment else None
        state = self.states.get(symbol, FLAT)
        if due is None and state.quantity == 0.0:
            return
        held = self.positions.get(symbol)
        fresh = held is not None and held.opened_at == moment
        others = sum(p.quantity * p.last_price for s, p in self.positions.items() if s != symbol)
        intent = _intent(due) if due else NOTHING
        state, self.cash, count = at_open(
            state, self.cash, others, row[0], intent, fresh, self.rates[symbol], self.events, 0
        )
        if due:
            del self.orders[symbol]
        self._note(moment, symbol, state, count, due)

    def close_bar(self, moment: datetime, symbol: str, row: tuple) -> None:
        """The rest of a bar whose open was seen before."""
        state = self.states.get(symbol, FLAT)
        opened = (
            moment - Timeframe(self.positions[symbol].timeframe).delta if symbol in self.positions else moment
        )
        state, self.cash, count = within_bar(
            state, self.cash, row[1], row[2], row[3], self.rates[symbol], self.events, 0
        )
        self._note(opened, symbol, state, count, None)
        if symbol in self.positions:
            self.positions[symbol] = replace(self.positions[symbol], last_price=row[3])
        equity = self.cash + sum(p.quantity * p.last_price for p in self.positions.values())
        self.points[moment] = EquityPoint(moment, equity, self.cash)

    def _note(self, time: datetime, symbol: str, state: State, count: int, order: Order | None) -> None:
        """Turn the kernel's events into records."""
        for event in self.events[:count]:
            self._record(time, symbol, event, order)
        held = self.positions.get(symbol)
        self.states[symbol] = state
        if state.quantity == 0.0:
            self.positions.pop(symbol, None)
            self.states.pop(symbol, None)
        elif held is not None:
            self.positions[symbol] = replace(held, entry_fee=state.charges, quantity=state.quantity)

    def _record(self, time: datetime, symbol: str, event: np.ndarray, order: Order | None) -> None:
        kind = int(event[KIND])
        quantity, price, fee = float(event[QUANTITY]), float(event[PRICE]), float(event[FEE])
        side = Side.BUY if quantity > 0 else Side.SELL
        if kind == REJECTED and order is not None:
            need = abs(quantity) * price
            self.changed.append(replace(order, status=OrderStatus.REJECTED))
            self.problems.append(
                Problem("execute", f"{side.value} {abs(quantity):.6g} {symbol} needs {need:,.2f}, the book has {self.cash:,.2f} in cash.",
                        "The order was rejected.")
            )  # fmt: skip
            return
        held = self.positions.get(symbol)
        of = order.id if order is not None else held.order_id if held else ""
        reason = "entry" if kind == ENTRY else _REASON[kind].value
        self.fills.append(
            Fill(of, symbol, side, abs(quantity), price, float(event[REFERENCE]), fee, time, reason)
        )
        if order is not None:
            self.changed.append(
                replace(
                    order, status=OrderStatus.FILLED, filled=abs(quantity), average=price, fee=order.fee + fee
                )
            )
        if kind == ENTRY and order is not None:
            levels = _levels(price, quantity, order)
            self.positions[symbol] = Position(
                symbol,
                order.timeframe,
                quantity,
                price,
                fee,
                time,
                *levels,
                order.id,
                float(event[REFERENCE]),
                order.data_source,
            )
        elif held is not None:
            self.trades.append(_trade(held, time, price, fee + float(event[CHARGES]), _REASON[kind]))

    def end(self, until: datetime) -> Advance:
        """The book as it stands at `until`."""
        book = replace(
            self.book,
            cash=self.cash,
            positions=tuple(self.positions.values()),
            orders=tuple(self.orders.values()),
            clock=until,
        )
        self.points.setdefault(until, EquityPoint(until, book.equity, book.cash))
        points = tuple(self.points[moment] for moment in sorted(self.points))
        return Advance(
            book, tuple(self.changed), tuple(self.fills), tuple(self.trades), points, tuple(self.problems)
        )


def _state(held: Position) -> State:
    return State(
        held.quantity,
        held.entry_price,
        held.entry_fee,
        math.nan if held.stop is None else held.stop,
        math.nan if held.target is None else held.target,
    )


def _intent(order: Order) -> Intent:
    sign = 1.0 if order.side is Side.BUY else -1.0
    return Intent(
        sign * order.quantity,
        math.nan if order.stop is None else order.stop,
        math.nan if order.target is None else order.target,
    )


def _levels(price: float, quantity: float, order: Order) -> tuple[float | None, float | None]:
    """Stop and target as prices, counted from the fill as the core counts them."""
    side = 1.0 if quantity > 0 else -1.0
    return (
        None if order.stop is None else price * (1.0 - side * order.stop),
        None if order.target is None else price * (1.0 + side * order.target),
    )


def _trade(held: Position, time: datetime, price: float, fees: float, reason: ExitReason) -> Trade:
    pnl = held.quantity * (price - held.entry_price) - fees
    return Trade(
        held.symbol, held.quantity, held.opened_at, held.entry_price, time, price, fees, pnl,
        pnl / abs(held.quantity * held.entry_price), reason, held.order_id,
    )  # fmt: skip
