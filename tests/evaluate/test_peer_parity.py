"""Our backtest, under a peer's fill convention, makes the peer's trades: times, prices, P&L, equity and figures.

What the peers said is in tests/oracles/parity, recorded by bench/parity.py. docs/fills.md tells what is aligned and
what remains different; the latter is asserted here as such.
"""

import json
import math
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import talib

from bench.parity_cases import (
    SAMPLE,
    WALK,
    CrossCase,
    FillCase,
    cross_cases,
    digest,
    fill_cases,
    fingerprint,
    walk,
)
from core.collect.sample_source import SampleSource
from core.evaluate import Backtest, Rules, edges, run_backtest
from core.evaluate.metrics import measure
from core.execute import AS_BACKTESTING_PY, AS_VECTORBT, OURS, FillConvention
from core.instruments import resolve
from core.records import Costs, OrderType, Timeframe
from core.signals.sma_cross import SmaCross, sma_cross

ORACLES = Path(__file__).parent.parent / "oracles" / "parity"
CONVENTIONS = {"ours": OURS, "backtesting": AS_BACKTESTING_PY, "vectorbt": AS_VECTORBT}
PEERS = ("backtesting", "vectorbt")

BUYING = "what cannot be paid: rejected as a whole here; vectorbt buys what the cash is enough for, and sells short on credit"
SIZING = "a share of equity is counted at the close that decides, before costs; the peers count at the fill, after costs"
RESTING = "a limit never pays more than its price here; backtesting.py puts its spread on top of it"
DIFFERENT = {
    ("vectorbt", "no_cash"): BUYING,
    ("vectorbt", "short_no_cash"): BUYING,
    ("backtesting", "limit_touched_costs"): RESTING,
    ("backtesting", "share"): SIZING,
    ("backtesting", "share_again"): SIZING,
    ("vectorbt", "share"): SIZING,
    ("vectorbt", "share_again"): SIZING,
}
"""Hand-made cases in which we and a peer differ on purpose."""


@cache
def told(name: str) -> dict:
    return json.loads((ORACLES / f"{name}.json").read_text("utf-8"))


@cache
def bars_of(series: str) -> pd.DataFrame:
    """The bars that were handed to the peers."""
    if series == WALK:
        count = told("vectorbt")["series"][WALK]["bars"]
        index = pd.date_range("1970-01-01", periods=count, freq="h", tz="UTC", name="date").as_unit("us")
        return pd.DataFrame(walk(count), index=index).assign(volume=1.0)
    start, end = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    return SampleSource().fetch(resolve(SAMPLE[series]), Timeframe(series.rsplit("_", 1)[1]), start, end)


def crosses(close: np.ndarray, fast: int, slow: int) -> np.ndarray:
    """1 where the fast average crosses above the slow one, −1 where it crosses below, seen at that close."""
    one, two = talib.SMA(close, fast), talib.SMA(close, slow)
    made = np.zeros(len(close), np.int8)
    made[1:] += ((one[1:] > two[1:]) & (one[:-1] <= two[:-1])).astype(np.int8)
    made[1:] -= ((one[1:] < two[1:]) & (one[:-1] >= two[:-1])).astype(np.int8)
    return made


def resting(case: FillCase | CrossCase) -> tuple[OrderType, float]:
    """What opens, and how far from the close that decides (100 in the hand-made cases) it rests."""
    if isinstance(case, FillCase) and not math.isnan(case.entry_limit):
        return OrderType.LIMIT, 1.0 - case.entry_limit / 100.0
    if isinstance(case, FillCase) and not math.isnan(case.entry_stop):
        return OrderType.STOP, case.entry_stop / 100.0 - 1.0
    return OrderType.MARKET, 0.0


def ours(peer: str, case: FillCase | CrossCase, bars: pd.DataFrame, acts: np.ndarray, symbol: str, timeframe: Timeframe) -> Backtest:  # fmt: skip
    size = -case.size if case.size >= 1.0 else case.size
    # long only acts on every cross, also on one after a stop; with shorts a cross turns the position at one open
    entry, offset = resting(case)
    rules = Rules(
        size, case.stop, case.target, case.short, every_bar=not case.short, entry=entry, entry_offset=offset,
        fills=CONVENTIONS[peer],
    )  # fmt: skip
    # the recorder gave backtesting.py a spread of twice the slippage, which it takes whole, at entries
    half_spread = 2 * case.slippage if peer == "backtesting" else 0.0
    slippage = 0.0 if peer == "backtesting" else case.slippage
    costs = Costs(fee=case.fee, half_spread=half_spread, slippage=slippage, borrow=0.0)
    return run_backtest(bars, acts, rules, costs, case.cash, resolve(symbol), timeframe)


