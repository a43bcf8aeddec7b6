import math
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.execute import MARKET, at_open, calm_market, event_rows, flat, order_row, terms_for
from core.execute.layout import ENTRY, KIND, REJECTED
from core.instruments import resolve
from core.records import (
    Action,
    Book,
    Costs,
    Order,
    OrderStatus,
    OrderType,
    Position,
    Proposal,
    RiskCheck,
    Side,
    Timeframe,
)
from core.risk import RULES, RiskContext, check
from core.settings import RiskSettings

NOW = datetime(2024, 1, 1, tzinfo=UTC)


def held(symbol: str, quantity: float) -> Position:
    return Position(symbol, "1h", quantity, 100.0, 0.0, NOW, None, None, "o", 100.0)


def waiting(symbol: str, reduce_only: bool = False) -> Order:
    return Order(
        symbol, "c", symbol, Side.BUY, OrderType.MARKET, 1.0, 0.02, 0.04, reduce_only, OrderStatus.ACCEPTED, NOW, "r"
    )  # fmt: skip


def context(
    positions: tuple[Position, ...] = (),
    cash: float = 10_000.0,
    day_start: float = 10_000.0,
    quality: float = 100.0,
    orders: tuple[Order, ...] = (),
    **risk: float,
) -> RiskContext:
    book = Book("b", "live", 10_000.0, cash, positions, orders, NOW)
    return RiskContext(
        book, day_start, quality, 50.0, RiskSettings(**risk), Costs(0.001, 0.0002, 0.0003, 0.0)
    )  # type: ignore[arg-type]


def opening(quantity: float = 10.0, stop: float | None = 0.02, target: float | None = 0.04) -> Proposal:
    return Proposal(Action.OPEN, "BTC-USD", quantity, 100.0, stop, target, 0.9, "r")


def verdict(proposal: Proposal, around: RiskContext, name: str) -> RiskCheck:
    return next(item for item in check(proposal, around) if item.name == name)


@pytest.mark.parametrize(
    ("name", "proposal", "around", "value", "limit", "passed"),
    [
        ("max_position", opening(10.0), context(), 10.0, 10.0, True),
        ("max_position", opening(10.1), context(), 10.1, 10.0, False),
        ("max_position", opening(-10.1), context(), 10.1, 10.0, False),
        ("max_positions", opening(), context(tuple(held(s, 1.0) for s in "ABCD")), 5, 5, True),
        ("max_positions", opening(), context(tuple(held(s, 1.0) for s in "ABCDE")), 6, 5, False),
        ("daily_loss", opening(), context(cash=9_501.0), 4.99, 5.0, True),
        ("daily_loss", opening(), context(cash=9_500.0), 5.0, 5.0, False),
        ("stop_distance", opening(), context(), 2.0, 2.0, True),
        ("stop_distance", opening(stop=0.03), context(), 3.0, 2.0, False),
        ("stop_distance", opening(stop=None), context(), None, 2.0, False),
        ("reward_to_risk", opening(), context(), (0.04 - 0.0015 - 0.001) / (0.02 + 0.003), 1.0, True),
        ("reward_to_risk", opening(target=0.02), context(), (0.02 - 0.0025) / 0.023, 1.0, False),
        ("max_positions", opening(), context(orders=tuple(waiting(s) for s in "ABCDE")), 6, 5, False),
        ("max_positions", opening(), context((held("A", 1.0),), orders=(waiting("A"),)), 2, 5, True),
        ("daily_loss", opening(), context(cash=10_500.0), 0.0, 5.0, True),
        ("cash", opening(99.0), context(), 9900 * 1.0005 * 1.001, 10_000.0, True),
        ("cash", opening(100.0), context(), 10_000 * 1.0005 * 1.001, 10_000.0, False),
        ("cash", opening(-99.0), context(), 9900 * 0.9995 * 1.001, 10_000.0, True),
        (
            "cash",
            opening(10.0),
            context((held("A", -90.0),), 19_000.0),
            1000 * 1.0005 * 1.001,
            1_000.0,
            False,
        ),
        ("cash", opening(-9.0), context((held("A", -90.0),), 19_000.0), 900 * 0.9995 * 1.001, 1_000.0, True),
        ("cash", opening(10.0), context(orders=(waiting("A"),)), 1000 * 1.0005 * 1.001, 9_000.0, True),
        ("cash", opening(10.0), context(orders=(waiting("A"),), max_position=1.0), 1001.5005, 0.0, False),
        (
            "cash",
            opening(10.0),
            context(orders=(waiting("A", True),), max_position=1.0),
            1001.5005,
            10_000.0,
            True,
        ),
        ("data_quality", opening(), context(quality=50.0), 50.0, 50.0, True),
        ("data_quality", opening(), context(quality=49.9), 49.9, 50.0, False),
    ],
)
def test_each_limit_with_its_number(name, proposal, around, value, limit, passed) -> None:
    item = verdict(proposal, around, name)
    assert item.value == (None if value is None else pytest.approx(value))
    assert (item.limit, item.passed) == (pytest.approx(limit), passed)
    assert any(char.isdigit() for char in item.meaning) or item.value is None


