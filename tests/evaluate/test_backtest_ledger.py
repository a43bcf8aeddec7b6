"""The backtest's ledger over random markets: nothing appears, nothing vanishes, and costs only cost."""

import ast
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import core.execute
from core.evaluate import Backtest, Rules, run_backtest
from core.execute.compiling import room_stamp
from core.instruments import resolve
from core.records import Costs, OrderType, Timeframe, TimeInForce

BTC = resolve("BTC-USD")
COSTS = Costs(0.001, 0.0002, 0.0003, 0.0)
UNFILLED = (4, 7, 8)


def wild_bars(seed: int, count: int = 150) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    close = 100 * np.exp(np.cumsum(rng.normal(0, 0.02, count)))
    open_ = np.r_[100.0, close[:-1]] * np.exp(rng.normal(0, 0.01, count))
    high = np.maximum(open_, close) * np.exp(np.abs(rng.normal(0, 0.01, count)))
    low = np.minimum(open_, close) * np.exp(-np.abs(rng.normal(0, 0.01, count)))
    index = pd.date_range("2024-01-01", periods=count, freq="h", tz="UTC", unit="us", name="date")
    return pd.DataFrame({"open": open_, "high": high, "low": low, "close": close, "volume": 1.0}, index=index)


def opinions(seed: int, count: int = 150) -> np.ndarray:
    return np.random.default_rng(seed + 1).choice(np.array([-1, 0, 1], np.int8), count, p=[0.25, 0.5, 0.25])


def run(seed: int, rules: Rules, costs: Costs = COSTS) -> Backtest:
    return run_backtest(wild_bars(seed), opinions(seed), rules, costs, 10_000.0, BTC, Timeframe.H1)


rules = st.builds(
    Rules, st.floats(0.05, 0.95), st.floats(0.005, 0.05) | st.just(math.nan), st.floats(0.005, 0.08) | st.just(math.nan),
    st.booleans(), st.booleans(),
)  # fmt: skip
seeds = st.integers(0, 10_000)
maybe = st.just(math.nan)
any_rules = st.builds(
    Rules, st.floats(0.05, 0.95) | st.just(-1.0), st.floats(0.005, 0.05) | maybe, st.floats(0.005, 0.08) | maybe,
    st.booleans(), st.booleans(), lot=st.just(1e-8), trail=st.floats(0.005, 0.05) | maybe,
    break_even=st.floats(0.005, 0.03) | maybe, time_limit=st.none() | st.integers(1, 12),
    entry=st.sampled_from(OrderType), entry_offset=st.floats(0.001, 0.02), entry_through=st.floats(0.0, 0.01),
    entry_bars=st.none() | st.integers(1, 8), time_in_force=st.sampled_from(TimeInForce), latency=st.integers(0, 3),
)  # fmt: skip
"""Every way to enter, to manage and to leave."""
any_costs = st.sampled_from(
    [
        COSTS,
        Costs(0.001, 0.0002, 0.0003, 0.0, maker=0.0004, minimum_fee=0.5, ticks=True),
        Costs(0.0, 0.0, 0.0, 0.0, participation=0.1, volatility_slippage=0.1, impact=0.5),
    ]
)


