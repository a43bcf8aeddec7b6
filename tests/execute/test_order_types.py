"""Every type of order and every managed exit as one table, through the compiled loop and through the paper book.

Orders are sent at the close of bar 0, long unless told; a case names the fills it must make: bar, reason, units, price.
"""

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from core.execute import Series, advance, cancel, market_rows, new_book, replay_book, submit, terms_for
from core.execute.layout import FILLS
from core.execute.rows import working_row
from core.execute.warming import PLAIN
from core.instruments import resolve
from core.records import Costs, ExitReason, Order, OrderStatus, OrderType, Side, Timeframe, TimeInForce

START, HOUR = datetime(2024, 1, 1, tzinfo=UTC), timedelta(hours=1)
BTC, CASH = resolve("BTC-USD"), 10_000.0
FREE = Costs(0.0, 0.0, 0.0, 0.0)
SLIPPERY = Costs(0.001, 0.0002, 0.0003, 0.0, maker=0.0005)
REASONS = (
    "entry",
    "signal",
    "stop_loss",
    "take_profit",
    "rejected",
    "trailing_stop",
    "time_limit",
    "expired",
    "canceled",
)
Bar = tuple[float, float, float, float]
STILL: Bar = (100.0, 100.0, 100.0, 100.0)
UP, DOWN = 1.0005, 0.9995
"""What a taker pays and gets with SLIPPERY costs."""
LIMIT, STOP, STOP_LIMIT, TRAILING = (
    {"type": OrderType.LIMIT}, {"type": OrderType.STOP}, {"type": OrderType.STOP_LIMIT}, {"type": OrderType.TRAILING_STOP},
)  # fmt: skip
IOC, DAY = {"time_in_force": TimeInForce.IOC}, {"time_in_force": TimeInForce.DAY}


@dataclass(frozen=True)
class Case:
    """Bars from bar 1 on, the orders, and what is filled."""

    name: str
    bars: tuple[Bar, ...]
    orders: tuple[dict, ...]
    """Fields of an order beside its quantity (signed, 1 by default) and the bar at whose close it is sent (0)."""
    fills: tuple[tuple[int, str, float, float], ...]
    ends: tuple[str, ...] = ()
    """Status of each order, where it is not FILLED."""
    costs: Costs = FREE
    volume: tuple[float, ...] = field(default=())


