"""The fill table of docs/fills.md as one table, by every way into the core: step, its loops, a backtest, the paper book.

The sweep keeps no fills; it is held against the same cases by its return and its number of trades.

All prices of a case are given before costs; where a case has costs, what is paid follows from the kind of fill.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from core.evaluate import Rules, run_backtest
from core.execute import (
    Series,
    advance,
    calm_market,
    decide,
    event_rows,
    flat,
    new_book,
    no_orders,
    replay,
    replay_book,
    step,
    submit,
    sweep,
    terms_for,
)
from core.instruments import resolve
from core.records import Costs, Order, OrderStatus, OrderType, Side, Timeframe

START, HOUR = datetime(2024, 1, 1, tzinfo=UTC), timedelta(hours=1)
BTC = resolve("BTC-USD")
CASH = 10_000.0
NONE = math.nan
FREE = Costs(0.0, 0.0, 0.0, 0.0)
REASONS = ("entry", "signal", "stop_loss", "take_profit", "rejected")

Bar = tuple[float, float, float, float]
Fill = tuple[int, str, float, float, float, float]
"""bar, reason, signed quantity, price, reference, fee"""
STILL: Bar = (100.0, 100.0, 100.0, 100.0)


@dataclass(frozen=True)
class Case:
    """Entered at 100 by a decision at bar 0's close; what the bars after it do."""

    name: str
    bars: tuple[Bar, ...]
    """From bar 1 on: the bar whose open fills the entry, then the rest."""
    exit: tuple[str, float] | None
    """Reason and price before costs, on the last bar; None when the position lives on."""
    stop: float = 0.05
    target: float = 0.05
    leaves: int | None = None
    """Bar at whose close an exit is decided."""
    way: int = 1
    units: float = 1.0
    costs: Costs = FREE
    profit: float | None = None

    @property
    def all_bars(self) -> tuple[Bar, ...]:
        return tuple(tuple(float(x) for x in bar) for bar in (STILL, *self.bars))

    @property
    def direction(self) -> np.ndarray:
        decided = np.zeros(len(self.all_bars), np.int8)
        decided[0] = self.way
        if self.leaves is not None:
            decided[self.leaves] = -self.way
        return decided

    @property
    def rules(self) -> Rules:
        return Rules(-self.units, self.stop, self.target, True, every_bar=True)


def mirrored(case: Case) -> Case:
    """The same for a short: every price on the other side of 100."""
    bars = tuple((200 - o, 200 - low, 200 - high, 200 - c) for o, high, low, c in case.bars)
    left = None if case.exit is None else (case.exit[0], 200 - case.exit[1])
    return replace(case, name=case.name, bars=bars, exit=left, way=-case.way)


