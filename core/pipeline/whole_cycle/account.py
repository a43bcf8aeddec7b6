"""The paper book over past bars: it lives from decision to decision, and everything that happens is written down."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pandas as pd

from core.execute import MEMORY, Advance, Series, adjust, advance, submit
from core.pipeline.whole_cycle.forecasts import Asked
from core.records import Book, Costs, EquityPoint, Fill, Order, OrderStatus, Problem, Trade


@dataclass(slots=True, eq=False)
class Account:
    """A book and its history; `row` is the last bar that it has lived through, first − 1 before the first."""

    asked: Asked
    costs: Costs
    book: Book
    row: int
    equity: np.ndarray
    """(n,) at the closes of rows first ≤ row < stop, before the opens that follow them."""
    held: np.ndarray
    """(n,) units held at those closes, signed."""
    fills: list[Fill] = field(default_factory=list)
    trades: list[Trade] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _marks: list[EquityPoint] = field(default_factory=list)

    def live_until(self, row: int) -> int:
        """Let the book live until that bar's close, or until the bar at which something filled; returns the row.

        A position alone is held against all bars in one call; while an order waits, bar by bar.
        """
        while self.row < row:
            step = self.row + 1 if self.book.orders else row
            lived = self._advance(step)
            if lived.fills and self._row_of(lived.fills[0].time) < step:
                step = self._row_of(lived.fills[0].time)
                lived = self._advance(step)
            self._keep(lived, step)
            if lived.fills:
                break
        return self.row

    def send(self, order: Order) -> OrderStatus:
        """Hand an order in at the close of `row`; it fills at once when the next bar opens then.

        Returns its status after that open, as a cycle would tell it.
        """
        book = submit(self.book, order)
        moment, following = self._closed_at(self.row), self.row + 1
        first = None
        if following < self.asked.stop and self.asked.bars.index[following] == pd.Timestamp(moment):
            first = (moment, float(self.asked.bars["open"].iloc[following]))
        lived = advance(book, self._series(self.row, first), moment, self.costs)
        self._remember(lived)
        self.book = lived.book
        return next((o.status for o in lived.orders if o.id == order.id), order.status)

    def move(self, stop: float | None, target: float | None) -> None:
        """Move the stop or the target of what is held, at the close of `row`; the next bar is held against it."""
        self.book = adjust(self.book, self.asked.instrument.symbol, stop, target)

    @property
    def marks(self) -> Sequence[EquityPoint]:
        """Equity at the times told so far, oldest first; that of the last one may be told again."""
        return self._marks

    def equity_at(self, moment: datetime) -> float | None:
        """Equity at the last mark at or before a moment; None when there is none."""
        place = bisect_right(self._marks, moment, key=lambda mark: mark.time)
        return self._marks[place - 1].equity if place else None

    def _advance(self, row: int) -> Advance:
        return advance(self.book, self._series(row), self._closed_at(row), self.costs)

    def _series(self, row: int, next_open: tuple[datetime, float] | None = None) -> dict[str, Series]:
        """Bars from the one after `self.row` to `row`, with those before them that costs may ask for."""
        asked, since = self.asked, self.row + 1
        history = asked.bars.iloc[max(0, since - MEMORY) : row + 1]
        one = Series(asked.instrument, asked.timeframe, asked.bars.iloc[since : row + 1], next_open, history)
        return {asked.instrument.symbol: one}

    def _keep(self, lived: Advance, row: int) -> None:
        """Take over what happened until the close of a row. What was held before was held until that bar."""
        begin, last = self.row + 1 - self.asked.first, row - self.asked.first
        self.held[begin:last], self.equity[begin : last + 1] = self._units(), lived.book.equity
        self._remember(lived)
        self.book = lived.book
        self.held[last] = self._units()
        for mark in lived.equity:
            self.equity[self._row_of(mark.time - self.asked.timeframe.delta) - self.asked.first] = mark.equity
        self.row = row

    def _remember(self, lived: Advance) -> None:
        for (
            mark
        ) in lived.equity:  # the mark of the clock itself is told again when an order fills at its open
            if self._marks and self._marks[-1].time == mark.time:
                self._marks.pop()
            self._marks.append(mark)
        self.fills += lived.fills
        self.trades += lived.trades
        self.problems += lived.problems

    def _units(self) -> float:
        position = self.book.position(self.asked.instrument.symbol)
        return position.quantity if position else 0.0

    def _row_of(self, opened: datetime) -> int:
        return int(self.asked.bars.index.searchsorted(pd.Timestamp(opened)))

    def _closed_at(self, row: int) -> datetime:
        return self.asked.closed_at(row)