def rows(made: Backtest) -> pd.DataFrame:
    """Our trades in the columns of the record."""
    trades, index = made.trades, made.curves.index
    return pd.DataFrame(
        {
            "side": np.sign(trades["quantity"]).astype(int),
            "entry_bar": index.get_indexer(trades["entry_time"]),
            "exit_bar": index.get_indexer(trades["exit_time"]),
            "entry_price": trades["entry_price"],
            "exit_price": trades["exit_price"],
            "pnl": trades["pnl"],
            "kind": trades["exit_reason"].astype(str),
        }
    ).reset_index(drop=True)


def same_trades(got: pd.DataFrame, want: pd.DataFrame) -> None:
    for exact in ("side", "entry_bar", "exit_bar", "kind"):
        assert got[exact].tolist() == want[exact].tolist(), exact
    for price in ("entry_price", "exit_price"):
        np.testing.assert_allclose(got[price], want[price], rtol=1e-12, err_msg=price)
    # a P&L is a difference of prices: as exact as they are
    np.testing.assert_allclose(
        got["pnl"], want["pnl"], rtol=1e-9, atol=1e-11 * want["entry_price"].max() if len(want) else 0
    )


# ---- rule by rule -----------------------------------------------------------------------------------------------


def answered(peer: str) -> list[FillCase]:
    """Cases that the peer knows (vectorbt has no resting entries), and not those that differ on purpose."""
    known = [case for case in fill_cases() if peer == "backtesting" or resting(case)[0] is OrderType.MARKET]
    return [case for case in known if (peer, case.name) not in DIFFERENT]


def ours_of_fill(peer: str, case: FillCase) -> Backtest:
    index = pd.date_range("2024-01-01", periods=len(case.bars), freq="h", tz="UTC", name="date").as_unit("us")
    bars = pd.DataFrame(np.array(case.bars), columns=["open", "high", "low", "close"], index=index).assign(
        volume=1e6
    )
    acts = np.array([case.acts.get(i, 0) for i in range(len(bars))], np.int8)
    return ours(peer, case, bars, acts, "BTC-USD", Timeframe.H1)


@pytest.mark.parametrize("peer", PEERS)
def test_the_recorded_questions_are_the_ones_asked(peer: str) -> None:
    recorded = told("fill_cases")["cases"]
    assert list(recorded) == [case.name for case in fill_cases()]
    for case in fill_cases():
        kept = {key: recorded[case.name][key] for key in case.plain()}
        assert kept == json.loads(json.dumps(case.plain())), case.name
    assert set(told(peer)["cases"]) == {
        case.name for series in (*SAMPLE, WALK) for case in cross_cases(series)
    }


@pytest.mark.parametrize(("peer", "case"), [(p, c) for p in PEERS for c in answered(p)], ids=lambda x: getattr(x, "name", x))  # fmt: skip
def test_each_fill_rule_is_the_peers(peer: str, case: FillCase) -> None:
    assert_same_answer(ours_of_fill(peer, case), told("fill_cases")["cases"][case.name][peer])


def assert_same_answer(made: Backtest, want: dict) -> None:
    got = rows(made)
    same_trades(got, pd.DataFrame(want["trades"], columns=list(got)).astype(got.dtypes))
    np.testing.assert_allclose(made.curves["equity"], want["equity"], rtol=1e-12)
    still = made.fills.loc[made.fills["kind"] == 0].iloc[len(made.trades) :]
    assert [(bar, price) for bar, price in zip(still["bar"], still["price"], strict=True)] == [
        (t["entry_bar"], pytest.approx(t["entry_price"], rel=1e-12)) for t in want["open"]
    ]


@pytest.mark.parametrize("field", FillConvention._fields)
@pytest.mark.parametrize("peer", PEERS)
def test_each_field_of_a_convention_is_held_by_a_case(
    monkeypatch: pytest.MonkeyPatch, peer: str, field: str
) -> None:
    """Turned round, it gives another answer than the peer's to at least one question."""
    other = {field: 1 - getattr(CONVENTIONS[peer], field)}
    monkeypatch.setitem(CONVENTIONS, peer, CONVENTIONS[peer]._replace(**other))
    wrong = []
    for case in answered(peer):
        try:
            assert_same_answer(ours_of_fill(peer, case), told("fill_cases")["cases"][case.name][peer])
        except AssertionError:
            wrong.append(case.name)
    assert wrong