CASES = (
    # Limit: it must be traded through; what arrives marketable takes, what rested is met
    Case("buy limit 98, low exactly 98", ((99, 100, 98, 99),), (LIMIT | {"limit": 98},), (), ("ACCEPTED",)),
    Case("buy limit 98, low 97.99", ((99, 100, 97.99, 99),), (LIMIT | {"limit": 98},), ((1, "entry", 1, 98),)),
    Case("buy limit 98, open 97", ((97, 98, 96, 97),), (LIMIT | {"limit": 98},), ((1, "entry", 1, 97),)),
    Case("buy limit 98 rests, then open 97", (STILL, (97, 98, 96, 97)), (LIMIT | {"limit": 98},), ((2, "entry", 1, 97),)),
    Case("sell limit 105, high 105.01", ((100, 105.01, 99, 100),), (LIMIT | {"limit": 105, "quantity": -1.0},), ((1, "entry", -1, 105),)),
    Case("a resting limit pays no spread", (STILL, (97, 98, 96, 97)), (LIMIT | {"limit": 98},), ((2, "entry", 1, 97),), costs=SLIPPERY),
    Case("a marketable limit crosses the spread", ((97, 98, 96, 97),), (LIMIT | {"limit": 98},), ((1, "entry", 1, 97 * UP),), costs=SLIPPERY),
    Case("but never pays more than its limit", ((97.99, 98.5, 97.99, 98),), (LIMIT | {"limit": 98},), ((1, "entry", 1, 98),), costs=SLIPPERY),
    # Stop: the touch is enough, a gap fills at the open
    Case("buy stop 102, high exactly 102", ((100, 102, 99, 101),), (STOP | {"trigger": 102},), ((1, "entry", 1, 102),)),
    Case("buy stop 102, high 101.99", ((100, 101.99, 99, 101),), (STOP | {"trigger": 102},), (), ("ACCEPTED",)),
    Case("buy stop 102, open 103", ((103, 104, 102, 103),), (STOP | {"trigger": 102},), ((1, "entry", 1, 103),)),
    Case("sell stop 98, low 97", ((100, 101, 97, 99),), (STOP | {"trigger": 98, "quantity": -1.0},), ((1, "entry", -1, 98),)),
    Case("a stop takes", ((100, 103, 99, 101),), (STOP | {"trigger": 102},), ((1, "entry", 1, 102 * UP),), costs=SLIPPERY),
    # Stop-limit: the trigger wakes a limit order
    Case("triggered within its limit", ((100, 103, 99, 101),), (STOP_LIMIT | {"trigger": 102, "limit": 102.5},), ((1, "entry", 1, 102),)),
    Case("opens beyond its limit, comes back", ((104, 105, 102, 103),), (STOP_LIMIT | {"trigger": 102, "limit": 103},), ((1, "entry", 1, 103),)),
    Case("opens beyond its limit and stays there", ((104, 105, 103.5, 104),), (STOP_LIMIT | {"trigger": 102, "limit": 103},), (), ("ACCEPTED",)),
    Case("filled by a later bar", ((104, 105, 103.5, 104), (104, 104, 102, 103)), (STOP_LIMIT | {"trigger": 102, "limit": 103},), ((2, "entry", 1, 103),)),
    # Trailing stop order: it follows the best price, moved at closes
    Case("a sell trails the highs", ((100, 110, 100, 109), (108, 109, 104, 105)), (TRAILING | {"offset": 0.05, "quantity": -1.0},), ((2, "entry", -1, 110 * 0.95),)),
    Case("not by the high of its own bar", ((100, 110, 100, 104),), (TRAILING | {"offset": 0.05, "quantity": -1.0},), (), ("ACCEPTED",)),
    Case("a buy trails the lows", ((100, 100, 90, 91), (92, 95, 92, 95)), (TRAILING | {"offset": 0.05},), ((2, "entry", 1, 90 * 1.05),)),
    # Time in force, latency
    Case("immediate or cancel: now or never", (STILL, (97, 98, 96, 97)), (LIMIT | IOC | {"limit": 98},), (), ("EXPIRED",)),
    Case("immediate or cancel: now", ((97, 98, 96, 97),), (LIMIT | IOC | {"limit": 98},), ((1, "entry", 1, 97),)),
    Case("for the day: alive in its last bar", (*[STILL] * 22, (97, 98, 96, 97)), (LIMIT | DAY | {"limit": 98},), ((23, "entry", 1, 97),)),
    Case("for the day: gone the next day", (*[STILL] * 23, (97, 98, 96, 97)), (LIMIT | DAY | {"limit": 98},), (), ("EXPIRED",)),
    Case("two bars and no more", (STILL, STILL, (97, 98, 96, 97)), (LIMIT | {"limit": 98, "life": 2},), (), ("EXPIRED",)),
    Case("one bar of latency", ((101, 101, 101, 101), (102, 102, 102, 102)), ({"delay": 1},), ((2, "entry", 1, 102),)),
    Case("latency: a limit is not there yet", ((97, 98, 96, 97), STILL), (LIMIT | {"limit": 98, "delay": 1},), (), ("ACCEPTED",)),
    # Managed exits
    Case("a trailing stop moves at the close", (STILL, (100, 110, 100, 108), (108, 109, 104, 105)), ({"trail": 0.05},), ((1, "entry", 1, 100), (3, "trailing_stop", -1, 110 * 0.95))),
    Case("a trailing stop before it has moved", (STILL, (99, 99, 94, 95)), ({"trail": 0.05},), ((1, "entry", 1, 100), (2, "trailing_stop", -1, 95))),
    Case("a trailing stop of a short", ((100, 100, 90, 92), (92, 95, 91, 94)), ({"trail": 0.05, "quantity": -1.0},), ((1, "entry", -1, 100), (2, "trailing_stop", 1, 90 * 1.05))),
    Case("break-even", (STILL, (100, 104, 100, 103), (102, 102, 99, 99.5)), ({"stop": 0.05, "break_even": 0.03},), ((1, "entry", 1, 100), (3, "stop_loss", -1, 100))),
    Case("not far enough for break-even", (STILL, (100, 102.9, 100, 102), (102, 102, 99, 99.5)), ({"stop": 0.05, "break_even": 0.03},), ((1, "entry", 1, 100),)),
    Case("two bars, then out at the open", (STILL, (101, 101, 101, 101), (102, 103, 101, 102)), ({"time_limit": 2},), ((1, "entry", 1, 100), (3, "time_limit", -1, 102))),
    Case("the stop of a limit entry is live at once", ((99, 100, 90, 91),), (LIMIT | {"limit": 98, "stop": 0.05},), ((1, "entry", 1, 98), (1, "stop_loss", -1, 98 * 0.95))),
    Case("its target from the next bar", ((99, 110, 97, 100), (100, 106, 100, 105)), (LIMIT | {"limit": 98, "target": 0.05},), ((1, "entry", 1, 98), (2, "take_profit", -1, 98 * 1.05))),
    # Reduce-only
    Case("a resting exit closes and no more", (STILL, (100, 106, 100, 105)), ({}, LIMIT | {"limit": 105, "quantity": -3.0, "reduce_only": True, "sent": 1}), ((1, "entry", 1, 100), (2, "signal", -1, 105))),
    Case("a resting exit without a position", ((100, 106, 100, 105),), (LIMIT | {"limit": 105, "quantity": -1.0, "reduce_only": True},), (), ("REJECTED",)),
    # Part fills: a tenth of the last bar's volume a bar
    Case("a market order takes three bars", (STILL, (101, 101, 101, 101), (102, 102, 102, 102)), ({"quantity": 25.0},), ((1, "entry", 10, 100), (2, "entry", 10, 101), (3, "entry", 5, 102)), costs=Costs(0, 0, 0, 0, participation=0.1), volume=(100.0,) * 4),
    Case("immediate or cancel takes what is there", (STILL, STILL), (IOC | {"quantity": 25.0},), ((1, "entry", 10, 100),), ("EXPIRED",), Costs(0, 0, 0, 0, participation=0.1), (100.0,) * 3),
    Case("a stop leaves in parts, at the next opens", (STILL, (96, 96, 94, 95), (93, 93, 93, 93)), ({"quantity": 15.0, "stop": 0.05},), ((1, "entry", 15, 100), (2, "stop_loss", -10, 95), (3, "stop_loss", -5, 93)), costs=Costs(0, 0, 0, 0, participation=0.1), volume=(150.0, 100.0, 100.0, 100.0)),
    Case("the rest of an entry goes with its stop",
        (STILL, (96, 96, 91, 92), STILL),
        ({"quantity": 25.0, "stop": 0.05},),
        ((1, "entry", 10, 100), (2, "entry", 10, 96), (3, "stop_loss", -20, 100)),
        ("CANCELED",),
        Costs(0, 0, 0, 0, participation=0.1),
        (100.0, 100.0, 200.0, 100.0),
    ),
    Case("at least the minimum fee", (STILL,), ({},), ((1, "entry", 1, 100),), costs=Costs(0.001, 0, 0, 0, minimum_fee=5.0)),
    Case("levels stand at ticks", ((99, 100, 97, 99), (97, 97, 90, 91)), (LIMIT | {"limit": 98, "stop": 0.012345},), ((1, "entry", 1, 98), (2, "stop_loss", -1, 96.79)), costs=Costs(0, 0, 0, 0, ticks=True)),
)  # fmt: skip


