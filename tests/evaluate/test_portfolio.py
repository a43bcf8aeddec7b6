"""Several assets that share an account: the same as the paper book, and the ledger holds."""

import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError
from core.evaluate import Rules, run_backtest, run_portfolio
from core.execute import AS_VECTORBT, Series, advance, flat, new_book, no_orders, submit
from core.execute import decide as decide_core
from core.execute.layout import O_KIND, O_QUANTITY, O_REDUCE, QUANTITY
from core.instruments import resolve
from core.records import Costs, Order, OrderStatus, OrderType, Side, Timeframe

START, HOUR = datetime(2024, 1, 1, tzinfo=UTC), timedelta(hours=1)
SYMBOLS = ("BTC-USD", "ETH-USD", "SOL-USD")
INSTRUMENTS = {symbol: resolve(symbol) for symbol in SYMBOLS}
COSTS = Costs(0.001, 0.0002, 0.0003, 0.03)


def market(seed: int, count: int = 80, gaps: bool = True) -> dict[str, pd.DataFrame]:
    rng, frames = np.random.default_rng(seed), {}
    for symbol in SYMBOLS:
        close = 100 * np.exp(np.cumsum(rng.normal(0, 0.02, count)))
        open_ = np.r_[100.0, close[:-1]] * np.exp(rng.normal(0, 0.004, count))
        high = np.maximum(open_, close) * np.exp(np.abs(rng.normal(0, 0.01, count)))
        low = np.minimum(open_, close) * np.exp(-np.abs(rng.normal(0, 0.01, count)))
        index = pd.date_range(START, periods=count, freq="h", name="date").as_unit("us")
        bars = pd.DataFrame(
            {"open": open_, "high": high, "low": low, "close": close, "volume": 100.0}, index=index
        )
        frames[symbol] = bars[rng.random(count) > 0.1] if gaps else bars
    return frames


def opinions(seed: int, bars: dict[str, pd.DataFrame]) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed + 1)
    return {s: rng.choice(np.array([-1, 0, 1], np.int8), len(b), p=[0.2, 0.6, 0.2]) for s, b in bars.items()}


rules = st.builds(
    Rules, st.floats(0.1, 0.8), st.floats(0.005, 0.05) | st.just(math.nan), st.floats(0.005, 0.08) | st.just(math.nan),
    st.booleans(), st.just(True),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), rules)
def test_the_paper_book_trades_the_same(seed: int, rule: Rules) -> None:
    bars = market(seed)
    ways = opinions(seed, bars)
    made = run_portfolio(bars, ways, rule, COSTS, 10_000.0, INSTRUMENTS, Timeframe.H1)
    book, fills, equity = new_book("b", "live", 10_000.0), [], []
    for time in made.equity.index:
        now = time.to_pydatetime() + HOUR
        series = {s: Series(INSTRUMENTS[s], Timeframe.H1, bars[s].loc[:time]) for s in SYMBOLS}
        lived = advance(book, series, now, COSTS)
        book = lived.book
        fills += lived.fills
        equity.append(book.equity)
        worth = book.equity
        for symbol in SYMBOLS:
            if time not in bars[symbol].index:
                continue
            position, places = flat(), no_orders(2)
            held = book.position(symbol)
            position[QUANTITY] = held.quantity if held else 0.0
            if any(order.symbol == symbol for order in book.orders):
                continue  # its asset had no bar since; the core keeps the order too
            way = int(ways[symbol][bars[symbol].index.get_loc(time)])
            close = float(bars[symbol]["close"].loc[time])
            decide_core(way, position, places, worth, close, rule.policy, 0.0, False, 0.0)
            for place in places[places[:, O_KIND] != 0.0]:
                quantity = float(place[O_QUANTITY])
                bracket = (
                    [None, None]
                    if place[O_REDUCE]
                    else [None if math.isnan(x) else x for x in (rule.stop, rule.target)]
                )
                order = Order(f"{symbol}{now}", "c", symbol, Side.BUY if quantity > 0 else Side.SELL, OrderType.MARKET, abs(quantity), *bracket, bool(place[O_REDUCE]), OrderStatus.SUBMITTED, now, "")  # fmt: skip
                book = submit(book, order)
    done = made.fills[made.fills["kind"].isin((0, 1, 2, 3))]
    told = [
        (made.equity.index.get_loc(f.time), SYMBOLS.index(f.symbol), f.quantity if f.side is Side.BUY else -f.quantity, f.price)
        for f in fills
    ]  # fmt: skip
    ours = list(done[["bar", "asset", "quantity", "price"]].itertuples(index=False, name=None))
    assert sorted(told) == sorted(ours)
    assert equity == pytest.approx(made.equity.tolist(), rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), rules)