EITHER_WAY = (
    Case("a signal at the close fills at the next open", (STILL,), None, NONE, NONE),
    Case("stop 95, 90/92/88", (STILL, (90, 92, 88, 91)), ("stop_loss", 90)),
    Case("stop 95, 90/96/88: the open, though the bar comes back", (STILL, (90, 96, 88, 95)), ("stop_loss", 90)),
    Case("stop 95, open exactly there", (STILL, (95, 97, 94, 96)), ("stop_loss", 95)),
    Case("stop 95, 98/99/94", (STILL, (98, 99, 94, 95)), ("stop_loss", 95)),
    Case("stop 95, low exactly 95", (STILL, (98, 99, 95, 96)), ("stop_loss", 95)),
    Case("stop 95, low 95.01", (STILL, (98, 99, 95.01, 96)), None),
    Case("stop 95 and target 105, 100/106/94: the stop", (STILL, (100, 106, 94, 100)), ("stop_loss", 95)),
    Case("the same on the entry bar", ((100, 106, 94, 100),), ("stop_loss", 95)),
    Case("target 105 on the entry bar", ((100, 106, 99, 100),), ("take_profit", 105)),
    Case("stop 95 on the entry bar", ((100, 101, 94, 100),), ("stop_loss", 95)),
    Case("sell limit 105, traded through", (STILL, (101, 105.01, 100, 103)), ("take_profit", 105)),
    Case("sell limit 105, high exactly 105", (STILL, (101, 105, 100, 103)), None),
    Case("sell limit 105, open exactly 105, no further", (STILL, (105, 105, 100, 103)), None),
    Case("sell limit 105, open 110: the open", (STILL, (110, 111, 109, 110)), ("take_profit", 110)),
    Case("open beyond the target, stop later in the bar", (STILL, (110, 111, 94, 96)), ("take_profit", 110)),
    Case("neither", (STILL, (100, 104, 96, 101)), None),
    Case("a waiting exit precedes the stop", (STILL, (94, 106, 90, 100)), ("signal", 94), leaves=1),
    Case("a waiting exit precedes the target", (STILL, (110, 111, 109, 110)), ("signal", 110), leaves=1),
    Case("no bracket: nothing but a signal leaves", (STILL, (10, 190, 5, 100)), None, NONE, NONE),
)  # fmt: skip
BUY_LIMITS = (  # the target of a short
    Case("buy limit 98, low exactly 98", (STILL, (99, 100, 98, 99)), None, 0.5, 0.02, way=-1),
    Case("buy limit 98, low 97.99", (STILL, (99, 100, 97.99, 99)), ("take_profit", 98), 0.5, 0.02, way=-1),
    Case("buy limit 98, open 97: the open", (STILL, (97, 98, 96, 97)), ("take_profit", 97), 0.5, 0.02, way=-1),
)  # fmt: skip

# 10 units in at 100 and out at 100: 0.1 % fee on 2,000, 2 bp half-spread on both sides
COSTLY = Costs(0.001, 0.0002, 0.0, 0.0)
SLIPPERY = Costs(0.0, 0.0002, 0.0003, 0.0)
IN, OUT = 100.05, 99.95
"""What a buyer and a seller get at 100 with `SLIPPERY` costs."""
WITH_COSTS = (
    Case("10 at 100 and back", (STILL, STILL), ("signal", 100), NONE, NONE, 1, 1, 10.0, COSTLY, -2.40),
    Case("10 short at 100 and back", (STILL, STILL), ("signal", 100), NONE, NONE, 1, -1, 10.0, COSTLY, -2.40),
    Case("stop 95 slips", (STILL, (98, 99, 94, 95)), ("stop_loss", 95), 1 - 95 / IN, NONE, None, 1, 1.0, SLIPPERY, 95 * 0.9995 - IN),
    Case("short stop 105 slips", (STILL, (102, 106, 101, 105)), ("stop_loss", 105), 105 / OUT - 1, NONE, None, -1, 1.0, SLIPPERY, OUT - 105 * 1.0005),
    Case("gapped stop slips too", (STILL, (90, 92, 88, 91)), ("stop_loss", 90), 0.05, NONE, None, 1, 1.0, SLIPPERY, 90 * 0.9995 - IN),
    Case("target 105 is met at its price", (STILL, (101, 106, 100, 103)), ("take_profit", 105), NONE, 105 / IN - 1, None, 1, 1.0, SLIPPERY, 105 - IN),
    Case("gapped target at the open, no slip", (STILL, (110, 111, 109, 110)), ("take_profit", 110), NONE, 0.05, None, 1, 1.0, SLIPPERY, 110 - IN),
    Case("a target pays its fee", (STILL, (101, 106, 100, 103)), ("take_profit", 105), NONE, 0.05, None, 1, 1.0, Costs(0.001, 0.0, 0.0, 0.0), 5 - 0.1 - 0.105),
    Case("a short pays borrow on its value at each close it lives to", (STILL, (100, 120, 100, 110), STILL), ("signal", 100), NONE, NONE, 2, -1, 10.0, Costs(0.0, 0.0, 0.0, 8.76), -2.1),
    Case("a long borrows nothing", (STILL, STILL, STILL), ("signal", 100), NONE, NONE, 2, 1, 10.0, Costs(0.0, 0.0, 0.0, 8.76), 0.0),
)  # fmt: skip
CASES = (*EITHER_WAY, *(mirrored(case) for case in EITHER_WAY), *BUY_LIMITS, *WITH_COSTS)