def sent(case: Case) -> list[tuple[int, Order]]:
    """Orders with the bar at whose close they are sent."""
    orders = []
    for number, given in enumerate(case.orders):
        fields = {"type": OrderType.MARKET, "stop": None, "target": None, "reduce_only": False, **given}
        at, quantity = fields.pop("sent", 0), fields.pop("quantity", 1.0)
        orders.append(
            (
                at,
                Order(
                    id=f"o{number}", cycle_id="c", symbol="BTC-USD", side=Side.BUY if quantity > 0 else Side.SELL,
                    quantity=abs(quantity), status=OrderStatus.SUBMITTED, submitted_at=START + (at + 1) * HOUR,
                    reason="", **fields,
                ),
            )
        )  # fmt: skip
    return orders


def frame(case: Case) -> pd.DataFrame:
    rows = [STILL, *case.bars]
    index = pd.date_range(START, periods=len(rows), freq="h", name="date").as_unit("us")
    bars = pd.DataFrame(rows, columns=["open", "high", "low", "close"], index=index, dtype=float)
    return bars.assign(volume=case.volume or 1.0)


def by_loop(case: Case) -> tuple[list, float]:
    bars, terms = frame(case), terms_for(case.costs, BTC, Timeframe.H1)
    prices = [bars[name].to_numpy()[:, None] for name in ("open", "high", "low", "close")]
    schedule = np.array(
        [[at, 0, *working_row(order, n)] for n, (at, order) in enumerate(sent(case))], dtype=float
    )
    market = market_rows(bars, case.costs, "BTC-USD", by_day=True)[:, None]
    none = np.zeros((len(bars), 1), np.int8)
    equity, _, log, lost = replay_book(
        *prices, none, schedule, np.array([terms], dtype=float), market, CASH, PLAIN, 2
    )
    assert lost == 0
    fills = [(int(r[0]), REASONS[int(r[2])], r[3], r[4], r[6]) for r in log.tolist() if int(r[2]) in FILLS]
    return fills, float(equity[-1])


