"""What goes into the paper book's time, and what comes out."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import pandas as pd

from core.records import Book, EquityPoint, Fill, Instrument, Order, Problem, Timeframe, Trade

Prices = tuple[float, float, float, float]
"""Open, high, low, close of one bar."""


@dataclass(frozen=True, slots=True)
class Series:
    """The bars that a book needs of one symbol."""

    instrument: Instrument
    timeframe: Timeframe
    bars: pd.DataFrame
    """Bars that may have closed since the book last saw this symbol; those it has lived through are passed over."""
    next_open: tuple[datetime, float] | None = None
    """Open time and open of a bar that has begun but not closed."""
    history: pd.DataFrame | None = None
    """For costs that know volatility or volume: all of `bars` and core.execute.MEMORY bars before them. None where
    costs are fixed, or where `bars` goes back that far itself."""


@dataclass(frozen=True, slots=True)
class Advance:
    """What happened while a book lived on."""

    book: Book
    orders: tuple[Order, ...]
    """Orders whose status changed."""
    fills: tuple[Fill, ...]
    trades: tuple[Trade, ...]
    equity: tuple[EquityPoint, ...]
    """One point at each time a bar of something held closed, and at the end, before the opens of that time. None is
    older than the old clock; that of the clock itself is told again when an order fills at its open."""
    problems: tuple[Problem, ...]


class Moment(NamedTuple):
    """The close or the open of one symbol's bar."""

    time: datetime
    opens: bool
    """At one time closes (False) come before opens (True)."""
    symbol: str
    bar: datetime
    """Open time of the bar."""
    prices: Prices