@pytest.mark.parametrize(("peer", "name"), DIFFERENT)
def test_what_differs_on_purpose_still_differs(peer: str, name: str) -> None:
    """A difference that is gone belongs out of the list and out of docs/fills.md."""
    case = next(case for case in fill_cases() if case.name == name)
    want = told("fill_cases")["cases"][name][peer]
    made = ours_of_fill(peer, case)
    filled = made.fills[made.fills["kind"] == 0]
    entered = [t["entry_price"] * t["size"] for t in (*want["trades"], *want["open"])]
    paid = (filled["price"] * filled["quantity"]).abs().tolist()
    assert paid != pytest.approx(entered, rel=1e-9)
    if DIFFERENT[peer, name] == BUYING:
        assert paid == []
    elif DIFFERENT[peer, name] == RESTING:
        assert paid == [case.entry_limit]
    else:  # the same bars and prices, another number of units
        assert filled["price"].tolist() == pytest.approx([t["entry_price"] for t in (*want["trades"], *want["open"])], rel=1e-12)  # fmt: skip


# ---- SMA crosses ------------------------------------------------------------------------------------------------


def run_cross(peer: str, case: CrossCase) -> Backtest:
    bars = bars_of(case.series)
    acts = crosses(bars["close"].to_numpy(), case.fast, case.slow)
    symbol = SAMPLE.get(case.series, "BTC-USD")
    return ours(peer, case, bars, acts, symbol, Timeframe(case.series.rsplit("_", 1)[1]))


def assert_same_run(peer: str, case: CrossCase, made: Backtest) -> None:
    """Hash of bars, sums, final equity and every figure that is defined alike or can be converted."""
    want, got = told(peer)["cases"][case.name], rows(made)
    assert len(got) == want["trades"]
    assert digest(got["entry_bar"], got["exit_bar"]) == want["bars_sha256"]
    assert got["kind"].value_counts().to_dict() == want["kinds"]
    np.testing.assert_allclose(math.fsum(got["entry_price"]), want["sum_entry_price"], rtol=1e-12)
    np.testing.assert_allclose(math.fsum(got["exit_price"]), want["sum_exit_price"], rtol=1e-12)
    np.testing.assert_allclose(math.fsum(got["pnl"]), want["sum_pnl"], rtol=1e-9, atol=1e-9 * case.cash)
    np.testing.assert_allclose(made.curves["equity"].iloc[-1], want["metrics"]["final_equity"], rtol=1e-12)
    figures = AS_PRINTED[peer](made, case, got)
    assert set(want["metrics"]) - {"final_equity"} <= set(figures)
    for name, value in figures.items():
        said = want["metrics"].get(name)
        if said is None:
            assert value is None or not math.isfinite(value) or name == "Commissions [$]", name
        else:
            np.testing.assert_allclose(value, said, rtol=1e-9, atol=1e-12, err_msg=f"{case.name}: {name}")


def as_vectorbt_prints(made: Backtest, case: CrossCase, got: pd.DataFrame) -> dict:
    """vectorbt counts the first bar's return too (from the cash at the start, so 0), and a year as 365 days."""
    yearly = pd.Timedelta("365D") / Timeframe(case.series.rsplit("_", 1)[1]).delta
    equity = np.r_[case.cash, made.curves["equity"].to_numpy()]
    own = measure(equity, made.trades, np.ones(len(equity), bool), 0.0, yearly)
    return {
        "total_return": made.metrics.total_return,
        "max_drawdown": made.metrics.max_drawdown,
        "win_rate": made.metrics.win_rate,
        "profit_factor": made.metrics.profit_factor,
        "position_coverage": made.metrics.exposure,
        "expectancy": got["pnl"].mean(),  # in cash; our expectancy is a return
        "total_fees": made.fills["fee"].sum(),  # of an open position too
        "annualized_return": own.cagr,
        "annualized_volatility": own.volatility,
        "sharpe_ratio": own.sharpe,
        "sortino_ratio": own.sortino,
        "calmar_ratio": own.calmar,
    }