def by_paper_book(case: Case) -> tuple[list, float, list[str]]:
    bars, book, fills, ends = frame(case), new_book("b", "test", CASH), [], {}
    waiting = sent(case)
    for i in range(len(bars)):
        lived = advance(
            book,
            {"BTC-USD": Series(BTC, Timeframe.H1, bars.iloc[: i + 1])},
            START + (i + 1) * HOUR,
            case.costs,
        )
        book = lived.book
        fills += lived.fills
        ends |= {order.id: order.status.value for order in lived.orders}
        for at, order in waiting:
            if at == i:
                book = submit(book, order)
                ends[order.id] = "ACCEPTED"
    told = [
        (
            (f.time - START) // HOUR,
            f.reason,
            f.quantity if f.side is Side.BUY else -f.quantity,
            f.price,
            f.fee,
        )
        for f in fills
    ]
    return told, book.equity, [ends[order.id] for _, order in waiting]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_fills_as_told(case: Case) -> None:
    fills, equity = by_loop(case)
    assert [fill[:3] for fill in fills] == [fill[:3] for fill in case.fills]
    assert [fill[3] for fill in fills] == pytest.approx([fill[3] for fill in case.fills], rel=1e-12)
    costs = case.costs
    for _, reason, quantity, price, fee in fills:
        met = reason == "take_profit" or (reason == "entry" and "resting" in case.name)
        rate = costs.maker if met and costs.maker is not None else costs.fee
        assert fee == pytest.approx(max(abs(quantity) * price * rate, costs.minimum_fee))
    spent = sum(quantity * price + fee for _, _, quantity, price, fee in fills)
    last = frame(case)["close"].iloc[-1]
    assert equity == pytest.approx(CASH - spent + sum(fill[2] for fill in fills) * last)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_paper_book_does_the_same_to_the_last_bit(case: Case) -> None:
    fills, equity, ends = by_paper_book(case)
    assert (fills, equity) == by_loop(case)
    assert ends == list(case.ends or ["FILLED"] * len(case.orders))


