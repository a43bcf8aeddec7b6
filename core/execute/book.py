"""The paper book: it takes orders, and lives forward over bars."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from core.errors import BookClock, InputError
from core.execute.series import Advance, Moment, Series
from core.records import Book, Costs, Order, OrderStatus, OrderType
from core.tables import stamp


def new_book(book_id: str, world: str, cash: float) -> Book:
    """A book with nothing but cash."""
    return Book(book_id, world, cash, cash, (), (), None)


def submit(book: Book, order: Order) -> Book:
    """Add a working order; sending one twice changes nothing.

    Raises:
        InputError: the order is not for more than nothing, or lacks the level that its type needs.
        BookClock: the order is older than the book's clock, and not one that the book works or holds.
    """
    if order.id in {*(o.id for o in book.orders), *(p.order_id for p in book.positions), *book.done}:
        return book
    if fault := _fault(order):
        raise InputError(
            f"Order {order.id} ({order.type.value}, {order.quantity:g} {order.symbol}) cannot be worked: {fault}."
        )
    if book.clock is not None and order.submitted_at < book.clock:
        raise BookClock(
            f"Order {order.id} is of {order.submitted_at:%Y-%m-%d %H:%M} UTC, but the book has already lived until "
            f"{book.clock:%Y-%m-%d %H:%M}: decide at a later moment, or start a new book on the Overview page."
        )
    return replace(book, orders=(*book.orders, replace(order, status=OrderStatus.ACCEPTED)))


def cancel(book: Book, order_id: str) -> tuple[Book, Order | None]:
    """Take a working order back; what it has filled stays. None when no such order works."""
    order = next((o for o in book.orders if o.id == order_id), None)
    if order is None:
        return book, None
    left = tuple(o for o in book.orders if o.id != order_id)
    return replace(book, orders=left, done=(*book.done, order_id)), replace(
        order, status=OrderStatus.CANCELED
    )


_LEVELS = {
    OrderType.MARKET: (),
    OrderType.LIMIT: ("limit",),
    OrderType.STOP: ("trigger",),
    OrderType.STOP_LIMIT: ("trigger", "limit"),
    OrderType.TRAILING_STOP: ("offset",),
}
"""What a type of order must name."""
_LEVEL_WORDS = {
    "limit": "a limit above 0",
    "trigger": "a trigger above 0",
    "offset": "an offset above 0",
}


def _fault(order: Order) -> str:
    """What is wrong with an order; empty for nothing."""
    if not 0 < order.quantity < math.inf:
        return "a quantity is more than 0"
    for name in _LEVELS[order.type]:
        value = getattr(order, name)
        if value is None or not 0 < value < math.inf:
            return f"this type of order needs {_LEVEL_WORDS[name]}"
    for name in ("stop", "target", "trail", "break_even", "time_limit", "life"):
        value = getattr(order, name)
        if value is not None and not 0 < value < math.inf:
            return f"its {name} is {value:g}, and must be above 0"
    return "its delay is below 0" if order.delay < 0 else ""


def advance(book: Book, series: Mapping[str, Series], until: datetime, costs: Costs) -> Advance:
    """Let the book live until a moment: waiting orders fill at the first open, stops and targets are held.

    An order is due at the first bar that opens at or after it was submitted. A position meets each bar once, however
    late that bar arrives. Bars of all symbols are taken in the order of time; at one time closes come before opens.
    What is held or ordered but has no series stays as it is, and that is told as a problem.

    Raises:
        BookClock: `until` lies before the book's clock.
    """
    if book.clock is not None and until < book.clock:
        raise BookClock(
            f"The book has already lived until {book.clock:%Y-%m-%d %H:%M} UTC and cannot go back to "
            f"{until:%Y-%m-%d %H:%M}: choose a later moment, or start a new book on the Overview page."
        )
    from core.execute.life import Life  # brings numba

    life = Life(book, series, costs, until)
    agenda = sorted(_agenda(book, series, until))
    for time, moments in groupby(agenda, key=attrgetter("time")):
        now = list(moments)
        closed = [life.close_bar(moment) for moment in now if not moment.opens]
        if any(closed) or time == until:
            life.mark(time)
        for moment in now:
            if moment.opens:
                life.open_bar(moment)
    return life.end()


def _agenda(book: Book, series: Mapping[str, Series], until: datetime) -> Iterator[Moment]:
    """Opens and closes up to `until` of everything held or ordered, each from where the book last saw it."""
    for symbol, one in series.items():
        held = book.position(symbol)
        seen = [o.managed_until or o.submitted_at for o in book.orders if o.symbol == symbol]
        if held is not None:
            seen.append(held.managed_until or held.opened_at)
        if not seen:
            continue
        since, delta = min(seen), one.timeframe.delta
        closed = one.bars.loc[stamp(since) : stamp(until) - delta, ["open", "high", "low", "close"]]
        times = [date.to_pydatetime() for date in closed.index]
        for opened, prices in zip(times, closed.itertuples(index=False, name=None), strict=True):
            yield Moment(opened, True, symbol, opened, prices)
            yield Moment(opened + delta, False, symbol, opened, prices)
        if one.next_open and since <= one.next_open[0] <= until and one.next_open[0] not in times:
            opened, price = one.next_open
            yield Moment(opened, True, symbol, opened, (price, price, price, price))