def test_all_checks_run_after_the_first_refusal() -> None:
    items = check(opening(500.0, stop=None), context(quality=0.0))
    assert len(items) == len(RULES)
    assert [item.name for item in items if not item.passed] == [
        "max_position",
        "symbol_exposure",
        "total_exposure",
        "stop_distance",
        "reward_to_risk",
        "cash",
        "data_quality",
    ]


@pytest.mark.parametrize("day_start", [90_000.0, 0.0])
@pytest.mark.parametrize("cash", [-45_000.0, -50_000.0, -60_000.0])
def test_closing_is_always_allowed_and_says_so(cash: float, day_start: float) -> None:
    """Whatever the book has lost: equity 5,000, nothing at all, and less than nothing."""
    bad = context((held("BTC-USD", 500.0),), cash, day_start, quality=0.0)
    items = check(replace(opening(-500.0, None, None), action=Action.CLOSE), bad)
    assert all(item.passed for item in items)
    words = {item.name: item.meaning.endswith("Closing is always allowed.") for item in items}
    assert {name for name, told in words.items() if told} >= {
        "daily_loss",
        "stop_distance",
        "cash",
        "data_quality",
    }
    assert not words["max_positions"]


@pytest.mark.parametrize("cash", [0.0, -500.0, math.nan])
def test_a_book_without_equity_opens_nothing(cash: float) -> None:
    item = verdict(opening(), context(cash=cash), "max_position")
    assert (item.value, item.passed, item.meaning) == (None, False, "The book has no equity.")
    assert not verdict(opening(), context(day_start=0.0), "daily_loss").passed


def test_nothing_proposed_needs_no_check() -> None:
    assert check(replace(opening(), action=Action.HOLD), context()) == ()


@given(
    st.floats(0.01, 200),
    st.floats(100, 20_000),
    st.floats(0.001, 0.1),
    st.floats(0.001, 0.2),
    st.integers(0, 7),
)
def test_what_passes_breaks_no_limit(
    quantity: float, cash: float, stop: float, target: float, others: int
) -> None:
    around = context(tuple(held(f"S{i}", 0.1) for i in range(others)), cash=cash)
    proposal = opening(quantity, stop, target)
    if all(item.passed for item in check(proposal, around)):
        risk = around.risk
        assert quantity * 100 <= risk.max_position * around.book.equity * (1 + 1e-6)
        assert others + 1 <= risk.max_positions
        assert stop <= risk.stop_loss
        assert quantity * 100 * 1.0015 <= cash
        assert around.book.equity > around.day_start_equity * (1 - risk.max_daily_loss)


BOOKS = st.lists(st.floats(-80, 80).filter(lambda q: abs(q) > 0.01), max_size=3)


@settings(deadline=None)  # the core compiles when it is first called
@given(BOOKS, st.floats(0, 30_000), st.floats(-200, 200).filter(lambda q: abs(q) > 0.01))
def test_the_cash_check_and_the_matching_core_agree(
    shares: list[float], cash: float, quantity: float
) -> None:
    """At the price of the check, an order that it lets through is entered, and one that it stops is rejected."""
    around = context(tuple(held(f"S{i}", q) for i, q in enumerate(shares)), cash)
    item = verdict(opening(quantity), around, "cash")
    bound = 2.0 * sum(max(-p.value, 0.0) for p in around.book.positions)
    terms, events = terms_for(around.costs, resolve("BTC-USD"), Timeframe.H1), event_rows(1)
    orders = np.stack([order_row(MARKET, quantity, stop=0.02, target=0.04)])
    *_, count = at_open(flat(), cash, bound, 100.0, orders, terms, calm_market()[0], events, 0)
    assert item.value is not None and item.limit is not None
    if abs(item.value - item.limit) > 1e-6:  # not on the very edge, where rounding decides
        assert (int(count), events[0, KIND]) == (1, ENTRY if item.passed else REJECTED)
    if item.passed:
        gross = sum(abs(p.value) for p in around.book.positions) + abs(quantity) * 100.0
        assert gross <= around.book.equity * (1 + 1e-3)
