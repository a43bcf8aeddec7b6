"""Replaying bars through the paper book gives the backtest's trades to the last bit, whatever the rules and costs."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from core.evaluate import Rules, edges, run_backtest
from core.execute import (
    Series,
    advance,
    cancel,
    decide,
    flat,
    market_rows,
    new_book,
    no_orders,
    replay_book,
    submit,
    sweep,
    terms_for,
)  # fmt: skip
from core.execute.layout import (
    O_KIND,
    O_LIMIT,
    O_OFFSET,
    O_QUANTITY,
    O_REDUCE,
    O_TRIGGER,
    QUANTITY,
)
from core.instruments import resolve
from core.records import Book, Costs, Order, OrderStatus, OrderType, Side, Timeframe, TimeInForce
from core.store import dump, load

START = datetime(2024, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
BTC = resolve("BTC-USD")
KINDS = ("entry", "signal", "stop_loss", "take_profit", "", "trailing_stop", "time_limit")
UNFILLED = (4, 7, 8)
TYPES = {1.0: OrderType.MARKET, 2.0: OrderType.LIMIT, 3.0: OrderType.STOP, 4.0: OrderType.STOP_LIMIT, 5.0: OrderType.TRAILING_STOP}  # fmt: skip
COSTS = (
    Costs(0, 0, 0, 0),
    Costs(0.001, 0.0002, 0.0003, 0.03),
    Costs(0.001, 0.0002, 0.0003, 0.03, maker=0.0004, minimum_fee=1.0, funding=0.1, ticks=True),
    Costs(0.001, 0.0002, 0.0, 0.0, volatility_slippage=0.05, impact=0.5, participation=0.05),
)


def random_bars(seed: int, count: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.015, count)))
    open_ = np.r_[100.0, close[:-1]] * np.exp(rng.normal(0, 0.004, count))
    high = np.maximum(open_, close) * np.exp(np.abs(rng.normal(0, 0.008, count)))
    low = np.minimum(open_, close) * np.exp(-np.abs(rng.normal(0, 0.008, count)))
    index = pd.date_range(START, periods=count, freq="h", name="date").as_unit("us")
    return pd.DataFrame(
        {
            "open": open_,
            "high": high,
            "low": low,
            "close": close,
            "volume": rng.lognormal(4, 1, count).round(2),
        },
        index=index,
    )


def paper(bars: pd.DataFrame, acting: np.ndarray, rules: Rules, costs: Costs, peeks: np.ndarray) -> tuple:
    """Decide at each close with the core's own rule, send its orders, let the book live on, now and then through JSON."""
    book, fills, trades, equity = new_book("b", "live", 10_000.0), [], [], []
    tick = terms_for(costs, BTC, Timeframe.H1).tick
    for i, (date, row) in enumerate(bars.iterrows()):
        now = date.to_pydatetime() + HOUR
        if peeks[i]:  # the open of this bar was seen before it closed
            opened = (now - HOUR, row["open"])
            early = advance(
                book, {"BTC-USD": Series(BTC, Timeframe.H1, bars.iloc[:i], opened)}, now - HOUR, costs
            )
            book = load(Book, dump(Book, early.book))
            fills += early.fills
            trades += early.trades
        lived = advance(book, {"BTC-USD": Series(BTC, Timeframe.H1, bars.iloc[: i + 1])}, now, costs)
        book = lived.book
        fills += lived.fills
        trades += lived.trades
        equity.append(lived.equity[-1].equity)
        book = send(book, i, now, float(row["close"]), int(acting[i]), rules, tick)
    return fills, trades, equity


def send(book: Book, i: int, now: datetime, close: float, way: int, rules: Rules, tick: float) -> Book:
    """What `decide` writes into its two places, as orders of the book: those it clears are cancelled."""
    held, position, places = book.position("BTC-USD"), flat(), no_orders(2)
    position[QUANTITY] = held.quantity if held else 0.0
    working = {int(order.id.split("-")[1]): order for order in book.orders}
    for place, order in working.items():
        left = order.quantity if order.remaining is None else order.remaining
        places[place, O_KIND] = 1.0
        places[place, O_QUANTITY] = left if order.side is Side.BUY else -left
    before = places.copy()
    decide(way, position, places, book.equity, close, rules.policy, tick, False, float(i))
    for place in (0, 1):
        kept = np.array_equal(places[place], before[place], equal_nan=True)
        if not kept and place in working:
            book, _ = cancel(book, working[place].id)
        if not kept and places[place, O_KIND] != 0.0:
            book = submit(book, as_order(places[place], place, i, now, rules))
    return book