def as_backtesting_prints(made: Backtest, case: CrossCase, got: pd.DataFrame) -> dict:
    """backtesting.py annualises daily returns geometrically; profit factor and exposure are of other things than ours."""
    equity = made.curves["equity"]
    daily = equity.resample("D").last().dropna().pct_change().dropna()
    days = 365 if pd.Series(equity.index.day_of_week).between(5, 6).mean() > 2 / 7 * 0.6 else 252
    mean = math.exp(np.log1p(daily).mean()) - 1
    growth = (1 + mean) ** days - 1
    deviation = math.sqrt((daily.var() + (1 + mean) ** 2) ** days - (1 + mean) ** (2 * days))
    years = (equity.index[-1] - equity.index[0]) / pd.Timedelta("365.25D")
    outcome, pnl = made.trades["return_"], got["pnl"]
    inside = np.zeros(len(equity), bool)
    for entry, leave in zip(got["entry_bar"], got["exit_bar"], strict=True):
        inside[entry : leave + 1] = True
    won = (pnl > 0).mean()
    return {
        "Return [%]": 100 * made.metrics.total_return,
        "Max. Drawdown [%]": 100 * made.metrics.max_drawdown,
        "Win Rate [%]": 100 * made.metrics.win_rate,
        "Expectancy [%]": 100 * made.metrics.expectancy,
        "Commissions [$]": made.metrics.costs,
        "Best Trade [%]": 100 * outcome.max(),
        "Worst Trade [%]": 100 * outcome.min(),
        "Avg. Trade [%]": 100 * math.expm1(np.log1p(outcome).mean()),
        "Profit Factor": outcome[outcome > 0].sum() / -outcome[outcome < 0].sum(),  # of returns; ours of cash
        "Exposure Time [%]": 100
        * inside.mean(),  # entry bar to exit bar of closed trades; ours: held at closes
        "CAGR [%]": 100 * ((equity.iloc[-1] / equity.iloc[0]) ** (1 / years) - 1),
        "Return (Ann.) [%]": 100 * growth,
        "Volatility (Ann.) [%]": 100 * deviation,
        "Sharpe Ratio": growth / deviation,
        "Sortino Ratio": growth / (math.sqrt((daily.clip(upper=0) ** 2).mean()) * math.sqrt(days)),
        "Calmar Ratio": growth / -made.metrics.max_drawdown,
        "SQN": math.sqrt(len(pnl)) * pnl.mean() / pnl.std(),
        "Kelly Criterion": won - (1 - won) / (pnl[pnl > 0].mean() / -pnl[pnl < 0].mean()),
    }


AS_PRINTED = {"vectorbt": as_vectorbt_prints, "backtesting": as_backtesting_prints}


@pytest.mark.parametrize("series", SAMPLE)
@pytest.mark.parametrize("peer", PEERS)
def test_crosses_on_real_bars(peer: str, series: str) -> None:
    assert (
        fingerprint(bars_of(series)[["open", "high", "low", "close"]])
        == told(peer)["series"][series]["prices_sha256"]
    )
    listed = pd.read_parquet(ORACLES / f"{peer}-trades.parquet").groupby("case", sort=False)
    for case in cross_cases(series):
        made = run_cross(peer, case)
        assert_same_run(peer, case, made)
        if case.listed:
            same_trades(rows(made), listed.get_group(case.name))


@pytest.mark.parametrize("peer", PEERS)
def test_the_synthetic_bars_are_the_peers(peer: str) -> None:
    """By their sums: exponentials may differ in the last digit from processor to processor."""
    for name, total in told(peer)["series"][WALK]["sums"].items():
        assert math.fsum(bars_of(WALK)[name]) == pytest.approx(total, rel=1e-13), name


@pytest.mark.parametrize("case", cross_cases(WALK), ids=lambda case: case.name)
@pytest.mark.parametrize("peer", PEERS)
def test_crosses_on_500_000_bars(peer: str, case: CrossCase) -> None:
    assert_same_run(peer, case, run_cross(peer, case))


# ---- what the comparison rests on -------------------------------------------------------------------------------


@pytest.mark.parametrize("series", ["btc_1h", "nvda_1d"])
def test_the_products_own_strategy_crosses_at_the_same_bars(series: str) -> None:
    bars = bars_of(series)
    high, low, close = (bars[name].to_numpy() for name in ("high", "low", "close"))
    features = pd.DataFrame({"atr_14": talib.ATR(high, low, close, 14)}, index=bars.index)
    direction = np.asarray(sma_cross(SmaCross(fast=20, slow=50)).decide(bars, features).direction)
    turned = edges(direction)
    turned[np.flatnonzero(turned)[0]] = 0  # the side it starts on: a cross needs a bar before it
    np.testing.assert_array_equal(turned, crosses(close, 20, 50))


def test_the_convention_alone_moves_the_result() -> None:
    """One unit, 500,000 bars, all costs: the sums that docs/fills.md and the speed benchmarks tell."""
    case = next(c for c in cross_cases(WALK) if c.name == f"{WALK}-20-50-long-stop2-target4-fee10-slip5")
    gained = {peer: run_cross(peer, case).curves["equity"].iloc[-1] - case.cash for peer in ("ours", *PEERS)}
    assert {peer: round(value) for peer, value in gained.items()} == {"ours": -905, "backtesting": -933, "vectorbt": -977}  # fmt: skip
