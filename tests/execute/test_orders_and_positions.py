"""What orders do to positions at an open, and the finer points of the fill table: compiled step and paper book."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pytest

from core.execute import FLAT, NOTHING, Intent, Rates, Series, State, advance, new_book, step, submit
from core.execute.matching import KIND, PRICE, QUANTITY, REFERENCE, REJECTED
from core.records import Book, Costs, Order, Position

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
    costs = Rates(case.costs.fee, case.costs.half_spread, case.costs.slippage, 0.0)
    state = State(float(case.held), 100.0, 0.0, float(case.stop), float(case.target)) if case.held else FLAT
    intent = Intent(float(case.ordered), *case.bracket, case.reduce_only) if case.ordered else NOTHING
    events = np.zeros((4, 6))
    bar = tuple(float(x) for x in case.bar)
    _, _, count = step(state, float(case.cash), 0.0, bar, intent, costs, events)
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


def test_a_short_pays_borrow_for_every_close_it_sees() -> None:
    costs, events = Rates(0.0, 0.0, 0.0, 0.001), np.zeros((4, 6))
    bar = (100.0, 100.0, 100.0, 100.0)
    state, cash, _ = step(FLAT, 1_000.0, 0.0, bar, Intent(-5.0, math.nan, math.nan), costs, events)
    state, cash, _ = step(state, cash, 0.0, bar, NOTHING, costs, events)
    assert state.charges == pytest.approx(2 * 0.5)
    state, cash, _ = step(state, cash, 0.0, bar, Intent(5.0, math.nan, math.nan), costs, events)
    assert cash == pytest.approx(999.0)


def test_adding_averages_the_entry_and_the_newest_bracket_holds() -> None:
    costs, events = Rates(0.0, 0.0, 0.0, 0.0), np.zeros((4, 6))
    state, cash, _ = step(FLAT, 1_000.0, 0.0, (100.0,) * 4, Intent(2.0, 0.1, 0.5), costs, events)
    state, cash, _ = step(state, cash, 0.0, (110.0,) * 4, Intent(2.0, math.nan, math.nan), costs, events)
    assert (state.quantity, state.entry_price, state.stop, state.target) == pytest.approx(
        (4.0, 105.0, 90.0, 150.0)
    )
    state, cash, _ = step(state, cash, 0.0, (110.0,) * 4, Intent(1.0, 0.1, math.nan), costs, events)
    assert (state.stop, state.target) == pytest.approx((99.0, 150.0))
    state, cash, _ = step(state, cash, 0.0, (110.0,) * 4, Intent(-4.0, math.nan, math.nan), costs, events)
    assert (state.quantity, state.entry_price, events[0, QUANTITY], events[0, REFERENCE]) == pytest.approx(
        (1.0, 106.0, -4.0, 110.0)
    )
    assert int(events[0, KIND]) != REJECTED
