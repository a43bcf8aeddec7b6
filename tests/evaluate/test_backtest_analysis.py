"""The analysis of one backtest against figures worked out by hand, and what must hold for any run."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.evaluate import Rules, run_backtest, sharpe
from core.evaluate.report import (
    REGIMES,
    UNKNOWN,
    by_exit,
    by_regime,
    by_side,
    excursions,
    exposure,
    market_regimes,
    monthly_turnover,
    rolling_sharpe,
    rolling_window,
    split_costs,
    worst_drawdowns,
    yearly_returns,
)
from core.execute.layout import REJECTED
from core.instruments import resolve
from core.records import Costs, Timeframe
from tests.seeded import seeded_bars

COSTS = Costs(0.001, 0.0002, 0.0003, 0.5)


def days(values: list[float], start: str = "2024-01-01") -> pd.Series:
    index = pd.date_range(start, periods=len(values), freq="D", tz="UTC", unit="us", name="date")
    return pd.Series(values, index=index, dtype="float64")


def test_drawdowns_of_a_curve_by_hand() -> None:
    found = worst_drawdowns(days([100, 105, 103, 94.5, 96, 105, 110, 99, 104.5]), most=5)
    assert found["depth"].tolist() == pytest.approx([-0.1, -0.1])
    assert found["falling"].tolist() == [2, 1] and found["lasting"].tolist() == [4, 2]
    assert [f"{day:%d}" for day in found["peak"]] == ["02", "07"]
    assert [f"{day:%d}" for day in found["trough"]] == ["04", "08"]
    assert f"{found['recovered'][0]:%d}" == "06" and pd.isna(found["recovered"][1])


def test_a_curve_that_never_falls_has_no_drawdown() -> None:
    assert worst_drawdowns(days([100, 100, 101])).empty


@given(st.lists(st.floats(0.5, 2.0), min_size=2, max_size=60))
def test_drawdowns_agree_with_the_running_peak(steps: list[float]) -> None:
    """The deepest is the curve's, they do not overlap, and every bar below its peak lies in one."""
    curve = days(np.cumprod(steps).tolist())
    found = worst_drawdowns(curve, most=10**6)
    below = curve / curve.cummax() - 1
    assert min(found["depth"], default=0.0) == pytest.approx(below.min())
    inside = sum(lasting - (1 if pd.notna(end) else 0) for lasting, end in zip(found["lasting"], found["recovered"], strict=True))  # fmt: skip
    assert inside == int((below < 0).sum())
    for row in found.itertuples():
        assert row.peak < row.trough and curve[row.trough] / curve[row.peak] - 1 == pytest.approx(row.depth)


def test_yearly_returns_by_hand() -> None:
    index = pd.to_datetime(["2022-12-30", "2022-12-31", "2023-01-31", "2023-02-28", "2024-01-02"], utc=True)
    equity, hold = pd.Series([100.0, 110, 99, 121, 60.5], index), pd.Series([100.0, 100, 100, 90, 99], index)
    found = yearly_returns(equity, hold)
    assert found["year"].tolist() == [2022, 2023, 2024]
    assert found["strategy"].tolist() == pytest.approx([0.1, 0.1, -0.5])
    assert found["hold"].tolist() == pytest.approx([0.0, -0.1, 0.1])
    assert found["ahead"].tolist() == pytest.approx([0.1, 0.2, -0.6])
    assert found["best_month"].tolist() == pytest.approx([0.1, 121 / 99 - 1, -0.5])
    assert found["worst_month"].tolist() == pytest.approx([0.1, -0.1, -0.5])


BARS = pd.DataFrame(
    {
        "open": [100.0, 100, 102, 101, 104],
        "high": [101.0, 103, 107, 102, 110],
        "low": [99.0, 98, 101, 90, 103],
        "close": [100.0, 102, 101, 100, 105],
        "volume": 1.0,
    },
    index=days([0] * 5).index,
)


def one_trade(quantity: float, entry: int, paid: float, end: int, got: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "quantity": [quantity],
            "entry_time": [BARS.index[entry]],
            "entry_price": [paid],
            "exit_time": [BARS.index[end]],
            "exit_price": [got],
        }
    )