@pytest.mark.parametrize(
    ("costs", "paid"),
    [
        (Costs(0, 0, 0, 0, volatility_slippage=0.5), 0.5 * 0.02),
        (Costs(0, 0, 0, 0, impact=1.0), 0.02 * math.sqrt(4.0 / 400.0)),
        (Costs(0, 0.001, 0.002, 0, volatility_slippage=0.5, impact=1.0), 0.003 + 0.01 + 0.02 * 0.1),
    ],
)
def test_slippage_by_volatility_and_square_root_impact(costs: Costs, paid: float) -> None:
    """Sixty bars whose returns alternate by ±2 % and trade 400 units each; then 4 units are bought."""
    closes = 100.0 * np.exp(np.cumsum(np.tile([0.02, -0.02], 30)))
    sigma = pd.Series(np.log(closes)).diff().iloc[-50 + 1 : -1]
    index = pd.date_range(START, periods=60, freq="h", name="date").as_unit("us")
    bars = pd.DataFrame(dict.fromkeys(("open", "high", "low", "close"), closes), index=index).assign(
        volume=400.0
    )
    bars.iloc[-1, :4] = 100.0
    assert sigma.std() == pytest.approx(0.02, rel=0.02)
    order = Order("o", "c", "BTC-USD", Side.BUY, OrderType.MARKET, 4.0, None, None, False, OrderStatus.SUBMITTED, START + 59 * HOUR, "")  # fmt: skip
    lived = advance(submit(new_book("b", "t", CASH), order), {"BTC-USD": Series(BTC, Timeframe.H1, bars)}, START + 60 * HOUR, costs)  # fmt: skip
    (fill,) = lived.fills
    assert fill.price == pytest.approx(100.0 * (1.0 + paid), rel=3e-4)
    assert fill.spread + fill.slippage == pytest.approx(4.0 * (fill.price - fill.reference))


def test_impact_at_the_shares_of_volume_of_the_square_root_law() -> None:
    """Y 1, σ 2 %: participation .1, 1, 2.5, 10 % costs 6.32, 20, 31.62, 63.25 basis points."""
    from core.execute.fills import taker_price

    terms = terms_for(Costs(0, 0, 0, 0, impact=1.0), BTC, Timeframe.H1)
    known = np.array([0.0, 0.02, 1_000.0, 0.0])
    moved = [
        (taker_price(100.0, units, 1.0, terms, known) / 100.0 - 1.0) * 1e4
        for units in (1.0, 10.0, 25.0, 100.0)
    ]
    assert moved == pytest.approx([6.3246, 20.0, 31.6228, 63.2456], abs=1e-3)


def test_ticks_are_those_of_the_instrument() -> None:
    from core.execute.fills import level

    for symbol in ("BTC-USD", "AAPL", "EURUSD=X", "USDJPY=X"):
        instrument = resolve(symbol)
        tick = terms_for(Costs(0, 0, 0, 0, ticks=True), instrument, Timeframe.H1).tick
        for price in (0.1234567, 1.2345678, 98.7654321, 12345.6789):
            step = instrument.tick(price)
            assert level(price, tick) == pytest.approx(round(price / step) * step, rel=1e-12), (symbol, price)


def test_a_cancelled_order_fills_no_more() -> None:
    _, order = sent(CASES[0])[0]
    book, gone = cancel(submit(new_book("b", "t", CASH), order), order.id)
    assert gone is not None and gone.status is OrderStatus.CANCELED and book.orders == ()
    assert submit(book, order) == book
    assert cancel(book, order.id) == (book, None)


def test_a_trade_says_why_its_order_closed_it() -> None:
    bars = frame(Case("", (STILL, STILL), (), ()))
    enter = sent(Case("", (), ({},), ()))[0][1]
    leave = sent(Case("", (), ({}, {"quantity": -1.0, "reduce_only": True, "sent": 1, "exit_reason": ExitReason.RISK_HALT}), ()))[1][1]  # fmt: skip
    book = submit(submit(new_book("b", "t", CASH), enter), leave)
    lived = advance(book, {"BTC-USD": Series(BTC, Timeframe.H1, bars)}, START + 3 * HOUR, FREE)
    assert [trade.exit_reason for trade in lived.trades] == [ExitReason.RISK_HALT]
    assert [fill.reason for fill in lived.fills] == ["entry", "risk_halt"]