def fills_of(log: np.ndarray) -> list[Fill]:
    return [
        (int(bar), REASONS[int(kind)], quantity, price, reference, fee)
        for bar, _, kind, quantity, price, reference, fee, *_ in log.tolist()
    ]


def frame(case: Case) -> pd.DataFrame:
    index = pd.date_range(START, periods=len(case.all_bars), freq="h", name="date").as_unit("us")
    columns = ["open", "high", "low", "close"]
    return pd.DataFrame(list(case.all_bars), columns=columns, index=index).assign(volume=1.0)


def by_step(case: Case) -> tuple[list[Fill], float]:
    terms, policy = terms_for(case.costs, BTC, Timeframe.H1), case.rules.policy
    position, orders, events, known = flat(), no_orders(2), event_rows(2), calm_market()[0]
    cash = value = CASH
    log = []
    for i, bar in enumerate(case.all_bars):
        cash, count = step(position, cash, 0.0, bar, orders, terms, known, events)
        log += [(i, 0, *event) for event in events[:count].tolist()]
        value = cash + position[0] * bar[3]
        decide(int(case.direction[i]), position, orders, value, bar[3], policy, 0.0, False, float(i))
    return fills_of(np.array(log).reshape(-1, 11)), value


def columns(case: Case) -> list[np.ndarray]:
    return [np.array(column) for column in zip(*case.all_bars, strict=True)]


def by_loop(case: Case) -> tuple[list[Fill], float]:
    terms = terms_for(case.costs, BTC, Timeframe.H1)
    equity, _, log = replay(*columns(case), case.direction, terms, calm_market(), CASH, case.rules.policy)
    return fills_of(log), float(equity[-1])


def by_loop_of_many(case: Case) -> tuple[list[Fill], float]:
    """As one asset of two; the other does nothing."""
    terms = np.array([terms_for(case.costs, BTC, Timeframe.H1)] * 2, dtype=float)
    both = [np.column_stack([np.full(len(column), 50.0), column]) for column in columns(case)]
    direction = np.column_stack([np.zeros_like(case.direction), case.direction])
    equity, held, log, lost = replay_book(
        *both,
        direction,
        np.zeros((0, 22)),
        terms,
        calm_market()[None].repeat(2, 1),
        CASH,
        case.rules.policy,
        1,
    )
    assert lost == 0 and not held[:, 0].any() and set(log[:, 1]) <= {1.0}
    return fills_of(log), float(equity[-1])


def by_backtest(case: Case) -> tuple[list[Fill], float]:
    made = run_backtest(frame(case), case.direction, case.rules, case.costs, CASH, BTC, Timeframe.H1)
    closed = [made.trades["exit_reason"].iloc[-1]] if len(made.trades) else []
    assert closed == ([case.exit[0]] if case.exit else [])
    return fills_of(made.fills.to_numpy()), float(made.curves["equity"].iloc[-1])


def by_paper_book(case: Case) -> tuple[list[Fill], float]:
    book = new_book("b", "test", CASH)
    bracket = [None if math.isnan(x) else x for x in (case.stop, case.target)]
    for i in np.flatnonzero(case.direction):
        side = Side.BUY if case.direction[i] > 0 else Side.SELL
        terms = (*bracket, False) if i == 0 else (None, None, True)
        book = submit(
            book,
            Order(f"o{i}", "c", BTC.symbol, side, OrderType.MARKET, case.units, *terms, OrderStatus.SUBMITTED, START + (int(i) + 1) * HOUR, "test"),
        )  # fmt: skip
    until = START + len(case.all_bars) * HOUR
    lived = advance(book, {BTC.symbol: Series(BTC, Timeframe.H1, frame(case))}, until, case.costs)
    assert [trade.exit_reason.value for trade in lived.trades] == ([case.exit[0]] if case.exit else [])
    fills = [
        (
            (fill.time - START) // HOUR,
            fill.reason,
            fill.quantity if fill.side is Side.BUY else -fill.quantity,
            fill.price,
            fill.reference,
            fill.fee,
        )
        for fill in lived.fills
    ]
    return fills, lived.book.equity


