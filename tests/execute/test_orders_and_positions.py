"""What orders do to positions at an open, and the finer points of the fill table: compiled step and paper book."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pytest

from core.execute import (
    MARKET,
    Series,
    Terms,
    advance,
    calm_market,
    event_rows,
    flat,
    new_book,
    no_orders,
    order_row,
    step,
    submit,
    terms_for,
)
from core.execute.layout import (
    CHANGE,
    CHARGES,
    ENTRY_PRICE,
    KIND,
    PRICE,
    QUANTITY,
    REFERENCE,
    REJECTED,
    STOP,
    TARGET,
)
from core.instruments import resolve
from core.records import Book, Costs, Order, Position, Timeframe

FREE = Costs(0.0, 0.0, 0.0, 0.0)
SLIPPERY = Costs(0.0, 0.0002, 0.0003, 0.0)
NAMES = ("entry", "signal", "stop_loss", "take_profit", "rejected")
Bar = tuple[float, float, float, float]


@dataclass(frozen=True)
class Case:
    """One bar: what is held or ordered before it, and the fills (reason, price before the fee) it must make."""

    name: str
    bar: Bar
    fills: tuple[tuple[str, float], ...]
    held: float = 0.0
    stop: float = math.nan
    target: float = math.nan
    ordered: float = 0.0
    bracket: tuple[float, float] = (math.nan, math.nan)
    reduce_only: bool = False
    costs: Costs = FREE
    cash: float = 10_000.0


CASES = (
    # Targets are resting limits: the open counts first, a touch does not
    Case("open exactly on the target, no further", (105, 105, 104, 104), (), 1, 95, 105),
    Case("gap above the target, stop later", (110, 111, 90, 92), (("take_profit", 110),), 1, 95, 105, costs=SLIPPERY),
    Case("buy limit 98, low exactly 98", (100, 101, 98, 99), (), -1, 105, 98),
    Case("buy limit 98, low 97.99", (100, 101, 97.99, 99), (("take_profit", 98),), -1, 105, 98, costs=SLIPPERY),
    Case("buy limit 98, open 97", (97, 99, 96, 98), (("take_profit", 97),), -1, 105, 98),
    Case("short stop slips", (100, 106, 99, 101), (("stop_loss", 105 * (1 + 0.0005)),), -1, 105, costs=SLIPPERY),
    # Orders against what is held
    Case("a pending exit precedes the stop", (90, 92, 88, 90), (("signal", 90),), 1, 95, ordered=-1),
    Case("a pending exit precedes the target", (110, 111, 109, 110), (("signal", 110 * (1 - 0.0005)),), 1, 95, 105, ordered=-1, costs=SLIPPERY),
    Case("a turn is a close and an entry", (100, 101, 99, 100), (("signal", 100), ("entry", 100)), 1, ordered=-2),
    Case("a turn, stopped on the same bar", (100, 106, 99, 100), (("signal", 100), ("entry", 100), ("stop_loss", 105)), 1, ordered=-2, bracket=(0.05, 0.05)),
    Case("reduce-only closes no more than is held", (100, 101, 99, 100), (("signal", 100),), 1, ordered=-2, reduce_only=True),
    Case("reduce-only without a position", (100, 101, 99, 100), (("rejected", 100),), ordered=-2, reduce_only=True),
    Case("part closed by order, rest by its stop", (90, 92, 88, 90), (("signal", 90), ("stop_loss", 90)), 2, 95, ordered=-1),
    Case("adding comes after the gap", (90, 92, 89, 90), (("stop_loss", 90), ("entry", 90)), 1, 95, ordered=1),
    Case("a stop inside the spread is hit at once", (100, 100.01, 99.99, 100), (("entry", 100.05), ("stop_loss", 100 * (1 - 0.0005))), ordered=1, bracket=(0.0001, math.nan), costs=SLIPPERY),
    # No leverage
    Case("a long beyond the cash", (100, 101, 99, 100), (("rejected", 100),), ordered=11, cash=1_000),
    Case("a long for all the cash", (100, 101, 99, 100), (("entry", 100),), ordered=10, cash=1_000),
    Case("a short beyond the equity", (100, 101, 99, 100), (("rejected", 100),), ordered=-11, cash=1_000),
    Case("a short for all the equity", (100, 101, 99, 100), (("entry", 100),), ordered=-10, cash=1_000),
)  # fmt: skip


def _by_step(case: Case) -> list[tuple[str, float]]:
    position, orders, events = flat(), no_orders(1), event_rows(1)
    if case.held:
        position[[QUANTITY, ENTRY_PRICE, STOP, TARGET]] = case.held, 100.0, case.stop, case.target
    if case.ordered:
        stop, target = case.bracket
        orders[0] = order_row(MARKET, case.ordered, stop=stop, target=target, reduce=case.reduce_only)
    terms = terms_for(case.costs, resolve("BTC-USD"), Timeframe.H1)
    bar = tuple(float(x) for x in case.bar)
    _, count = step(position, float(case.cash), 0.0, bar, orders, terms, calm_market()[0], events)
    return [(NAMES[int(e[KIND])], float(e[PRICE])) for e in events[:count]]


def _level(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _by_book(case: Case, noon: datetime, series: Series, order: Order) -> list[tuple[str, float]]:
    book = new_book("b", "test", float(case.cash))
    if case.held:
        held = Position(
            "BTC-USD", "1h", float(case.held), 100.0, 0.0, noon - timedelta(hours=1), _level(case.stop), _level(case.target),
            "o0", 100.0, managed_until=noon,
        )  # fmt: skip
        book = Book("b", "test", case.cash, float(case.cash), (held,), (), noon)
    if case.ordered:
        book = submit(book, order)
    lived = advance(book, {"BTC-USD": series}, noon + timedelta(hours=1), case.costs)
    rejected = [("rejected", case.bar[0]) for o in lived.orders if o.status.value == "REJECTED"]
    assert len(rejected) == len(lived.problems)
    return [(fill.reason, fill.price) for fill in lived.fills] + rejected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_compiled_step_fills_as_told(case: Case) -> None:
    assert _by_step(case) == [(reason, pytest.approx(price, rel=1e-12)) for reason, price in case.fills]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_paper_book_fills_as_told(
    case: Case, noon: datetime, hourly: Callable[..., Series], order: Callable[..., Order]
) -> None:
    sent = order(
        case.ordered or 1.0,
        noon,
        stop=_level(case.bracket[0]),
        target=_level(case.bracket[1]),
        reduce_only=case.reduce_only,
    )
    got = _by_book(case, noon, hourly([case.bar]), sent)
    assert got == [(reason, pytest.approx(price, rel=1e-12)) for reason, price in case.fills]


def one_bar(
    position: np.ndarray, cash: float, price: float, quantity: float, terms: Terms, **bracket: float
) -> tuple[float, np.ndarray]:
    """A bar that stands still at a price, and a market order for its open; cash and the first event."""
    orders, events = no_orders(1), event_rows(1)
    if quantity:
        orders[0] = order_row(MARKET, quantity, **bracket)
    cash, _ = step(position, cash, 0.0, (price,) * 4, orders, terms, calm_market()[0], events)
    return cash, events[0]


def test_a_short_pays_borrow_for_every_close_it_sees() -> None:
    terms, position = terms_for(FREE, resolve("BTC-USD"), Timeframe.H1)._replace(borrow=0.001), flat()
    cash, _ = one_bar(position, 1_000.0, 100.0, -5.0, terms)
    cash, _ = one_bar(position, cash, 100.0, 0.0, terms)
    assert position[CHARGES] == pytest.approx(2 * 0.5)
    cash, _ = one_bar(position, cash, 100.0, 5.0, terms)
    assert cash == pytest.approx(999.0)


@pytest.mark.parametrize("way", [1.0, -1.0])
def test_funding_is_paid_by_a_long_and_got_by_a_short(way: float) -> None:
    terms, position = terms_for(FREE, resolve("BTC-USD"), Timeframe.H1)._replace(funding=0.001), flat()
    cash, _ = one_bar(position, 1_000.0, 100.0, 2.0 * way, terms)
    cash, _ = one_bar(position, cash, 100.0, -2.0 * way, terms)
    assert cash == pytest.approx(1_000.0 - way * 0.2)


def test_adding_averages_the_entry_and_the_newest_bracket_holds() -> None:
    terms, position = terms_for(FREE, resolve("BTC-USD"), Timeframe.H1), flat()
    cash, _ = one_bar(position, 1_000.0, 100.0, 2.0, terms, stop=0.1, target=0.5)
    cash, _ = one_bar(position, cash, 110.0, 2.0, terms)
    assert position[[QUANTITY, ENTRY_PRICE, STOP, TARGET]] == pytest.approx((4.0, 105.0, 90.0, 150.0))
    cash, _ = one_bar(position, cash, 110.0, 1.0, terms, stop=0.1)
    assert position[[STOP, TARGET]] == pytest.approx((99.0, 150.0))
    cash, event = one_bar(position, cash, 110.0, -4.0, terms)
    assert (position[QUANTITY], position[ENTRY_PRICE], event[CHANGE], event[REFERENCE]) == pytest.approx(
        (1.0, 106.0, -4.0, 110.0)
    )
    assert int(event[KIND]) != REJECTED