@pytest.mark.parametrize(
    ("trade", "mae", "mfe"),
    [
        # bars 1 and 2 whole, then the open and the exit of bar 3: its low of 90 may have come after the exit
        (one_trade(1, 1, 100, 3, 95), -0.05, 0.07),
        (one_trade(-1, 1, 100, 3, 95), -0.07, 0.05),
        (one_trade(1, 1, 100, 4, 104), -0.10, 0.07),
        (one_trade(1, 2, 102, 2, 101), -1 / 102, 0.0),
        (one_trade(-2, 3, 101, 4, 104), -3 / 101, 11 / 101),
    ],
    ids=["long stopped", "short", "open of the last bar", "within one bar", "short, next open"],
)
def test_excursions_by_hand(trade: pd.DataFrame, mae: float, mfe: float) -> None:
    against, towards = excursions(trade, BARS)
    assert (against[0], towards[0]) == pytest.approx((mae, mfe))


def test_excursions_equal_a_plain_loop_over_a_real_run() -> None:
    bars = seeded_bars(800, seed=3)
    made = run(bars, seed=3)
    mae, mfe = excursions(made.trades, bars)
    assert len(mae) > 20
    for k, t in enumerate(made.trades.itertuples()):
        seen = [t.entry_price, t.exit_price]
        if t.exit_time > t.entry_time:
            held = bars[(bars.index >= t.entry_time) & (bars.index < t.exit_time)]
            seen += [held["low"].min(), held["high"].max(), bars.at[t.exit_time, "open"]]
        moves = [math.copysign(1, t.quantity) * (price / t.entry_price - 1) for price in seen]
        assert (mae[k], mfe[k]) == pytest.approx((min(moves), max(moves)))


def test_a_trade_of_other_bars_is_refused() -> None:
    with pytest.raises(ValueError, match="not among these bars"):
        excursions(one_trade(1, 1, 100, 3, 95), BARS.iloc[:2])


def run(bars: pd.DataFrame, seed: int, costs: Costs = COSTS, stop: float = 0.02, target: float = 0.03):
    direction = np.random.default_rng(seed).choice([-1, 0, 0, 0, 1], len(bars))
    return run_backtest(
        bars, direction, Rules(0.5, stop, target, True), costs, 10_000.0, resolve("BTC"), Timeframe.H1
    )


def done(fills: pd.DataFrame) -> pd.DataFrame:
    return fills[fills["kind"] != REJECTED]


@settings(deadline=None, max_examples=25)
@given(
    seed=st.integers(0, 1000),
    rates=st.tuples(*[st.floats(0, 0.01)] * 3, st.floats(0, 2)),
    bars=st.integers(30, 400),
    stop=st.sampled_from([0.01, 0.02, math.nan]),
)
def test_costs_sum_to_fees_concessions_and_borrow(
    seed: int, rates: tuple[float, ...], bars: int, stop: float
) -> None:
    """Gross less all costs is what the account made; and what is left of the trades' own fees is the borrow."""
    prices = seeded_bars(bars, seed)
    made = run(prices, seed, Costs(*rates), stop)
    fills, close = done(made.fills), float(prices["close"].iloc[-1])
    profit = float(made.curves["equity"].iloc[-1] - 10_000.0)
    split = split_costs(fills, Costs(*rates), close, profit)
    conceded = float((fills["quantity"] * (fills["price"] - fills["reference"])).sum())
    assert split.half_spread + split.slippage == pytest.approx(conceded, abs=1e-9)
    assert split.fee == pytest.approx(fills["fee"].sum())
    gross = float(fills["quantity"].sum()) * close - float((fills["quantity"] * fills["reference"]).sum())
    assert gross - split.total == pytest.approx(profit, abs=1e-6)
    assert min(split.half_spread, split.slippage, split.borrow) >= -1e-6
    if abs(fills["quantity"].sum()) < 1e-9:
        assert split.total == pytest.approx(made.trades["fees"].sum() + conceded, abs=1e-6)


def test_costs_by_hand() -> None:
    """10 at 100, out at 110: a fee of 0.1 %, 4 basis points of concession each way, half of them spread."""
    fills = pd.DataFrame(
        {"quantity": [10.0, -10.0], "price": [100.04, 109.956], "reference": [100.0, 110.0], "fee": [1.0004, 1.09956]}
    )  # fmt: skip
    profit = 100 - 0.84 - 2.09996 - 0.5
    split = split_costs(fills, Costs(0.001, 0.0002, 0.0002, 0.0), 123.0, profit)
    assert split.fee == pytest.approx(2.09996) and split.borrow == pytest.approx(0.5)
    assert split.half_spread == pytest.approx(0.42) and split.slippage == pytest.approx(0.42)
    told = split_costs(fills.assign(slippage=[0.1, 0.14]), COSTS, 123.0, profit)
    assert told.slippage == pytest.approx(0.24) and told.half_spread == pytest.approx(0.6)


