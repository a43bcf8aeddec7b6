from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from core.errors import UnknownId
from core.evaluate import Rules, run_backtest
from core.execute import new_book
from core.instruments import resolve
from core.records import (
    BacktestSummary,
    Book,
    Costs,
    EquityPoint,
    ExitReason,
    Fill,
    Order,
    OrderStatus,
    OrderType,
    Position,
    Side,
    Timeframe,
    Trade,
)
from core.store import Store
from core.store.backtests import list_backtests, read_backtest, save_backtest
from core.store.books import (
    active_book,
    create_book,
    equity_at,
    list_books,
    orders_of_cycle,
    read_equity,
    read_fills,
    read_order,
    read_orders,
    read_trades,
    save_book,
)
from core.store.cycles import read_cycle
from core.store.models import ModelRow, all_models, newest_model, save_model

NOW = datetime(2024, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def order(status: OrderStatus = OrderStatus.ACCEPTED) -> Order:
    return Order(
        "o1", "c1", "BTC-USD", Side.BUY, OrderType.MARKET, 1.5, 0.02, 0.04, False, status, NOW, "why"
    )


def traded() -> Book:
    position = Position("BTC-USD", "1h", 1.5, 100.0, 0.15, NOW, 98.0, None, "o1", 101.0, "sample")
    return Book("b1", "live", 1000.0, 849.85, (position,), (order(),), NOW + HOUR)


def test_a_book_and_all_that_led_to_it_come_back(store: Store) -> None:
    store.write(create_book(new_book("b1", "live", 1000.0), NOW))
    fill = Fill("o1", "BTC-USD", Side.BUY, 1.5, 100.0, 99.9, 0.15, NOW, "entry")
    trade = Trade(
        "BTC-USD", 1.5, NOW, 100.0, NOW + HOUR, 101.0, 0.3, 1.2, 0.008, ExitReason.TAKE_PROFIT, "o1"
    )
    points = [EquityPoint(NOW, 1000.0, 1000.0), EquityPoint(NOW + HOUR, 1001.35, 849.85)]
    store.write(save_book(traded(), [order()], [fill], [trade], points))
    assert active_book(store, "live") == traded()
    assert read_order(store, "o1") == order() and orders_of_cycle(store, "c1") == (order(),)
    assert read_fills(store, "b1", "o1").iloc[0]["price"] == 100.0
    assert read_trades(store, "b1").iloc[0]["exit_reason"] == "take_profit"
    assert read_orders(store, "b1")["status"].tolist() == ["ACCEPTED"]
    assert read_equity(store, "b1").tolist() == [1000.0, 1001.35]
    assert equity_at(store, "b1", NOW + HOUR / 2) == 1000.0
    assert equity_at(store, "b1", NOW - HOUR) is None


def test_an_order_is_one_row_however_often_it_is_saved(store: Store) -> None:
    store.write(create_book(traded(), NOW))
    for status in (OrderStatus.ACCEPTED, OrderStatus.FILLED):
        store.write(save_book(traded(), [order(status)], [], [], [EquityPoint(NOW, 1.0, 1.0)]))
    assert read_orders(store, "b1")["status"].tolist() == ["FILLED"]
    assert read_equity(store, "b1").tolist() == [1.0, traded().equity]


def test_a_new_book_puts_the_old_one_aside_and_keeps_it(store: Store) -> None:
    store.write(create_book(traded(), NOW))
    store.write(
        create_book(new_book("b2", "live", 500.0), NOW + HOUR),
        create_book(new_book("s", "sample-x", 1.0), NOW),
    )
    assert active_book(store, "live") == new_book("b2", "live", 500.0)
    assert set(list_books(store)["id"]) == {"b2", "s"}
    assert active_book(store, "nowhere") is None
    assert len(read_equity(store, "b1")) == 1


def test_the_newest_model_that_knew_nothing_later(store: Store) -> None:
    def row(name: str, as_of: datetime, recipe: str = "r") -> ModelRow:
        return ModelRow(
            name,
            "BTC-USD",
            Timeframe.H1,
            "sample",
            "short",
            recipe,
            as_of,
            as_of,
            NOW,
            Path("m.joblib"),
            "ab",
            0.01,
        )

    rows = [
        row("old", NOW),
        row("new", NOW + HOUR),
        row("future", NOW + 9 * HOUR),
        row("other", NOW + HOUR, "x"),
    ]
    store.write(*(save_model(item) for item in rows))
    found = newest_model(store, "BTC-USD", Timeframe.H1, "sample", "short", "r", NOW + 2 * HOUR)
    assert found is not None and found.id == "new"
    assert newest_model(store, "BTC-USD", Timeframe.H1, "sample", "short", "r", NOW - HOUR) is None
    assert len(all_models(store)) == 4


def test_a_backtest_comes_back(store: Store) -> None:
    index = pd.date_range(NOW, periods=50, freq="h", name="date").as_unit("us")
    bars = pd.DataFrame(
        {name: 100.0 + pd.Series(range(50), index=index) for name in ("open", "high", "low", "close")}
    ).assign(volume=1.0)
    costs = Costs(0.001, 0.0, 0.0, 0.0)
    made = run_backtest(
        bars,
        pd.Series([1] + [0] * 20 + [-1] + [0] * 28).to_numpy(),
        Rules(0.1, 0.5, 0.5, True),
        costs,
        1e4,
        resolve("BTC"),
        Timeframe.H1,
    )
    summary = BacktestSummary(
        "t1",
        "BTC-USD",
        "1h",
        "sample",
        "x",
        NOW,
        NOW + HOUR,
        50,
        1e4,
        costs,
        made.metrics,
        made.hold,
        ("a",),
        (),
        0.1,
    )
    store.write(save_backtest(summary, made.curves, made.trades, NOW))
    read, curves, trades = read_backtest(store, "t1")
    assert read == summary
    pd.testing.assert_frame_equal(curves, made.curves, check_freq=False)
    assert trades["pnl"].tolist() == made.trades["pnl"].tolist()
    assert list_backtests(store)["id"].tolist() == ["t1"]


def test_unknown_ids_are_named(store: Store) -> None:
    with pytest.raises(UnknownId, match="no backtest 'x'"):
        read_backtest(store, "x")
    with pytest.raises(UnknownId, match="no cycle 'x'"):
        read_cycle(store, "x")
