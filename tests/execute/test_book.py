"""Invariants of the paper book over random markets and orders."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BookClock
from core.execute import Advance, Series, advance, new_book, submit
from core.instruments import resolve
from core.records import Book, Costs, Order, OrderStatus, OrderType, Side, Timeframe
from core.store import dump, load

START = datetime(2024, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
SYMBOLS = ("BTC-USD", "ETH-USD")
COSTS = Costs(0.001, 0.0002, 0.0003, 0.03)


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
        closed = bars.loc[: pd.Timestamp(until) - HOUR]
        running = bars.loc[pd.Timestamp(until) : pd.Timestamp(until)]
        opened = (until, float(running["open"].iloc[0])) if peek and len(running) else None
        series[symbol] = Series(resolve(symbol), Timeframe.H1, closed, opened)
    return advance(book, series, until, costs)


plans = st.lists(
    st.tuples(st.integers(0, 30), st.sampled_from(SYMBOLS), st.floats(0.5, 20) | st.floats(-20, -0.5),
              st.none() | st.floats(0.005, 0.1), st.none() | st.floats(0.005, 0.1)),
    max_size=8, unique_by=lambda plan: (plan[0], plan[1]),
)  # fmt: skip


def run(
    seed: int,
    plan: list,
    chunks: list[int],
    costs: Costs = COSTS,
    through_json: bool = False,
    peek: bool = False,
) -> tuple:
    """Live 32 bars in chunks; orders are sent at their bar. Returns (book, fills, trades, equity by time)."""
    frames = market(seed, 32)
    stops = sorted({*(step for step, *_ in plan), *chunks, 32})
    book = new_book("b", "live", 10_000.0)
    fills, trades, equity = [], [], {}
    for stop in stops:
        lived = live(book, frames, START + stop * HOUR, costs, peek)
        book = load(Book, dump(Book, lived.book)) if through_json else lived.book
        fills += lived.fills
        trades += lived.trades
        equity |= {point.time: point for point in lived.equity}
        for number, (step, symbol, quantity, low, high) in enumerate(plan):
            if step == stop and not any(o.symbol == symbol for o in book.orders):
                book = submit(book, order(number, symbol, quantity, START + step * HOUR, low, high))
    return book, fills, trades, equity, frames


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), plans)
def test_cash_and_positions_make_equity_and_fills_lie_in_their_bars(seed: int, plan: list) -> None:
    book, fills, trades, equity, frames = run(seed, plan, [])
    cost = COSTS.half_spread + COSTS.slippage
    held = dict.fromkeys(SYMBOLS, 0.0)
    spent = 0.0
    for fill in fills:
        bar = frames[fill.symbol].loc[pd.Timestamp(fill.time)]
        assert bar["low"] * (1 - cost) - 1e-9 <= fill.price <= bar["high"] * (1 + cost) + 1e-9
        assert bar["low"] <= fill.reference <= bar["high"]
        sign = 1 if fill.side is Side.BUY else -1
        held[fill.symbol] += sign * fill.quantity
        spent += sign * fill.quantity * fill.price + fill.fee
    borrowed = (
        sum(t.fees for t in trades) + sum(p.entry_fee for p in book.positions) - sum(f.fee for f in fills)
    )
    assert book.cash == pytest.approx(10_000.0 - spent - borrowed, abs=1e-6)
    for symbol in SYMBOLS:
        position = book.position(symbol)
        assert (position.quantity if position else 0.0) == pytest.approx(held[symbol], abs=1e-9)
    last = equity[max(equity)]
    assert last.equity == pytest.approx(book.cash + sum(p.value for p in book.positions))
    profit = sum(t.pnl for t in trades) + sum(p.unrealised for p in book.positions)
    assert book.equity == pytest.approx(10_000.0 + profit, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), plans, st.lists(st.integers(1, 31), max_size=6), st.booleans())
def test_living_in_pieces_is_living_at_once(seed: int, plan: list, chunks: list[int], peek: bool) -> None:
    """No bar counts twice, also when its open was taken before it closed, and the store changes nothing."""
    whole = run(seed, plan, [])
    parts = run(seed, plan, chunks, through_json=True, peek=peek)
    assert parts[1] == whole[1] and parts[2] == whole[2]
    assert parts[0].cash == whole[0].cash
    assert [(p.symbol, p.quantity, p.stop, p.target) for p in parts[0].positions] == [
        (p.symbol, p.quantity, p.stop, p.target) for p in whole[0].positions
    ]
    assert all(parts[3][time] == point for time, point in whole[3].items())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), plans, st.floats(1.0, 5.0))
def test_more_cost_never_earns_more(seed: int, plan: list, times: float) -> None:
    """On the same fills; where costs change which orders the cash allows, nothing can be compared."""
    dear = Costs(*(value * times for value in (COSTS.fee, COSTS.half_spread, COSTS.slippage, COSTS.borrow)))
    free = [(step, symbol, quantity, None, None) for step, symbol, quantity, *_ in plan]
    cheap_book, cheap_fills, *_ = run(seed, free, [])
    dear_book, dear_fills, *_ = run(seed, free, [], dear)
    if [f.order_id for f in cheap_fills] == [f.order_id for f in dear_fills]:
        assert dear_book.equity <= cheap_book.equity + 1e-9


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
