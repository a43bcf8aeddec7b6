"""The figures of a backtest: what they show, how much is sent, and what an empty one says."""

import math

import numpy as np
import pandas as pd
import pytest

from core import charts
from core.charts import Look
from core.charts.backtest_trades import MOST_CANDLES, MOST_TRADES
from core.records import CostSplit, Neighbour
from tests.seeded import seeded_bars

LOOKS = pytest.mark.parametrize("look", list(Look))


def planted_trades(bars: pd.DataFrame, count: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    first = np.sort(rng.choice(len(bars) - 20, count, replace=False))
    last = first + rng.integers(0, 19, count)
    quantity = rng.choice([-1.0, 1.0], count)
    paid, got = bars["open"].to_numpy()[first], bars["close"].to_numpy()[last]
    return pd.DataFrame(
        {
            "quantity": quantity, "entry_time": bars.index[first], "entry_price": paid, "exit_time": bars.index[last],
            "exit_price": got, "pnl": quantity * (got - paid), "return_": quantity * (got / paid - 1),
            "mae": -0.01, "mfe": 0.02, "bars": last - first, "exit_reason": "take_profit",
        }
    )  # fmt: skip


@LOOKS
def test_a_long_run_is_sent_as_few_candles_and_the_largest_trades(look: Look) -> None:
    bars = seeded_bars(100_000)
    trades = planted_trades(bars, 5_000)
    figure = charts.backtest_trades_chart(bars, trades, bars["close"], None, look)
    candles = figure.data[0]
    assert len(candles.x) <= MOST_CANDLES and max(candles.high) == bars["high"].max()
    entries = sum(len(trace.x) for trace in figure.data if str(trace.name).endswith("entry"))
    assert 0 < entries <= MOST_TRADES
    assert (
        "each candle joins 84 bars and the 200 largest of 5,000 trades" in figure.layout.annotations[0].text
    )
    assert len(figure.to_json()) < 400_000
    largest = trades.loc[trades["pnl"].abs().idxmax(), "entry_time"]
    assert pd.Timestamp(largest).tz_localize(None) in {
        pd.Timestamp(x) for trace in figure.data if str(trace.name).endswith("entry") for x in trace.x
    }


def test_a_narrow_view_shows_every_bar_and_every_trade_that_touches_it() -> None:
    bars = seeded_bars(5_000)
    trades = planted_trades(bars, 400)
    figure = charts.backtest_trades_chart(bars, trades, bars["close"], (1_000, 1_299))
    assert len(figure.data[0].x) == 300 and not figure.layout.annotations
    touching = (trades["entry_time"] <= bars.index[1_299]) & (trades["exit_time"] >= bars.index[1_000])
    entries = sum(len(trace.x) for trace in figure.data if str(trace.name).endswith("entry"))
    assert entries == touching.sum() > 10
    assert f"{touching.sum()} trades" in figure.layout.meta and "300 of 5,000 bars" in figure.layout.meta
    assert figure.layout.dragmode == "select" and figure.layout.selectdirection == "h"


def test_without_dragging_the_chart_pans() -> None:
    bars = seeded_bars(100)
    figure = charts.backtest_trades_chart(bars, planted_trades(bars, 5), bars["close"], zoom_by_drag=False)
    assert figure.layout.dragmode == "pan" and "range" not in {trace.name for trace in figure.data}


def test_costs_lead_from_gross_to_net() -> None:
    figure = charts.costs_chart(CostSplit(30.0, 5.0, 10.0, 0.5), -20.5, currency="EUR")
    bar = figure.data[0]
    assert list(bar.y) == pytest.approx([25, -30, -5, -10, -0.5, -20.5])
    assert list(bar.base) == pytest.approx([0, 25, -5, -10, -20, 0])
    assert bar.base[4] + bar.y[4] == pytest.approx(-20.5)
    assert "costs 45.50 EUR, 182% of it" in figure.layout.meta


def test_excursions_draw_every_trade_twice_and_the_bracket_once() -> None:
    bars = seeded_bars(500)
    trades = planted_trades(bars, 60)
    figure = charts.excursion_chart(trades, 0.02, None)
    assert sum(len(trace.x) for trace in figure.data) == 120
    assert [shape.name for shape in figure.layout.shapes] == ["stop −2.0%"]


def test_holding_times_count_every_trade() -> None:
    bars = seeded_bars(500)
    trades = planted_trades(bars, 60)
    figure = charts.holding_time_chart(trades)
    assert sum(int(np.sum(trace.y)) for trace in figure.data) == 60


def test_runs_are_told_apart_by_dash_and_named_with_their_result() -> None:
    index = pd.date_range("2024-01-01", periods=50, freq="D", tz="UTC")
    equity = pd.DataFrame({"1. a": np.linspace(100, 120, 50), "2. b": np.linspace(100, 90, 50)}, index=index)
    figure = charts.compared_runs_chart(equity)
    assert [trace.name for trace in figure.data] == ["1. a: +20.0%", "2. b: −10.0%"]
    assert len({trace.line.dash for trace in figure.data}) == 2
    assert "highest ends at 120.0 (1. a)" in figure.layout.meta


def test_neighbours_stand_beside_the_run_itself() -> None:
    near = (Neighbour("fast", 18, 0.1, 1.2, 40), Neighbour("fast", 22, -0.05, None, 41))
    figure = charts.neighbours_chart(near, 0.2)
    assert list(figure.data[0].y) == ["fast 18", "fast 22"] and figure.layout.shapes[0].x0 == 0.2


def test_rolling_and_exposure_are_thinned() -> None:
    index = pd.date_range("2018-01-01", periods=60_000, freq="h", tz="UTC")
    rng = np.random.default_rng(0)
    rolling = pd.DataFrame(
        {"strategy": rng.normal(size=60_000), "hold": rng.normal(size=60_000)}, index=index
    )
    assert max(len(trace.x) for trace in charts.rolling_sharpe_chart(rolling, 100).data) <= 2_000
    months = pd.date_range("2018-01-01", periods=82, freq="MS")
    share = pd.Series(rng.choice([-0.1, 0, 0.1], 60_000), index)
    figure = charts.exposure_chart(share, pd.Series(1.0, months))
    assert max(len(trace.x) for trace in figure.data) <= 2_000
    assert {trace.name for trace in figure.data} == {"long", "short", "turnover"}


def regimes() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "regime": ["calm, rising", "wild, falling", "too early to tell"], "share": [0.5, 0.4, 0.1],
            "strategy_sharpe": [1.0, math.nan, 9.0], "hold_sharpe": [0.5, -1.0, 0.1], "trades": [5, 0, 1],
        }
    )  # fmt: skip


