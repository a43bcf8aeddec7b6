"""Block-bootstrap intervals against `arch`, and what must hold for any series."""

import numpy as np
import pytest
from arch.bootstrap import StationaryBootstrap, optimal_block_length
from hypothesis import given, settings
from hypothesis import strategies as st

from core.evaluate import max_drawdown, sharpe, sortino, volatility
from core.evaluate.significance import block_length, metric_intervals
from core.evaluate.significance.resampling import draw


def autoregressive(share: float, n: int, seed: int) -> np.ndarray:
    shocks = np.random.default_rng(seed).normal(size=n)
    series = np.zeros(n)
    for i in range(n):
        series[i] = (share * series[i - 1] if i else 0.0) + shocks[i]
    return series


def test_optimal_block_of_a_known_series() -> None:
    """METHOD §7: seed 11, AR(.5), 2,000 bars."""
    assert block_length(autoregressive(0.5, 2000, 11)) == pytest.approx(14.9424, abs=1e-4)
    assert (
        block_length(autoregressive(0.0, 2000, 11)) == 1.0
    )  # the rule says .7471; no block is shorter than a bar


@pytest.mark.parametrize(
    ("share", "n"), [(0.0, 50), (0.5, 20), (0.9, 300), (-0.6, 1000), (0.98, 2500), (0.3, 20_000)]
)
def test_block_length_as_arch_has_it(share: float, n: int) -> None:
    for seed in range(5):
        series = autoregressive(share, n, seed) * 0.01 + 0.0003
        theirs = float(optimal_block_length(series)["stationary"].iloc[0])
        assert block_length(series) == pytest.approx(min(max(theirs, 1.0), n / 3), rel=1e-8)


def test_block_length_of_what_has_none() -> None:
    assert block_length(np.zeros(100)) == block_length(np.full(100, 0.1)) == block_length(np.array([])) == 1.0


def test_draws_spread_as_those_of_arch_do() -> None:
    """Not the same draws (the generators differ) but the same distribution: quantiles within four of their errors."""
    returns = autoregressive(0.4, 600, 3) * 0.01 + 0.0005

    def figures(x: np.ndarray) -> np.ndarray:
        curve = np.r_[1.0, np.cumprod(1 + x)]
        down = np.sqrt(np.mean(np.minimum(x, 0) ** 2))
        return np.array([curve[-1], x.mean(), x.std(ddof=1), down, max_drawdown(curve)])

    theirs = StationaryBootstrap(12, returns, seed=0).apply(figures, 4000)
    ours = draw(returns, 12.0, 0, 0, 4000)
    for level in (0.05, 0.5, 0.95):
        error = 2.1 * theirs.std(axis=0) / np.sqrt(4000) * np.sqrt(2)  # of a 5 % quantile of a normal sample
        assert (
            np.abs(np.quantile(ours, level, axis=0) - np.quantile(theirs, level, axis=0)) < 4 * error
        ).all()


def test_blocks_of_the_asked_length() -> None:
    """The mean of a series spreads with the blocks as theory has it: Σ (1 − |k|/n)·(1 − 1/block)^|k|·R(k)."""
    series = np.r_[np.full(500, 0.001), np.full(500, -0.001)]
    n, lags = 1000, np.arange(1, 1000)
    correlation = np.array([series @ np.roll(series, k) for k in lags]) / (series @ series)
    for block in (2.0, 25.0, 100.0):
        spread = 1 + 2 * np.sum((1 - lags / n) * (1 - 1 / block) ** lags * correlation)
        found = draw(series, block, 7, 0, 6000)[:, 1]
        assert found.var() * n / series.var() == pytest.approx(spread, rel=0.08)