@settings(max_examples=60, deadline=None)
@given(seeds, any_rules, any_costs)
def test_cash_and_position_make_equity_at_every_bar(seed: int, rule: Rules, costs: Costs) -> None:
    bars, made = wild_bars(seed), run(seed, rule, costs)
    fills = made.fills[~made.fills["kind"].isin(UNFILLED)]
    row = fills["bar"].to_numpy(dtype=int)
    spent = np.zeros(len(bars))
    held = np.zeros(len(bars))
    np.add.at(spent, row, fills["quantity"] * fills["price"] + fills["fee"])
    np.add.at(held, row, fills["quantity"])
    cash = 10_000.0 - np.cumsum(spent)
    np.testing.assert_allclose(
        made.curves["equity"], cash + np.cumsum(held) * bars["close"].to_numpy(), rtol=1e-10
    )
    if not rule.short:
        assert cash.min() >= -1e-9 and np.cumsum(held).min() >= -1e-9
    if abs(held.sum()) < 1e-12:
        assert made.curves["equity"].iloc[-1] == pytest.approx(10_000.0 + made.trades["pnl"].sum(), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(seeds, any_rules)
def test_fills_lie_within_their_bar_and_its_costs(seed: int, rule: Rules) -> None:
    """A taker pays half-spread and slippage, at most; a limit order never more than its reference."""
    bars, fills = wild_bars(seed), run(seed, rule).fills
    fills = fills[~fills["kind"].isin(UNFILLED)]
    at = bars.iloc[fills["bar"].astype(int)]
    reference = fills["reference"].to_numpy()
    assert (reference >= at["low"].to_numpy()).all() and (reference <= at["high"].to_numpy()).all()
    moved = (fills["price"] / fills["reference"] - 1) * np.sign(fills["quantity"])
    assert moved.between(-1e-12, 0.0005 + 1e-12).all()
    takes = fills["kind"].isin((1, 2, 5, 6))
    np.testing.assert_allclose(moved[takes], 0.0005, atol=1e-12)
    np.testing.assert_allclose(moved[fills["kind"] == 3], 0.0, atol=1e-12)
    lost = fills["quantity"].abs() * (fills["price"] - fills["reference"]).abs()
    np.testing.assert_allclose(fills["spread"] + fills["slippage"], lost, rtol=1e-9, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(seeds, any_rules, any_costs)
def test_a_position_never_exceeds_what_the_orders_allow(seed: int, rule: Rules, costs: Costs) -> None:
    """With one unit an order nothing is ever held but between −1 and 1, and no exit goes through zero."""
    one = replace(rule, size=-1.0)
    fills = run(seed, one, costs).fills
    fills = fills[~fills["kind"].isin(UNFILLED)]
    held = fills["quantity"].cumsum()
    assert held.abs().max() <= 1.0 + 1e-9 if len(held) else held.empty
    if not rule.short:
        assert (held >= -1e-9).all()
    before = held.shift(fill_value=0.0)
    exits = fills["kind"] != 0
    assert (before[exits] * fills["quantity"][exits] < 0).all()
    assert (held[exits].abs() <= before[exits].abs() + 1e-12).all()


@settings(max_examples=60, deadline=None)
@given(seeds, any_rules, any_costs)
def test_the_same_run_twice_is_the_same_to_the_last_bit(seed: int, rule: Rules, costs: Costs) -> None:
    one, two = run(seed, rule, costs), run(seed, rule, costs)
    pd.testing.assert_frame_equal(one.curves, two.curves, check_exact=True)
    pd.testing.assert_frame_equal(one.trades, two.trades, check_exact=True)
    assert one.metrics == two.metrics


@settings(max_examples=60, deadline=None)
@given(seeds, rules, st.floats(0.0, 0.002), st.floats(0.0, 0.5))
def test_more_fee_and_borrow_never_earn_more(seed: int, rule: Rules, fee: float, borrow: float) -> None:
    """Same units, so the same fills; fee and borrow do not move the bracket."""
    unit = Rules(-1.0, rule.stop, rule.target, rule.short, rule.every_bar)
    cheap, dear = run(seed, unit), run(seed, unit, Costs(0.001 + fee, 0.0002, 0.0003, borrow))
    assert dear.fills["price"].tolist() == cheap.fills["price"].tolist()
    assert (dear.curves["equity"] <= cheap.curves["equity"] + 1e-9).all()


@settings(max_examples=60, deadline=None)
@given(seeds, st.booleans(), st.booleans(), st.floats(0.0, 0.01))
def test_more_spread_never_earns_more(seed: int, short: bool, every_bar: bool, more: float) -> None:
    """Without a bracket: a bracket counts from the fill, so a worse fill may by luck escape a stop."""
    unit = Rules(-1.0, math.nan, math.nan, short, every_bar)
    cheap, dear = run(seed, unit), run(seed, unit, Costs(0.001, 0.0002 + more, 0.0003, 0.0))
    assert (dear.curves["equity"] <= cheap.curves["equity"] + 1e-9).all()


def test_random_signals_lose_what_trading_costs() -> None:
    """On driftless walks the mean loss is cost × turnover, within its standard error (METHOD: −.999 expected)."""
    results, paid = [], []
    for seed in range(400):
        rng = np.random.default_rng(seed)
        close = 100.0 + np.cumsum(rng.normal(0, 0.5, 300))
        open_ = np.r_[100.0, close[:-1]]
        index = pd.date_range("2024-01-01", periods=300, freq="h", tz="UTC", unit="us", name="date")
        bars = pd.DataFrame({"open": open_, "high": np.maximum(open_, close), "low": np.minimum(open_, close), "close": close, "volume": 1.0}, index=index)  # fmt: skip
        way = rng.choice(np.array([-1, 0, 1], np.int8), 300, p=[0.1, 0.8, 0.1])
        made = run_backtest(bars, way, Rules(-1.0, math.nan, math.nan, True), COSTS, 1e6, BTC, Timeframe.H1)
        traded = float((made.fills["quantity"].abs() * made.fills["reference"]).sum())
        results.append(made.curves["equity"].iloc[-1] - 1e6)
        paid.append(traded * (COSTS.fee + COSTS.half_spread + COSTS.slippage))
    error = float(np.std(np.array(results) + np.array(paid), ddof=1)) / math.sqrt(len(results))
    assert abs(np.mean(results) + np.mean(paid)) < 3.5 * error
    assert np.mean(results) < -3.5 * np.std(results, ddof=1) / math.sqrt(len(results))


def test_acting_once_turns_the_position_and_acting_always_does_as_cycles_do() -> None:
    index = pd.date_range("2024-01-01", periods=6, freq="h", tz="UTC", unit="us", name="date")
    bars = pd.DataFrame(100.0, index=index, columns=["open", "high", "low", "close", "volume"])
    direction = np.array([1, 1, -1, -1, -1, 0], np.int8)
    for every_bar, expected in (
        (False, [(1, 0, 1.0), (3, 1, -1.0), (3, 0, -1.0)]),
        (True, [(1, 0, 1.0), (3, 1, -1.0), (4, 0, -1.0)]),
    ):
        made = run_backtest(
            bars,
            direction,
            Rules(-1.0, math.nan, math.nan, True, every_bar),
            COSTS,
            1_000.0,
            BTC,
            Timeframe.H1,
        )
        assert list(made.fills[["bar", "kind", "quantity"]].itertuples(index=False, name=None)) == expected


def test_compiled_code_of_the_fill_rules_is_cached_under_the_name_of_all_of_it() -> None:
    """numba's own cache notices changes of one file only; a compiled caller would keep the rules of yesterday."""
    folder = Path(core.execute.__file__).parent
    for path in folder.parent.rglob("*.py"):
        source = path.read_text("utf-8")
        compiled = {
            name.name
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.ImportFrom) and node.module == "numba"
            for name in node.names
        } & {"njit", "jit", "vectorize", "guvectorize"}
        if path.parent == folder:
            assert not compiled or path.name == "compiling.py", path
        elif compiled:  # compiled code elsewhere must not rest on compiled fill rules
            assert "core.execute" not in source, path


def test_the_cache_is_renamed_when_any_compiled_file_changes(tmp_path: Path) -> None:
    for path in Path(core.execute.__file__).parent.glob("*.py"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    before = room_stamp(tmp_path)
    for name in (
        "fills.py",
        "matching.py",
        "loops.py",
        "layout.py",
        "orders.py",
        "sizing.py",
        "liquidity.py",
    ):
        (tmp_path / name).write_text((tmp_path / name).read_text("utf-8") + "\n# changed\n", "utf-8")
        after = room_stamp(tmp_path)
        assert after != before, name
        before = after
    (tmp_path / "book.py").write_text("# no compiled code here", "utf-8")
    assert room_stamp(tmp_path) == before