WAYS = (by_step, by_loop, by_loop_of_many, by_backtest, by_paper_book)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{'long' if case.way > 0 else 'short'}: {case.name}"
)
def test_fill_table(case: Case, way: Callable[[Case], tuple[list[Fill], float]]) -> None:
    fills, equity = way(case)
    exact = case.costs is FREE  # otherwise levels are fractions of a fill price, right but for their last bit
    wanted: list[tuple[int, str, float, float]] = [(1, "entry", case.way * case.units, 100.0)]
    if case.exit:
        wanted.append((len(case.bars), case.exit[0], -case.way * case.units, float(case.exit[1])))
    assert [(bar, reason, quantity) for bar, reason, quantity, *_ in fills] == [w[:3] for w in wanted]
    assert [fill[4] for fill in fills] == [w[3] if exact else pytest.approx(w[3], rel=1e-13) for w in wanted]
    adverse = case.costs.half_spread + case.costs.slippage
    for _, reason, quantity, price, reference, fee in fills:
        moved = 0.0 if reason == "take_profit" else math.copysign(adverse, quantity)
        assert price == reference * (1.0 + moved)
        assert fee == abs(quantity) * price * case.costs.fee
    if case.profit is not None:
        assert equity - CASH == pytest.approx(case.profit, abs=1e-9)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_way_gives_the_same_to_the_last_bit(case: Case) -> None:
    first, *others = (way(case) for way in WAYS)
    assert all(other == first for other in others)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_sweep_comes_to_the_same_end(case: Case) -> None:
    terms, rules = terms_for(case.costs, BTC, Timeframe.H1), case.rules
    brackets = (np.array([rules.stop] * 2), np.array([rules.target] * 2), np.full(2, NONE))
    found = sweep(
        *columns(case), np.stack([case.direction] * 2), *brackets, terms, calm_market(), CASH, rules.policy
    )
    assert found[0].tolist() == pytest.approx(found[1].tolist(), abs=0.0, nan_ok=True)
    assert found[0, 0] == by_loop(case)[1] / CASH - 1.0
    assert found[0, 3] == (case.exit is not None)


@pytest.mark.parametrize("quantity", [11.0, -11.0])
def test_without_leverage_an_order_beyond_the_cash_is_rejected(quantity: float) -> None:
    """1,000 in cash buys no 11 units at 100, and covers no short of them."""
    case = Case("too much", (STILL,), None, NONE, NONE, way=int(math.copysign(1, quantity)), units=11.0)
    terms = terms_for(FREE, BTC, Timeframe.H1)
    equity, held, log = replay(
        *columns(case), case.direction, terms, calm_market(), 1000.0, case.rules.policy
    )
    assert [fill[:3] for fill in fills_of(log)] == [(1, "rejected", quantity)]
    assert equity.tolist() == [1000.0] * 2 and not held.any()
    side = Side.BUY if quantity > 0 else Side.SELL
    order = Order("o", "c", BTC.symbol, side, OrderType.MARKET, 11.0, None, None, False, OrderStatus.SUBMITTED, START, "test")  # fmt: skip
    book = submit(new_book("b", "test", 1000.0), order)
    lived = advance(book, {BTC.symbol: Series(BTC, Timeframe.H1, frame(case))}, START + HOUR, FREE)
    assert [o.status for o in lived.orders] == [OrderStatus.REJECTED]
    assert lived.book.positions == () and lived.book.cash == 1000.0
    assert "rejected" in lived.problems[0].instead
