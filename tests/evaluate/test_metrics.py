"""Published and recomputed numbers (METHOD: R20 and the win-rate examples)."""

import numpy as np
import pandas as pd
import pytest

from core.errors import NotEnoughHistory
from core.evaluate import (
    Rules,
    break_even,
    max_drawdown,
    measure,
    run_backtest,
    sharpe,
    sortino,
    volatility,
    wilson,
)
from core.evaluate.metrics import cagr
from core.instruments import resolve
from core.records import Costs, Timeframe

R20 = np.array(
    [.012, -.008, .005, -.021, .017, .003, -.004, .009, -.015, .022, -.001, .006, -.030, .011, .004, -.006, .013, -.009, .002, .008]
)  # fmt: skip
NO_TRADES = pd.DataFrame({"pnl": [], "return_": [], "fees": [], "bars": []}, dtype=float)


def test_r20() -> None:
    equity = np.r_[1.0, np.cumprod(1 + R20)]
    assert equity[-1] - 1 == pytest.approx(0.01652547, abs=1e-8)
    assert volatility(R20, 252) == pytest.approx(0.20568622, abs=1e-8)
    assert sharpe(R20, 252) == pytest.approx(1.10265044, abs=1e-8)
    assert sortino(R20, 252) == pytest.approx(1.52127766, abs=1e-8)
    assert max_drawdown(equity) == pytest.approx(-0.03, abs=1e-12)


def test_drawdown_of_the_breaker_example() -> None:
    assert max_drawdown(np.array([100.0, 105, 103, 94.4, 96, 99, 110])) == pytest.approx(-0.100952, abs=1e-6)


@pytest.mark.parametrize(("wins", "trials", "low", "high"), [(60, 100, 0.502, 0.691), (6, 10, 0.313, 0.832)])
def test_wilson(wins: int, trials: int, low: float, high: float) -> None:
    assert wilson(wins, trials) == pytest.approx((low, high), abs=5e-4)
    assert wilson(0, 0) is None


@pytest.mark.parametrize(
    ("win", "loss", "cost", "rate"),
    [(1, 1, 0.1, 0.55), (1, 1, 0.2, 0.60), (0.5, 1, 0.1, 0.733), (2, 1, 0.1, 0.367)],
)
def test_break_even(win: float, loss: float, cost: float, rate: float) -> None:
    assert break_even(win, loss, cost) == pytest.approx(rate, abs=5e-4)


def test_what_is_not_defined_is_none() -> None:
    flat = measure(np.full(50, 100.0), NO_TRADES, np.zeros(50, bool), 0.0, 252)
    assert (flat.sharpe, flat.sortino, flat.calmar, flat.win_rate, flat.profit_factor, flat.expectancy) == (
        None,
    ) * 6
    assert (flat.total_return, flat.max_drawdown, flat.trades, flat.exposure) == (0.0, 0.0, 0, 0.0)


def test_what_has_nothing_to_stand_on_is_none() -> None:
    assert (sharpe(np.array([0.01]), 252), sortino(np.array([0.01]), 252)) == (None, None)
    assert volatility(np.array([0.01]), 252) is None and sharpe(np.array([]), 252) is None
    assert cagr(np.linspace(100.0, 110.0, 22), 252) is not None
    assert cagr(np.linspace(100.0, 110.0, 21), 252) is None  # below a month
    assert cagr(np.linspace(100.0, -1.0, 300), 252) is None  # ruined
    assert break_even(0.0, 0.0) is None
    assert max_drawdown(np.array([1.0, 1.0, 2.0])) == 0.0


def test_trades_make_their_figures_and_only_winners_have_no_break_even() -> None:
    trades = pd.DataFrame(
        {"pnl": [30.0, -10.0, 20.0, 0.0], "return_": [0.3, -0.1, 0.2, 0.0], "fees": 1.5, "bars": [1, 2, 3, 4]}
    )
    equity = np.array([1000.0, 1030, 1020, 1040, 1040])
    made = measure(equity, trades, np.array([False, True, True, False, False]), 2052.0, 4.0)
    assert (made.trades, made.win_rate, made.exposure, made.holding_bars, made.costs) == (
        4,
        0.5,
        0.4,
        2.5,
        6.0,
    )
    assert (made.profit_factor, made.expectancy) == pytest.approx((5.0, 0.1))
    assert made.break_even_rate == pytest.approx(0.05 / 0.30)  # a trade that makes nothing is no winner
    assert (made.win_rate_low, made.win_rate_high) == wilson(2, 4)
    assert made.turnover == pytest.approx(2052.0 / 1026.0)  # one year of four bars
    assert made.calmar == pytest.approx(0.04 / (10 / 1030))
    winners = measure(equity, trades.iloc[[0, 2]], np.ones(5, bool), 0.0, 4.0)
    assert (winners.break_even_rate, winners.profit_factor, winners.win_rate) == (None, None, 1.0)


def bars(count: int, drift: float = 0.0) -> pd.DataFrame:
    close = 100 * np.exp(drift * np.arange(count) + 0.01 * np.sin(np.arange(count) / 3))
    index = pd.date_range("2024-01-01", periods=count, freq="h", tz="UTC", name="date").as_unit("us")
    return pd.DataFrame(
        {"open": close, "high": close * 1.002, "low": close * 0.998, "close": close, "volume": 1.0},
        index=index,
    )


def test_buy_and_hold_pays_its_entry() -> None:
    costs = Costs(0.001, 0.0002, 0.0003, 0.0)
    made = run_backtest(
        bars(200), np.zeros(200), Rules(0.1, 0.02, 0.04, True), costs, 1000.0, resolve("BTC"), Timeframe.H1
    )
    paid = bars(200)["open"].iloc[1] * 1.0005
    assert made.curves["hold"].iloc[-1] == pytest.approx(
        1000.0 / (paid * 1.001) * bars(200)["close"].iloc[-1]
    )
    assert made.curves["equity"].tolist() == [1000.0] * 200
    assert made.metrics.trades == 0


def test_one_bar_is_no_backtest() -> None:
    with pytest.raises(NotEnoughHistory, match="two bars"):
        run_backtest(
            bars(1),
            np.zeros(1),
            Rules(0.1, 0.02, 0.04, True),
            Costs(0, 0, 0, 0),
            1.0,
            resolve("BTC"),
            Timeframe.H1,
        )
