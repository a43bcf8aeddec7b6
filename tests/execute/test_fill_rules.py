"""The fill table of docs/fills.md, column «Ours», against the compiled core and against the paper book."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from core.execute import FLAT, NOTHING, Intent, Rates, Series, State, advance, new_book, replay, step, submit
from core.instruments import resolve
from core.records import Costs, Order, OrderStatus, OrderType, Side, Timeframe

FREE = Rates(0.0, 0.0, 0.0, 0.0)
NO_COSTS = Costs(0.0, 0.0, 0.0, 0.0)
NONE = math.nan
START = datetime(2024, 1, 1, tzinfo=UTC)

# long from 100 with stop 95 and target 105; the next bar (open, high, low, close) → exit price, or None
LONG = [
    ("stop gapped at the open", (90, 92, 88, 91), 90.0, "stop_loss"),
    ("stop gapped at the open, bar comes back through it", (90, 96, 88, 95), 90.0, "stop_loss"),
    ("stop touched within the bar", (98, 99, 94, 95), 95.0, "stop_loss"),
    ("stop reached exactly", (98, 99, 95, 96), 95.0, "stop_loss"),
    ("both touched: the stop counts", (100, 106, 94, 100), 95.0, "stop_loss"),
    ("target traded through", (101, 106, 100, 103), 105.0, "take_profit"),
    ("target only touched", (101, 105, 100, 103), None, ""),
    ("target gapped at the open", (110, 111, 109, 110), 110.0, "take_profit"),
    ("neither", (100, 104, 96, 101), None, ""),
]
# short from 100 with stop 105 and target 95
SHORT = [
    ("stop gapped at the open", (110, 112, 108, 109), 110.0, "stop_loss"),
    ("stop touched within the bar", (102, 106, 101, 103), 105.0, "stop_loss"),
    ("both touched: the stop counts", (100, 106, 94, 100), 105.0, "stop_loss"),
    ("target traded through", (99, 100, 94, 96), 95.0, "take_profit"),
    ("target only touched", (99, 100, 95, 96), None, ""),
    ("target gapped at the open", (90, 91, 89, 90), 90.0, "take_profit"),
]
CASES = [(1.0, *case) for case in LONG] + [(-1.0, *case) for case in SHORT]
ENTRY_BAR = (100.0, 100.0, 100.0, 100.0)


def frame(*rows: tuple[float, ...]) -> pd.DataFrame:
    index = pd.date_range(START, periods=len(rows), freq="h", name="date").as_unit("us")
    return pd.DataFrame(
        list(rows), columns=["open", "high", "low", "close"], index=index, dtype=float
    ).assign(volume=1.0)


def run_bars(prices: np.ndarray, direction: list[int], stop: float, target: float) -> np.ndarray:
    """Events of the backtest's loop for one unit, long and short, no costs."""
    columns = [np.ascontiguousarray(column) for column in prices.T]
    acting = np.array(direction, dtype=np.int8)
    return replay(*columns, acting, FREE, 1000.0, -1.0, stop, target, True, 0.0, True)[2]


def order(
    quantity: float,
    at: datetime = START,
    stop: float | None = 0.05,
    target: float | None = 0.05,
    name: str = "o1",
) -> Order:
    side = Side.BUY if quantity > 0 else Side.SELL
    return Order(
        name,
        "c",
        "BTC-USD",
        side,
        OrderType.MARKET,
        abs(quantity),
        stop,
        target,
        False,
        OrderStatus.ACCEPTED,
        at,
        "test",
    )


def live(*bars: tuple[float, ...]) -> Series:
    return Series(resolve("BTC-USD"), Timeframe.H1, frame(*bars))


def loop(bars: list[tuple], direction: list[int], stop: float, target: float) -> np.ndarray:
    """Events of the backtest's loop over these bars, one unit at a time."""
    columns = [np.array([bar[i] for bar in bars], dtype=float) for i in range(4)]
    _, _, log = replay(
        *columns, np.array(direction, dtype=np.int8), FREE, 1000.0, -1.0, stop, target, True, 0.0, True
    )
    return log