def test_interval_around_the_figures_of_the_curve() -> None:
    returns = np.random.default_rng(4).normal(0.0005, 0.01, 2000)
    found = metric_intervals(returns, 252, reps=1000, seed=3)
    assert found is not None
    curve = np.r_[1.0, np.cumprod(1 + returns)]
    wanted = {
        "total_return": curve[-1] - 1,
        "sharpe": sharpe(returns, 252),
        "sortino": sortino(returns, 252),
        "volatility": volatility(returns, 252),
        "max_drawdown": max_drawdown(curve),
    }
    for name, value in wanted.items():
        interval = getattr(found, name)
        assert interval.estimate == pytest.approx(value)
        assert interval.low < value < interval.high
    assert found.cagr is not None
    assert (found.reps, found.seed, found.level) == (1000, 3, 0.95)
    assert found.block == block_length(returns)
    # Lo (2002): the error of a yearly ratio of normal returns is about 1/√years
    assert found.sharpe is not None
    assert found.sharpe.high - found.sharpe.low == pytest.approx(2 * 1.96 * np.sqrt(252 / 2000), rel=0.1)


def test_a_long_series_is_drawn_in_groups() -> None:
    """Three bars at a time, and the intervals hardly move."""
    returns = np.random.default_rng(4).normal(2e-5, 0.002, 120_000)
    found = metric_intervals(returns, 8760, reps=300)
    whole = draw(returns, 1.0, 0, 0, 300)
    assert found is not None and found.sharpe is not None and found.volatility is not None
    assert found.method.endswith("3 bars at a time") and found.block >= 3.0
    assert found.sharpe.estimate == sharpe(returns, 8760)
    ratio = whole[:, 1] / whole[:, 2] * np.sqrt(8760)
    assert found.sharpe.high - found.sharpe.low == pytest.approx(
        np.ptp(np.quantile(ratio, [0.025, 0.975])), rel=0.2
    )
    assert found.volatility.low < found.volatility.estimate < found.volatility.high


def test_seed_and_threads() -> None:
    returns = np.random.default_rng(4).normal(0.0005, 0.01, 500)
    first = metric_intervals(returns, 252, reps=300, seed=3, threads=1)
    assert first == metric_intervals(returns, 252, reps=300, seed=3, threads=3)
    assert first != metric_intervals(returns, 252, reps=300, seed=4)


def test_blocks_widen_the_interval_of_a_trending_series() -> None:
    returns = autoregressive(0.6, 3000, 2) * 0.01
    single = metric_intervals(returns, 252, reps=500, block=1)
    blocks = metric_intervals(returns, 252, reps=500)
    assert single is not None and blocks is not None and single.sharpe and blocks.sharpe
    assert blocks.sharpe.high - blocks.sharpe.low > 1.5 * (single.sharpe.high - single.sharpe.low)


def test_what_cannot_be_drawn_again() -> None:
    for returns in (np.zeros(100), np.full(100, 0.01), np.ones(5), np.r_[np.zeros(50), np.nan]):
        assert metric_intervals(returns, 252) is None
    rising = metric_intervals(np.random.default_rng(0).uniform(0.001, 0.01, 100), 252, reps=200)
    assert rising is not None and rising.sortino is None  # no bar lost
    assert rising.max_drawdown is not None and rising.max_drawdown.low == 0.0


def test_ruin_stays_ruin() -> None:
    returns = np.r_[np.random.default_rng(0).normal(0, 0.01, 200), -1.5, 0.01, -0.02]
    found = draw(returns, 3.0, 0, 0, 400)
    ruined = found[:, 4] == -1.0
    assert 0.4 < ruined.mean() < 0.9  # 1 − 1/e of the draws hold that one bar
    assert (found[ruined, 0] == 0.0).all() and (found[~ruined, 0] > 0.0).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-0.99, 5.0), min_size=0, max_size=80), st.integers(0, 2**31))
def test_any_series_gives_ordered_intervals_or_none(values: list[float], seed: int) -> None:
    found = metric_intervals(np.array(values), 365, reps=50, seed=seed)
    if found is None:
        return
    for name in ("total_return", "cagr", "volatility", "sharpe", "sortino", "max_drawdown"):
        interval = getattr(found, name)
        assert interval is None or interval.low <= interval.high
    assert found.max_drawdown is None or -1.0 <= found.max_drawdown.low <= found.max_drawdown.high <= 0.0
