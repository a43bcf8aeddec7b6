"""Replaying bars through the paper book gives the backtest's trades to the last bit."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from core.evaluate import Rules, edges, run_backtest
from core.execute import Series, advance, intent_for, new_book, submit
from core.instruments import resolve
from core.records import Costs, Order, OrderStatus, OrderType, Side, Timeframe

START = datetime(2024, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
BTC = resolve("BTC-USD")
KINDS = ("entry", "signal", "stop_loss", "take_profit")
REJECTED = 4


def random_bars(seed: int, count: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.015, count)))
    open_ = np.r_[100.0, close[:-1]] * np.exp(rng.normal(0, 0.004, count))
    high = np.maximum(open_, close) * np.exp(np.abs(rng.normal(0, 0.008, count)))
    low = np.minimum(open_, close) * np.exp(-np.abs(rng.normal(0, 0.008, count)))
    index = pd.date_range(START, periods=count, freq="h", name="date").as_unit("us")
    return pd.DataFrame({"open": open_, "high": high, "low": low, "close": close, "volume": 1.0}, index=index)


def paper(bars: pd.DataFrame, acting: np.ndarray, rules: Rules, costs: Costs, peeks: np.ndarray) -> tuple:
    """Decide at each close with the core's own intent, send an order, let the book live on."""
    book, fills, trades, equity = new_book("b", "live", 10_000.0), [], [], []
    for i, (date, row) in enumerate(bars.iterrows()):
        now = date.to_pydatetime() + HOUR
        if peeks[i]:  # the open of this bar was seen before it closed
            early = advance(
                book,
                {"BTC-USD": Series(BTC, Timeframe.H1, bars.iloc[:i], (now - HOUR, row["open"]))},
                now - HOUR,
                costs,
            )
            book = early.book
            fills += early.fills
            trades += early.trades
        lived = advance(book, {"BTC-USD": Series(BTC, Timeframe.H1, bars.iloc[: i + 1])}, now, costs)
        book = lived.book
        fills += lived.fills
        trades += lived.trades
        equity.append(lived.equity[-1].equity)
        held = book.position("BTC-USD")
        wanted = intent_for(
            acting[i], held.quantity if held else 0.0, book.equity, row["close"], rules.size, rules.stop, rules.target,
            rules.short, rules.lot, not rules.every_bar,
        )  # fmt: skip
        if wanted.quantity != 0.0:
            bracket = [None if math.isnan(level) else level for level in (wanted.stop, wanted.target)]
            side = Side.BUY if wanted.quantity > 0 else Side.SELL
            book = submit(book, Order(f"o{i}", f"c{i}", "BTC-USD", side, OrderType.MARKET, abs(wanted.quantity), *bracket, wanted.reduce_only, OrderStatus.ACCEPTED, now, ""))  # fmt: skip
    return fills, trades, equity


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 10_000), st.floats(0.05, 0.9) | st.just(-1.0), st.floats(0.005, 0.05) | st.just(math.nan),
    st.floats(0.005, 0.08) | st.just(math.nan), st.booleans(), st.booleans(),
    st.sampled_from([Costs(0, 0, 0, 0), Costs(0.001, 0.0002, 0.0003, 0.03)]),
)  # fmt: skip
def test_paper_equals_backtest(
    seed: int, size: float, stop: float, target: float, short: bool, every_bar: bool, costs: Costs
) -> None:
    bars = random_bars(seed, 120)
    rng = np.random.default_rng(seed + 1)
    direction = rng.choice([-1, 0, 1], 120, p=[0.2, 0.6, 0.2])
    rules = Rules(size, stop, target, short, every_bar)
    result = run_backtest(bars, direction, rules, costs, 10_000.0, BTC, Timeframe.H1)
    acting = direction if every_bar else edges(direction)
    fills, trades, equity = paper(bars, acting, rules, costs, rng.random(120) < 0.3)

    kept = result.fills[result.fills["kind"] != REJECTED]
    assert len(kept) > 1
    filled = pd.DataFrame(
        {
            "bar": [float(bars.index.get_loc(f.time)) for f in fills],
            "kind": [float(KINDS.index(f.reason)) for f in fills],
            "quantity": [f.quantity if f.side is Side.BUY else -f.quantity for f in fills],
            "price": [f.price for f in fills],
            "reference": [f.reference for f in fills],
            "fee": [f.fee for f in fills],
        }
    )
    pd.testing.assert_frame_equal(filled, kept[list(filled)].reset_index(drop=True), check_exact=True)
    columns = [name for name in result.trades if name != "bars"]
    assert [tuple(getattr(trade, name) for name in columns) for trade in trades] == list(
        result.trades[columns].itertuples(index=False, name=None)
    )
    assert equity == result.curves["equity"].tolist()


def test_edges_act_only_on_a_new_opinion() -> None:
    assert edges(np.array([0, 1, 1, 0, 1, -1, -1, 0, 1])).tolist() == [0, 1, 0, 0, 0, -1, 0, 0, 1]