@pytest.mark.parametrize(
    ("way", "what", "bar", "price", "reason"),
    CASES,
    ids=[f"{'long' if c[0] > 0 else 'short'} {c[1]}" for c in CASES],
)
def test_table_in_kernel_loop_and_paper_book(
    way: float, what: str, bar: tuple, price: float | None, reason: str
) -> None:
    bar = tuple(float(x) for x in bar)
    # the compiled step
    events = np.zeros((4, 6))
    state = State(way, 100.0, 0.0, 100.0 - 5.0 * way, 100.0 + 5.0 * way)
    _, _, count = step(state, 0.0, 0.0, bar, NOTHING, FREE, events)
    assert (events[0, 2] if count else None) == price
    # the backtest loop: decided at bar 0, filled at bar 1's open, then the bar of the table
    prices = np.array([ENTRY_BAR, ENTRY_BAR, bar])
    log = run_bars(prices, [int(way), 0, 0], 0.05, 0.05)
    exits = log[log[:, 1] != 0]
    assert (exits[0, 3] if len(exits) else None) == price
    # the paper book
    book = submit(new_book("b", "live", 1000.0), order(way))
    lived = advance(book, {"BTC-USD": live(ENTRY_BAR, bar)}, START + timedelta(hours=2), NO_COSTS)
    assert ([trade.exit_price for trade in lived.trades] or [None]) == [price]
    assert [trade.exit_reason.value for trade in lived.trades] == ([reason] if price else [])


@pytest.mark.parametrize(("way", "price"), [(1.0, 95.0), (-1.0, 105.0)])
def test_stop_and_target_are_live_on_the_entry_bar(way: float, price: float) -> None:
    events = np.zeros((4, 6))
    state, cash, count = step(
        FLAT, 1000.0, 0.0, (100.0, 106.0, 94.0, 100.0), Intent(way, 0.05, 0.05), FREE, events
    )
    assert count == 2 and events[1, 2] == price
    assert state.quantity == 0.0 and cash == 1000.0 - 5.0


def test_a_signal_fills_at_the_next_open() -> None:
    prices = np.array([[100.0, 101, 99, 100], [103, 104, 102, 103]])
    log = run_bars(prices, [1, 0], NONE, NONE)
    assert log[:, [0, 3]].tolist() == [[1.0, 103.0]]


def test_a_pending_exit_at_the_open_precedes_stop_and_target() -> None:
    events = np.zeros((4, 6))
    held = State(1.0, 100.0, 0.0, 95.0, 105.0)
    _, _, count = step(held, 0.0, 0.0, (94.0, 106.0, 90.0, 100.0), Intent(-1.0, NONE, NONE), FREE, events)
    assert count == 1 and events[0, 0] == 1 and events[0, 2] == 94.0


def test_costs_on_both_sides() -> None:
    """10 at 100, fee 0.1 %, half-spread 2 bp on both sides: −2.40."""
    rates, events, flat_bar = Rates(0.001, 0.0002, 0.0, 0.0), np.zeros((4, 6)), (100.0, 100.0, 100.0, 100.0)
    state, cash, _ = step(FLAT, 10_000.0, 0.0, flat_bar, Intent(10.0, NONE, NONE), rates, events)
    _, cash, _ = step(state, cash, 0.0, flat_bar, Intent(-10.0, NONE, NONE), rates, events)
    assert cash - 10_000.0 == pytest.approx(-2.40, abs=1e-9)


def test_targets_pay_the_fee_only_and_stops_pay_everything() -> None:
    rates, events = Rates(0.001, 0.0002, 0.0003, 0.0), np.zeros((4, 6))
    held = State(1.0, 100.0, 0.0, 95.0, 105.0)
    step(held, 0.0, 0.0, (100.0, 106.0, 99.0, 100.0), NOTHING, rates, events)
    assert events[0, 2] == 105.0 and events[0, 4] == pytest.approx(0.105)
    step(held, 0.0, 0.0, (100.0, 101.0, 94.0, 100.0), NOTHING, rates, events)
    assert events[0, 2] == pytest.approx(95.0 * (1 - 0.0005))


def test_a_short_pays_borrow_for_every_bar_held() -> None:
    events = np.zeros((4, 6))
    state, cash, _ = step(
        State(-2.0, 100.0, 0.0, NONE, NONE),
        1000.0,
        0.0,
        (100.0, 101.0, 99.0, 100.0),
        NOTHING,
        Rates(0.0, 0.0, 0.0, 0.001),
        events,
    )
    assert cash == 1000.0 - 2 * 100 * 0.001 and state.charges == pytest.approx(0.2)


@pytest.mark.parametrize("quantity", [11.0, -11.0])
def test_no_leverage(quantity: float) -> None:
    """1,000 in cash buys no 11 units at 100, and covers no short of them."""
    lived = advance(
        submit(new_book("b", "live", 1000.0), order(quantity)),
        {"BTC-USD": live(ENTRY_BAR)},
        START + timedelta(hours=1),
        NO_COSTS,
    )
    assert [o.status for o in lived.orders] == [OrderStatus.REJECTED]
    assert lived.book.positions == () and lived.book.cash == 1000.0
    assert "rejected" in lived.problems[0].instead
