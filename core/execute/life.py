"""A book while it lives: compiled phases in, records out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import numpy as np

from core.execute.events import fill_of, opened, outcome, refusal, trade_of, unseen
from core.execute.layout import (
    CHANGE,
    ENTRY,
    FILLS,
    KIND,
    M_DAY,
    MARKET_COLUMNS,
    O_KIND,
    ORDER,
    QUANTITY,
    REJECTED,
    ROOM,
    event_rows,
    no_orders,
)
from core.execute.matching import at_open, new_bar, within_bar
from core.execute.rows import position_row, with_row, with_working_row, working_row
from core.execute.series import Advance, Moment, Series
from core.execute.terms import market_rows, terms_for
from core.records import BarUse, Book, Costs, EquityPoint, Fill, Order, Trade

DAY_ZERO = datetime(1970, 1, 1).toordinal()  # noqa: DTZ001 (a calendar day)


class Life:
    """What a book holds between two clocks; `end` puts it back into a record."""

    def __init__(self, book: Book, series: Mapping[str, Series], costs: Costs, until: datetime) -> None:
        self.book = book
        self.until = until
        self.cash = float(book.cash)
        self.positions = {p.symbol: p for p in book.positions}
        self.orders = list(book.orders)
        self.used = {one.symbol: (one.bar, one.units) for one in book.used}
        self.terms = {s: terms_for(costs, one.instrument, one.timeframe) for s, one in series.items()}
        self.market = {s: _Market(one, costs) for s, one in series.items()}
        self.changed: dict[str, Order] = {}
        self.done: list[str] = []
        self.fills: list[Fill] = []
        self.trades: list[Trade] = []
        self.points: list[EquityPoint] = []
        self.problems = [
            unseen(symbol) for symbol in self._symbols() if symbol not in series and self._older(until)
        ]

    def open_bar(self, moment: Moment) -> None:
        """The open of one bar. Coming to it again changes nothing but for orders sent since."""
        due = [
            o
            for o in self.orders
            if o.symbol == moment.symbol
            and o.submitted_at <= moment.time
            and (o.met is None or o.met < moment.time)
        ]
        held = self.positions.get(moment.symbol)
        if not due and (held is None or held.met == moment.bar):
            return
        terms, known = self.terms[moment.symbol], self.market[moment.symbol].at(moment.bar)
        row = position_row(held, moment.bar)
        new_bar(row, terms, known)
        row[ROOM] -= self._used(moment)
        rows = _rows(due)
        events = event_rows(len(rows))
        self.cash, count = at_open(
            row, self.cash, self._bound(moment.symbol), moment.prices[0], rows, terms, known, events, 0
        )
        free = self.cash - self._bound(moment.symbol) - 2.0 * max(-row[QUANTITY], 0.0) * moment.prices[0]
        self._note(moment, row, events[:count], due)
        self._answer(due, rows, events[:count], free, moment)

    def close_bar(self, moment: Moment) -> bool:
        """The rest of a bar whose open was met before; False when it does not concern the book."""
        held = self.positions.get(moment.symbol)
        if held is not None and moment.bar < (held.managed_until or held.opened_at):
            held = None
        resting = [
            o
            for o in self.orders
            if o.symbol == moment.symbol
            and o.met == moment.bar
            and (o.managed_until is None or o.managed_until <= moment.bar)
        ]
        if held is None and (not resting or moment.symbol in self.positions):
            return False
        _, high, low, close = moment.prices
        terms, known = self.terms[moment.symbol], self.market[moment.symbol].at(moment.bar)
        row = position_row(held, moment.bar)
        new_bar(row, terms, known)
        row[ROOM] -= self._used(moment)
        rows = _rows(resting)
        events = event_rows(len(rows))
        bound = self._bound(moment.symbol)
        self.cash, count = within_bar(row, self.cash, bound, high, low, close, rows, terms, known, events, 0)
        free = self.cash - bound - 2.0 * max(-row[QUANTITY], 0.0) * close
        self._note(moment, row, events[:count], resting)
        self._answer(resting, rows, events[:count], free, moment)
        if (left := self.positions.get(moment.symbol)) is not None:
            self.positions[moment.symbol] = replace(left, last_price=close, managed_until=moment.time)
        return held is not None or count > 0

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
            clock=self.until, done=(*kept, *self.done),
            used=tuple(BarUse(symbol, bar, units) for symbol, (bar, units) in sorted(self.used.items())),
        )  # fmt: skip
        return Advance(
            book,
            tuple(self.changed.values()),
            tuple(self.fills),
            tuple(self.trades),
            tuple(self.points),
            tuple(self.problems),
        )

    def _point(self, time: datetime) -> EquityPoint:
        return EquityPoint(time, self.cash + sum(p.value for p in self.positions.values()), self.cash)

    def _used(self, moment: Moment) -> float:
        """Units that a bar has filled, against a limit on the share of volume."""
        bar, units = self.used.get(moment.symbol, (None, 0.0))
        return units if bar == moment.bar else 0.0

    def _symbols(self) -> list[str]:
        return sorted({*self.positions, *(o.symbol for o in self.orders)})

    def _older(self, time: datetime) -> bool:
        return self.book.clock is None or self.book.clock < time

    def _bound(self, symbol: str) -> float:
        return 2.0 * sum(max(-p.value, 0.0) for s, p in self.positions.items() if s != symbol)

    def _note(self, moment: Moment, row: np.ndarray, events: np.ndarray, orders: list[Order]) -> None:
        """Turn the core's events into fills and trades, and its row into the position."""
        symbol = moment.symbol
        used = 0.0
        for event in events:
            kind, held = int(event[KIND]), self.positions.get(symbol)
            if kind not in FILLS:
                continue
            used += abs(float(event[CHANGE]))
            order = orders[int(event[ORDER])] if event[ORDER] >= 0.0 else None
            if kind == ENTRY and order is not None:
                self.fills.append(fill_of(event, moment, order, "entry"))
                self.positions[symbol] = opened(held, event, moment, order)
            elif held is not None:
                fill, trade = trade_of(event, moment, held, order)
                self.fills.append(fill)
                self.trades.append(trade)
                left = held.quantity + float(event[CHANGE])
                if left == 0.0:
                    del self.positions[symbol]
                else:
                    self.positions[symbol] = replace(held, quantity=left)
        if used > 0.0:
            self.used[symbol] = moment.bar, self._used(moment) + used
        if (held := self.positions.get(symbol)) is not None:
            self.positions[symbol] = replace(with_row(held, row), met=moment.bar)

    def _answer(
        self, orders: list[Order], rows: np.ndarray, events: np.ndarray, free: float, moment: Moment
    ) -> None:
        """Tell what became of orders: filled, rejected, expired, or closed what was held and then rejected."""
        for number, order in enumerate(orders):
            own = [e for e in events if e[ORDER] == number]
            now = with_working_row(order, rows[number])
            now = replace(now, met=moment.bar) if moment.opens else replace(now, managed_until=moment.time)
            now = outcome(now, rows[number], own)
            place = next(i for i, o in enumerate(self.orders) if o.id == order.id)
            if rows[number, O_KIND] == 0.0:
                del self.orders[place]
                self.done.append(now.id)
            else:
                self.orders[place] = now
            if now.status is not order.status or now.filled != order.filled:
                self.changed[now.id] = now
            refused = next((e for e in own if int(e[KIND]) == REJECTED), None)
            if refused is not None:
                self.problems.append(refusal(order, refused, free))


class _Market:
    """What was known of one symbol's market before each bar."""

    def __init__(self, one: Series, costs: Costs) -> None:
        frame = one.bars if one.history is None else one.history
        self._rows = market_rows(frame, costs, one.instrument.symbol, one_more=True)
        self._index = frame.index

    def at(self, bar: datetime) -> np.ndarray:
        """The row of the bar that opens at `bar`."""
        row = np.zeros(MARKET_COLUMNS)
        if len(self._rows) > 1:
            row[:] = self._rows[int(self._index.searchsorted(bar))]
        row[M_DAY] = bar.toordinal() - DAY_ZERO
        return row


def _rows(orders: list[Order]) -> np.ndarray:
    rows = no_orders(len(orders))
    for number, order in enumerate(orders):
        rows[number] = working_row(order, number)
    return rows
