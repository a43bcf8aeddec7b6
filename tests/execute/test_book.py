"""Invariants of the paper book over random markets and orders."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BookClock
from core.execute import Advance, Series, advance, new_book, submit
from core.instruments import resolve
from core.records import (
    Book,
    Costs,
    EquityPoint,
    Fill,
    Order,
    OrderStatus,
    OrderType,
    Side,
    Timeframe,
    Trade,
)  # fmt: skip
from core.store import dump, load

START = datetime(2024, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
SYMBOLS = ("BTC-USD", "ETH-USD")
COSTS = Costs(0.001, 0.0002, 0.0003, 0.03)
END = START + 32 * HOUR
seeds = st.integers(0, 10_000)


def market(seed: int, bars: int, sigma: float = 0.02) -> dict[str, pd.DataFrame]:
    """Two random walks with wide bars, so that stops and targets are hit often."""
    rng, frames = np.random.default_rng(seed), {}
    index = pd.date_range(START, periods=bars, freq="h", name="date").as_unit("us")
    for symbol in SYMBOLS:
        close = 100 * np.exp(np.cumsum(rng.normal(0, sigma, bars)))
        open_ = np.r_[100.0, close[:-1]] * np.exp(rng.normal(0, sigma / 3, bars))
        high = np.maximum(open_, close) * np.exp(np.abs(rng.normal(0, sigma / 2, bars)))
        low = np.minimum(open_, close) * np.exp(-np.abs(rng.normal(0, sigma / 2, bars)))
        frames[symbol] = pd.DataFrame(
            {"open": open_, "high": high, "low": low, "close": close, "volume": 1.0}, index=index
        )
    return frames


def order(
    number: int, symbol: str, quantity: float, at: datetime, stop: float | None, target: float | None
) -> Order:
    side = Side.BUY if quantity > 0 else Side.SELL
    return Order(
        f"o{number}", f"c{number}", symbol, side, OrderType.MARKET, abs(quantity), stop, target, False,
        OrderStatus.ACCEPTED, at, "test",
    )  # fmt: skip


def live(
    book: Book, frames: dict[str, pd.DataFrame], until: datetime, costs: Costs = COSTS, peek: bool = False
) -> Advance:
    """Advance over the bars closed by `until`; with `peek` the open of the running bar is known too."""
    series = {}
    for symbol, bars in frames.items():
        begun = pd.Timestamp(until).floor("h")
        opened = None
        if peek and begun in bars.index:
            opened = (begun.to_pydatetime(), float(bars["open"].loc[begun]))
        closed = bars.loc[: pd.Timestamp(until) - HOUR]
        series[symbol] = Series(resolve(symbol), Timeframe.H1, closed, opened)
    return advance(book, series, until, costs)


Plan = list[tuple[int, str, float, float | None, float | None]]
"""Orders: the bar at whose open each is sent, symbol, signed quantity, stop, target."""

plans = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from(SYMBOLS), st.floats(0.5, 20) | st.floats(-20, -0.5),
              st.none() | st.floats(0.005, 0.1), st.none() | st.floats(0.005, 0.1)),
    max_size=8,
).map(lambda plan: sorted(plan, key=lambda sent: sent[0]))  # fmt: skip
looks = st.lists(st.integers(1, 63), max_size=8)
"""Half hours at which the book is looked at."""


@dataclass
class Life:
    """What came out of 32 bars."""

    book: Book
    fills: list[Fill] = field(default_factory=list)
    trades: list[Trade] = field(default_factory=list)
    equity: dict[datetime, EquityPoint] = field(default_factory=dict)
    """As first told: before the opens of that moment."""

    def take(self, lived: Advance) -> None:
        self.book = lived.book
        self.fills += lived.fills
        self.trades += lived.trades
        for point in lived.equity:
            self.equity.setdefault(point.time, point)


def sent(plan: Plan) -> list[Order]:
    return [
        order(number, symbol, quantity, START + at * HOUR, stop, target)
        for number, (at, symbol, quantity, stop, target) in enumerate(plan)
    ]


def at_once(
    frames: dict[str, pd.DataFrame], plan: Plan, costs: Costs = COSTS, cash: float = 10_000.0
) -> Life:
    """Every order is handed in at the start, and one call lives through all bars."""
    life = Life(new_book("b", "live", cash))
    for one in sent(plan):
        life.book = submit(life.book, one)
    life.take(live(life.book, frames, END, costs))
    return life


def in_pieces(
    frames: dict[str, pd.DataFrame], plan: Plan, at: list[int], peek: bool, through_json: bool
) -> Life:
    """The book is looked at in between, orders are sent at their moment, then the running bar's open is seen."""
    life, orders = Life(new_book("b", "live", 10_000.0)), sent(plan)
    for until in sorted(
        {*(one.submitted_at for one in orders), *(START + half * HOUR / 2 for half in at), END}
    ):
        life.take(live(life.book, frames, until))
        for one in orders:
            if one.submitted_at == until:
                life.book = submit(life.book, one)
        if through_json:
            life.book = load(Book, dump(Book, life.book))
        if peek:
            life.take(live(life.book, frames, until, peek=True))
    return life