def test_regimes_leave_out_what_could_not_be_told() -> None:
    figure = charts.regime_chart(regimes())
    assert len(figure.data[0].x) == 2 and "1.00, in the regime «calm, rising»" in figure.layout.meta


NO_TRADES = planted_trades(seeded_bars(100), 3).iloc[:0]
EMPTY = {
    "trades": lambda: charts.backtest_trades_chart(
        seeded_bars(10).iloc[:0], NO_TRADES, pd.Series(dtype=float)
    ),
    "costs": lambda: charts.costs_chart(None, 0.0),
    "excursions": lambda: charts.excursion_chart(NO_TRADES),
    "holding": lambda: charts.holding_time_chart(NO_TRADES),
    "regimes": lambda: charts.regime_chart(pd.DataFrame()),
    "too short for regimes": lambda: charts.regime_chart(regimes().iloc[2:]),
    "neighbours": lambda: charts.neighbours_chart((), 0.1),
    "rolling": lambda: charts.rolling_sharpe_chart(
        pd.DataFrame({"strategy": [math.nan], "hold": [math.nan]}), 20
    ),
    "exposure": lambda: charts.exposure_chart(pd.Series([0.0]), pd.Series(dtype=float)),
    "compared": lambda: charts.compared_runs_chart(pd.DataFrame()),
}


@pytest.mark.parametrize("name", list(EMPTY))
def test_an_empty_figure_says_what_to_do(name: str) -> None:
    figure = EMPTY[name]()
    assert not figure.data and figure.layout.annotations[0].text.endswith(".")