def test_cash_and_positions_make_equity_at_every_bar(seed: int, rule: Rules) -> None:
    bars = market(seed)
    costs = Costs(0.001, 0.0002, 0.0003, 0.0)
    made = run_portfolio(bars, opinions(seed, bars), rule, costs, 10_000.0, INSTRUMENTS, Timeframe.H1)
    done = made.fills[made.fills["kind"].isin((0, 1, 2, 3))]
    spent = np.zeros(len(made.equity))
    np.add.at(spent, done["bar"].astype(int), done["quantity"] * done["price"] + done["fee"])
    closes = (
        pd.DataFrame({s: bars[s]["close"] for s in SYMBOLS}).reindex(made.equity.index).ffill().fillna(0.0)
    )
    worth = 10_000.0 - np.cumsum(spent) + (made.held[list(SYMBOLS)] * closes).sum(axis=1)
    np.testing.assert_allclose(made.equity, worth, rtol=1e-10)
    if not rule.short:
        assert (10_000.0 - np.cumsum(spent)).min() >= -1e-6 and made.held.to_numpy().min() >= 0.0


def test_one_asset_alone_is_a_backtest() -> None:
    bars = market(3, gaps=False)["BTC-USD"]
    way, rule = opinions(3, {"BTC-USD": bars})["BTC-USD"], Rules(0.5, 0.02, 0.04, True)
    alone = run_backtest(bars, way, rule, COSTS, 10_000.0, INSTRUMENTS["BTC-USD"], Timeframe.H1)
    made = run_portfolio(
        {"BTC-USD": bars}, {"BTC-USD": way}, rule, COSTS, 10_000.0, INSTRUMENTS, Timeframe.H1
    )
    assert made.equity.tolist() == alone.curves["equity"].tolist()
    pd.testing.assert_frame_equal(made.trades.drop(columns="symbol"), alone.trades, check_exact=True)
    assert made.metrics == alone.metrics


def test_cash_goes_to_whom_it_reaches_first() -> None:
    bars = market(5, 10, gaps=False)
    ways = {s: np.array([1] + [0] * 9, np.int8) for s in SYMBOLS}
    made = run_portfolio(
        bars, ways, Rules(0.45, math.nan, math.nan, False), COSTS, 10_000.0, INSTRUMENTS, Timeframe.H1
    )
    assert made.fills[["asset", "kind"]].to_numpy().tolist() == [[0, 0], [1, 0], [2, 4]]


def test_what_cannot_be_run_is_said() -> None:
    bars = market(1)
    ways, rule = opinions(1, bars), Rules(0.5, 0.02, 0.04, True)
    with pytest.raises(InputError, match="one for each bar"):
        run_portfolio(
            bars, {**ways, "BTC-USD": ways["BTC-USD"][1:]}, rule, COSTS, 1e4, INSTRUMENTS, Timeframe.H1
        )
    with pytest.raises(InputError, match="at least one asset"):
        run_portfolio({}, {}, rule, COSTS, 1e4, INSTRUMENTS, Timeframe.H1)
    other = Rules(0.5, 0.02, 0.04, True, fills=AS_VECTORBT)
    with pytest.raises(InputError, match="fill conventions"):
        run_portfolio(bars, ways, other, COSTS, 1e4, INSTRUMENTS, Timeframe.H1)