@settings(max_examples=60, deadline=None)
@given(seeds, plans)
def test_fills_lie_in_their_bars_and_make_cash_and_equity_at_every_point(seed: int, plan: Plan) -> None:
    frames, costs = market(seed, 32), Costs(0.001, 0.0002, 0.0003, 0.0)
    life, cost = at_once(frames, plan, costs), costs.half_spread + costs.slippage
    for fill in life.fills:
        bar = frames[fill.symbol].loc[pd.Timestamp(fill.time)]
        assert bar["low"] <= fill.reference <= bar["high"]
        assert bar["low"] * (1 - cost) <= fill.price <= bar["high"] * (1 + cost)
    for time, point in life.equity.items():
        cash, held = 10_000.0, dict.fromkeys(SYMBOLS, 0.0)
        for fill in life.fills:
            if fill.time < time:
                signed = fill.quantity if fill.side is Side.BUY else -fill.quantity
                cash -= signed * fill.price + fill.fee
                held[fill.symbol] += signed
        worth = sum(held[s] * frames[s]["close"].loc[pd.Timestamp(time) - HOUR] for s in SYMBOLS)
        assert point.cash == pytest.approx(cash, abs=1e-6)
        assert point.equity == pytest.approx(cash + worth, abs=1e-6)
        if min(held.values()) >= 0.0:
            assert point.cash >= -1e-9
    assert END in life.equity


@settings(max_examples=60, deadline=None)
@given(seeds, plans)
def test_trades_and_what_is_open_make_the_profit(seed: int, plan: Plan) -> None:
    life = at_once(market(seed, 32), plan)
    profit = sum(t.pnl for t in life.trades) + sum(p.unrealised for p in life.book.positions)
    assert life.book.equity == pytest.approx(10_000.0 + profit, abs=1e-6)
    assert life.equity[END] == EquityPoint(END, life.book.equity, life.book.cash)


@settings(max_examples=80, deadline=None)
@given(seeds, plans, looks, st.booleans(), st.booleans())
def test_living_in_pieces_is_living_at_once(
    seed: int, plan: Plan, at: list[int], peek: bool, through_json: bool
) -> None:
    """To the last bit. No bar counts twice, also when its open was seen before it closed; the store changes nothing."""
    frames = market(seed, 32)
    whole, parts = at_once(frames, plan), in_pieces(frames, plan, at, peek, through_json)
    assert parts.fills == whole.fills
    assert parts.trades == whole.trades
    assert replace(parts.book, done=()) == replace(whole.book, done=())  # `done` is of the last call only
    assert {time: parts.equity[time] for time in whole.equity} == whole.equity


@settings(max_examples=40, deadline=None)
@given(seeds, plans)
def test_the_same_life_twice_is_the_same(seed: int, plan: Plan) -> None:
    assert at_once(market(seed, 32), plan) == at_once(market(seed, 32), plan)


@settings(max_examples=40, deadline=None)
@given(seeds, plans, st.floats(1.0, 5.0), st.booleans())
def test_more_cost_never_earns_more(seed: int, plan: Plan, times: float, bracket: bool) -> None:
    """With cash for every order. A bracket counts from the fill, so only fee and borrow leave it where it was."""
    moved = 1.0 if bracket else times
    dear = Costs(COSTS.fee * times, COSTS.half_spread * moved, COSTS.slippage * moved, COSTS.borrow * times)
    wanted = plan if bracket else [(*order_[:3], None, None) for order_ in plan]
    cheaper, dearer = (at_once(market(seed, 32), wanted, costs, 1e6) for costs in (COSTS, dear))
    assert [f.order_id for f in cheaper.fills] == [f.order_id for f in dearer.fills]
    assert dearer.book.equity <= cheaper.book.equity + 1e-6


def test_submitting_twice_is_one_order() -> None:
    one = order(1, "BTC-USD", 1.0, START, None, None)
    book = submit(submit(new_book("b", "live", 1e4), one), one)
    assert book.orders == (one,)
    lived = live(book, market(1, 3), START + 2 * HOUR)
    assert submit(lived.book, one).orders == ()


def test_a_book_does_not_go_back() -> None:
    lived = live(new_book("b", "live", 1e4), market(1, 5), START + 4 * HOUR)
    with pytest.raises(BookClock, match="start a new book"):
        live(lived.book, market(1, 5), START + 3 * HOUR)


def test_an_order_waits_for_an_open_at_or_after_its_moment() -> None:
    frames = market(3, 6)
    late = order(1, "BTC-USD", 1.0, START + HOUR * 2.5, None, None)
    lived = live(submit(new_book("b", "live", 1e4), late), frames, START + 6 * HOUR)
    assert [fill.time for fill in lived.fills] == [START + 3 * HOUR]