def test_rolling_sharpe_is_the_sharpe_of_each_window() -> None:
    curve = seeded_bars(300)["close"]
    found = rolling_sharpe(curve, 50, 8760)
    returns = curve.pct_change().to_numpy()[1:]
    assert found.iloc[:50].isna().all()
    for end in (50, 123, 299):
        assert found.iloc[end] == pytest.approx(sharpe(returns[end - 50 : end], 8760), rel=1e-8)
    assert rolling_sharpe(days([1.0] * 60), 20, 365).isna().all()
    assert [rolling_window(n, 8760) for n in (30, 900, 10**5)] == [20, 300, 2190]


def test_exposure_and_turnover_by_hand() -> None:
    fills = pd.DataFrame({"bar": [1, 3], "quantity": [2.0, -2.0], "price": [100.0, 100.0]})
    share = exposure(fills, np.array([100.0, 100, 125, 100]), np.array([1000.0, 1000, 1000, 900]))
    assert share.tolist() == pytest.approx([0, 0.2, 0.25, 0])
    index = pd.to_datetime(["2024-01-30", "2024-01-31", "2024-02-01", "2024-02-02"], utc=True)
    turnover = monthly_turnover(fills, pd.Series([1000.0, 1000, 1000, 600], index))
    assert turnover.tolist() == pytest.approx([0.2, 0.25])


def test_regimes_by_a_plain_loop_and_without_the_future() -> None:
    closes = seeded_bars(900, seed=4)["close"]
    whole = market_regimes(closes)
    logs = np.diff(np.log(closes.to_numpy()))
    volatility = np.array([np.nan] * 48 + [logs[i - 48 : i].std(ddof=1) for i in range(48, 900)])
    for i in range(300, 900, 37):
        past = volatility[48 : i + 1]
        tercile = sum(volatility[i] > np.quantile(past, q) for q in (1 / 3, 2 / 3))
        rising = closes.iloc[i] > closes.iloc[i - 199 : i + 1].mean()
        assert whole[i] == 2 * tercile + rising
    assert (whole[:247] == UNKNOWN).all() and set(whole[247:]) <= set(range(len(REGIMES)))
    for cut in np.random.default_rng(0).integers(200, 900, 25):
        assert (market_regimes(closes.iloc[:cut]) == whole[:cut]).all()


def test_slices_split_the_same_trades() -> None:
    bars = seeded_bars(1500, seed=5)
    made = run(bars, 5)
    regime = market_regimes(bars["close"])
    entry = bars.index.get_indexer(pd.DatetimeIndex(made.trades["entry_time"]))
    trades = made.trades.assign(regime=regime[entry - 1])
    equity, hold = made.curves["equity"].to_numpy(), made.curves["hold"].to_numpy()
    regimes = by_regime(trades, equity, hold, regime, 8760)
    for table in (by_side(trades), by_exit(trades), regimes):
        assert table["trades"].sum() == len(trades)
        assert table["pnl"].sum() == pytest.approx(trades["pnl"].sum())
    assert regimes["share"].sum() == pytest.approx(1)
    assert np.prod(1 + regimes["strategy"]) == pytest.approx(equity[-1] / equity[0])
    assert np.prod(1 + regimes["hold"]) == pytest.approx(hold[-1] / hold[0])
    side = by_side(trades).set_index("side")
    long = trades[trades["quantity"] > 0]
    assert side.at["long", "win_rate"] == pytest.approx((long["return_"] > 0).mean())
    assert side.at["long", "win_low"] < side.at["long", "win_rate"] < side.at["long", "win_high"]


def test_slices_of_no_trade_are_empty_not_wrong() -> None:
    none = run(seeded_bars(40), 0).trades.iloc[:0]
    assert by_exit(none).empty and by_side(none)["trades"].tolist() == [0, 0]
    assert by_side(none)[["win_rate", "mean_return", "profit_factor"]].isna().all().all()