def as_order(row: np.ndarray, place: int, i: int, now: datetime, rules: Rules) -> Order:
    opens = row[O_REDUCE] == 0.0
    return Order(
        id=f"o{i}-{place}", cycle_id=f"c{i}", symbol="BTC-USD", side=Side.BUY if row[O_QUANTITY] > 0 else Side.SELL,
        type=TYPES[float(row[O_KIND])], quantity=abs(float(row[O_QUANTITY])), stop=known(rules.stop) if opens else None,
        target=known(rules.target) if opens else None, reduce_only=not opens, status=OrderStatus.SUBMITTED,
        submitted_at=now, reason="", limit=known(row[O_LIMIT]), trigger=known(row[O_TRIGGER]), offset=known(row[O_OFFSET]),
        time_in_force=rules.time_in_force if opens else TimeInForce.GTC, life=rules.entry_bars if opens else None,
        delay=rules.latency, trail=known(rules.trail) if opens else None,
        break_even=known(rules.break_even) if opens else None, time_limit=rules.time_limit if opens else None,
    )  # fmt: skip


def known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


maybe = st.just(math.nan)
all_rules = st.builds(
    Rules, size=st.floats(0.05, 0.9) | st.just(-1.0), stop=st.floats(0.005, 0.05) | maybe,
    target=st.floats(0.005, 0.08) | maybe, short=st.booleans(), every_bar=st.booleans(), lot=st.just(BTC.lot),
    trail=st.floats(0.005, 0.05) | maybe, break_even=st.floats(0.005, 0.03) | maybe,
    time_limit=st.none() | st.integers(1, 12), entry=st.sampled_from(OrderType), entry_offset=st.floats(0.001, 0.02),
    entry_through=st.floats(0.0, 0.01), entry_bars=st.none() | st.integers(1, 8),
    time_in_force=st.sampled_from(TimeInForce), latency=st.integers(0, 3),
)  # fmt: skip


def opinions(seed: int, count: int = 120) -> np.ndarray:
    return np.random.default_rng(seed + 1).choice(np.array([-1, 0, 1], np.int8), count, p=[0.2, 0.6, 0.2])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), all_rules, st.sampled_from(COSTS))
def test_paper_equals_backtest(seed: int, rules: Rules, costs: Costs) -> None:
    bars, direction = random_bars(seed, 120), opinions(seed)
    result = run_backtest(bars, direction, rules, costs, 10_000.0, BTC, Timeframe.H1)
    acting = direction if rules.every_bar else edges(direction)
    peeks = np.random.default_rng(seed + 2).random(120) < 0.3
    fills, trades, equity = paper(bars, acting, rules, costs, peeks)

    kept = result.fills[~result.fills["kind"].isin(UNFILLED)]
    filled = pd.DataFrame(
        {
            "bar": [float(bars.index.get_loc(f.time)) for f in fills],
            "kind": [float(KINDS.index(f.reason)) for f in fills],
            "quantity": [f.quantity if f.side is Side.BUY else -f.quantity for f in fills],
            "price": [f.price for f in fills],
            "reference": [f.reference for f in fills],
            "fee": [f.fee for f in fills],
            "spread": [f.spread for f in fills],
            "slippage": [f.slippage for f in fills],
        },
        dtype=float,
    )
    pd.testing.assert_frame_equal(filled, kept[list(filled)].reset_index(drop=True), check_exact=True)
    columns = [name for name in result.trades if name != "bars"]
    assert [tuple(getattr(trade, name) for name in columns) for trade in trades] == list(
        result.trades[columns].itertuples(index=False, name=None)
    )
    assert equity == result.curves["equity"].tolist()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), all_rules, st.sampled_from(COSTS))
def test_the_loop_of_many_and_the_sweep_equal_the_backtest(seed: int, rules: Rules, costs: Costs) -> None:
    bars, direction = random_bars(seed, 120), opinions(seed)
    result = run_backtest(bars, direction, rules, costs, 10_000.0, BTC, Timeframe.H1)
    acting = np.asarray(direction if rules.every_bar else edges(direction), np.int8)
    prices = [bars[name].to_numpy() for name in ("open", "high", "low", "close")]
    terms = terms_for(costs, BTC, Timeframe.H1)
    market = market_rows(bars, costs, "BTC-USD", by_day=True)
    equity, _, log, lost = replay_book(
        *(column[:, None] for column in prices), acting[:, None], np.zeros((0, 22)), np.array([terms], dtype=float),
        market[:, None], 10_000.0, rules.policy, 1,
    )  # fmt: skip
    assert lost == 0 and equity.tolist() == result.curves["equity"].tolist()
    assert np.array_equal(log, result.fills.to_numpy())
    brackets = [np.array([level]) for level in (rules.stop, rules.target, rules.trail)]
    ((total, sharpe, fall, trades, held),) = sweep(
        *prices, acting[None], *brackets, terms, market, 10_000.0, rules.policy
    )
    assert total == result.metrics.total_return and fall == result.metrics.max_drawdown
    assert held == result.metrics.exposure
    assert trades <= result.metrics.trades  # an exit in parts is one closed position
    if result.metrics.sharpe is not None:
        assert math.isclose(sharpe * math.sqrt(24 * 365), result.metrics.sharpe, rel_tol=1e-9, abs_tol=1e-12)


def test_edges_act_only_on_a_new_opinion() -> None:
    assert edges(np.array([0, 1, 1, 0, 1, -1, -1, 0, 1])).tolist() == [0, 1, 0, 0, 0, -1, 0, 0, 1]
