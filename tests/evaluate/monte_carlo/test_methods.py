"""Each way to draw a path, against METHOD.md §7, the libraries, and what it must keep or break."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError, NotEnoughHistory
from core.evaluate.monte_carlo import kernel, optimal_block
from core.evaluate.monte_carlo.blocks import block_draws
from core.evaluate.monte_carlo.garch import fit_garch, garch_draws
from core.evaluate.monte_carlo.paths import simulate
from core.evaluate.monte_carlo.regimes import fit_regimes, regime_draws
from core.evaluate.monte_carlo.stress import repriced, stress_surface, take_apart
from core.evaluate.monte_carlo.trades import account_returns, shuffle_draws, skip_draws, trade_draws
from tests.evaluate.monte_carlo.runs import COSTS, autoregressive, made_run


def step_returns(paths) -> np.ndarray:
    """(steps, paths) of simulated returns."""
    levels = np.vstack([np.ones(paths.levels.shape[1]), paths.levels.astype(float)])
    return levels[1:] / levels[:-1] - 1


# Stationary block bootstrap


def test_optimal_block_length_of_the_oracle() -> None:
    """METHOD.md §7: seed 11, AR(.5), n = 2000 → 14.9424; independent numbers → near 1 (.7471 before the bound)."""
    assert optimal_block(autoregressive(11, 0.5, 2000)) == pytest.approx(14.9424, abs=1e-4)
    assert optimal_block(np.random.default_rng(11).standard_normal(2000)) == 1.0


def test_the_library_draws_as_recorded() -> None:
    from arch.bootstrap import StationaryBootstrap

    (first, _), *_ = StationaryBootstrap(5, np.arange(10), seed=0).bootstrap(1)
    assert first[0].tolist() == [8, 9, 0, 1, 2, 3, 0, 1, 1, 2]


def test_blocks_have_geometric_length_and_wrap() -> None:
    """Ten distinct growth factors tell which neighbour was drawn: it goes on with chance 1 − 1/b, plus lucky restarts."""
    growth = np.exp(np.linspace(0.01, 0.1, 10))
    moves = np.log1p(step_returns(simulate(block_draws(growth - 1, 5.0), 2_000, 200, 3)))
    drawn = np.rint(moves / 0.01).astype(int) - 1
    onward = (drawn[1:] - drawn[:-1]) % 10 == 1
    assert onward.mean() == pytest.approx(0.8 + 0.2 / 10, abs=0.003)
    assert np.bincount(drawn.ravel(), minlength=10) / drawn.size == pytest.approx(np.full(10, 0.1), abs=0.003)


def test_blocks_keep_what_the_librarys_blocks_keep() -> None:
    """Spread of the mean of an AR(.5) series: as arch's stationary bootstrap of the same block length."""
    from arch.bootstrap import StationaryBootstrap

    returns = 0.01 * autoregressive(11, 0.5, 500)
    ours = simulate(block_draws(returns, 15.0), 4_000, 500, 0).facts[kernel.SUM] / 500
    theirs = StationaryBootstrap(15, returns, seed=1).apply(np.mean, 1_000).ravel()
    assert ours.std() == pytest.approx(theirs.std(), rel=0.08)
    assert ours.mean() == pytest.approx(returns.mean(), abs=4 * ours.std() / np.sqrt(4_000))
    single = simulate(trade_draws(returns), 4_000, 500, 0).facts[kernel.SUM] / 500
    assert single.std() < 0.85 * ours.std(), "single draws break the dependence"


def test_shuffling_hides_drawdowns_that_blocks_keep() -> None:
    """AR(.4) returns, drawdown of one path in twenty: −43.6 % shuffled, −68.5 % by blocks, actually −45.3 % (METHOD.md §7).

    The series there is not given; this one falls by −45.3 % too, and its paths fall as far within a few points.
    """
    returns = 0.01 * autoregressive(8, 0.4, 1000) + 0.0005
    actual = simulate(skip_draws(returns, 0.0), 1, 1000, 0).facts[kernel.DRAWDOWN, 0]
    assert actual == pytest.approx(-0.453, abs=0.001)
    blocks = simulate(block_draws(returns, optimal_block(returns)), 4_000, 1000, 0).facts[kernel.DRAWDOWN]
    shuffled = simulate(shuffle_draws(returns), 4_000, 1000, 0).facts[kernel.DRAWDOWN]
    assert np.quantile(shuffled, 0.05) == pytest.approx(-0.436, abs=0.02)
    assert np.quantile(blocks, 0.05) == pytest.approx(-0.685, abs=0.04)


# Trades


@given(st.lists(st.floats(-0.5, 0.8), min_size=1, max_size=60), st.integers(0, 2**31))
@settings(max_examples=40, deadline=None)
def test_a_reshuffle_changes_the_way_and_not_the_end(returns: list[float], seed: int) -> None:
    values = np.array(returns)
    made = simulate(shuffle_draws(values), 50, len(values), seed)
    assert np.abs(made.facts[kernel.END] / np.prod(1 + values) - 1).max() < 1e-13
    assert made.facts[kernel.SUM] == pytest.approx(np.full(50, values.sum()), abs=1e-10)


def test_2000_shuffles_spread_less_than_1e_13() -> None:
    returns = 0.02 * autoregressive(7, 0.4, 1000)
    end = simulate(shuffle_draws(returns), 2_000, 1000, 0).facts[kernel.END]
    assert np.ptp(end) / end.mean() < 1e-13


def test_a_reshuffle_is_uniform() -> None:
    """Each of four trades stands in each place equally often."""
    growth = np.array([1.01, 1.02, 1.03, 1.04])
    drawn = np.rint(step_returns(simulate(shuffle_draws(growth - 1), 40_000, 4, 9)) * 100).astype(int)
    for place in drawn:
        assert np.bincount(place, minlength=5)[1:] / 40_000 == pytest.approx(np.full(4, 0.25), abs=0.01)


def test_skipped_trades_leave_the_order() -> None:
    returns = np.array([0.1, -0.2, 0.3])
    made = simulate(skip_draws(returns, 0.25), 40_000, 3, 4)
    seen = step_returns(made)
    for place, value in zip(seen, returns, strict=True):
        missed = np.abs(place) < 1e-6
        assert missed.mean() == pytest.approx(0.25, abs=0.01)
        assert place[~missed] == pytest.approx(value, abs=1e-6)
    assert simulate(skip_draws(returns, 0.0), 1, 3, 4).facts[kernel.END, 0] == pytest.approx(
        np.prod(1 + returns)
    )


def test_account_returns_multiply_to_the_accounts_growth() -> None:
    run = made_run()
    returns = account_returns(run.trades, run.initial_cash)
    assert np.prod(1 + returns) == pytest.approx(run.equity[-1] / run.initial_cash, rel=1e-12)
    mixed = run.trades.sample(frac=1, random_state=1)
    assert np.array_equal(account_returns(mixed, run.initial_cash), returns)


def test_after_ruin_nothing_is_earned() -> None:
    times = pd.date_range("2020-01-01", periods=3, tz="UTC")
    trades = pd.DataFrame(
        {"exit_time": times, "pnl": [-60.0, -50.0, 30.0], "quantity": 1.0, "entry_price": 50.0}
    )
    assert account_returns(trades, 100.0).tolist() == [-0.6, -1.0, 0.0]


# Models


def test_garch_variance_obeys_its_recursion() -> None:
    """E[σ²] of step h is ω + (α + β) times that of step h − 1 (METHOD.md §7), from a fit to a simulated GARCH."""
    rng = np.random.default_rng(5)
    omega, alpha, beta, variance = 2e-6, 0.08, 0.88, 5e-5
    returns = np.empty(4_000)
    for t in range(len(returns)):
        returns[t] = np.sqrt(variance) * rng.standard_normal()
        variance = omega + alpha * returns[t] ** 2 + beta * variance
    fitted = fit_garch(returns)
    assert fitted.alpha == pytest.approx(alpha, abs=0.03) and fitted.beta == pytest.approx(beta, abs=0.05)
    assert fitted.residuals.mean() == pytest.approx(0, abs=1e-12) and fitted.residuals.std() == pytest.approx(
        1
    )
    seen = step_returns(simulate(garch_draws(fitted), 60_000, 60, 2)).var(axis=1)
    wanted = fitted.expected_variance(60)
    assert wanted[1] == pytest.approx(fitted.omega + (fitted.alpha + fitted.beta) * wanted[0])
    assert seen[[0, 4, 19, 59]] == pytest.approx(wanted[[0, 4, 19, 59]], rel=0.03)


def test_garch_paths_cluster() -> None:
    rng = np.random.default_rng(5)
    values = rng.standard_normal(2_000) * np.exp(np.sin(np.arange(2_000) / 60)) * 0.01
    moves = np.abs(step_returns(simulate(garch_draws(fit_garch(values)), 500, 500, 2)))
    together = np.mean([np.corrcoef(path[:-1], path[1:])[0, 1] for path in moves.T])
    assert together > 0.05


def test_regimes_are_found_and_ordered_by_variance() -> None:
    rng = np.random.default_rng(2)
    wild = np.zeros(2_500, dtype=bool)
    for t in range(1, len(wild)):
        wild[t] = rng.random() < (0.95 if wild[t - 1] else 0.02)
    returns = np.where(
        wild, -0.002 + 0.03 * rng.standard_normal(2_500), 0.001 + 0.01 * rng.standard_normal(2_500)
    )
    found = fit_regimes(returns)
    assert found.deviation == pytest.approx((0.01, 0.03), rel=0.07)
    assert found.stay[0] == pytest.approx(0.98, abs=0.01) and found.stay[1] == pytest.approx(0.95, abs=0.02)
    drawn = step_returns(simulate(regime_draws(found), 2_000, 400, 1))[200:]
    share = (1 - found.stay[0]) / (2 - sum(found.stay))
    wanted = share * found.deviation[1] ** 2 + (1 - share) * found.deviation[0] ** 2
    assert drawn.var() == pytest.approx(wanted, rel=0.05)


def test_normal_numbers_are_normal() -> None:
    from scipy import stats

    from core.evaluate.monte_carlo.regimes import Regimes

    same = Regimes(0.5, (0.5, 0.5), (0.0, 0.0), (1e-3, 1e-3))
    drawn = step_returns(simulate(regime_draws(same), 2_000, 60, 1)).ravel() / 1e-3
    assert drawn.std() == pytest.approx(1, abs=0.01)
    assert stats.skew(drawn) == pytest.approx(0, abs=0.03) and stats.kurtosis(drawn) == pytest.approx(
        0, abs=0.06
    )


@pytest.mark.parametrize("fit", [fit_garch, fit_regimes])
def test_models_refuse_what_they_cannot_fit(fit) -> None:
    with pytest.raises(NotEnoughHistory, match="250 bar returns and the run has 100"):
        fit(np.ones(100))
    with pytest.raises(InputError, match="do not vary"):
        fit(np.zeros(400))


# Costs and delay


def test_the_run_priced_again_as_it_was_is_the_run() -> None:
    run = made_run()
    parts = take_apart(run.trades, run.costs, run.initial_cash, run.opens)
    assert repriced(parts) == pytest.approx(account_returns(run.trades, run.initial_cash), abs=1e-14)


def test_prices_without_costs_are_the_opens() -> None:
    run = made_run()
    parts = take_apart(run.trades, run.costs, run.initial_cash, run.opens)
    assert parts.entry == pytest.approx(run.opens.loc[run.trades["entry_time"]].to_numpy(), rel=1e-12)
    free = repriced(parts, 0.0)
    gross = parts.sign * (parts.leave / parts.entry - 1)
    assert free == pytest.approx(parts.weight * gross)


def test_more_cost_never_pays_and_delay_reads_the_bars() -> None:
    run = made_run()
    parts = take_apart(run.trades, run.costs, run.initial_cash, run.opens)
    ladder = [repriced(parts, multiple) for multiple in (0.0, 0.5, 1.0, 2.0, 5.0)]
    assert all((more <= less).all() for less, more in pairwise(ladder))
    late = repriced(parts, 1.0, 2)
    trade = run.trades.iloc[4]
    row = run.opens.index.get_loc(trade.entry_time) + 2
    friction = COSTS.half_spread + COSTS.slippage
    paid = run.opens.iloc[row] * (1 + parts.sign[4] * friction)
    wanted = parts.weight[4] * (parts.sign[4] * (trade.exit_price / paid - 1) - parts.fees[4])
    assert late[4] == pytest.approx(wanted)
    far = repriced(parts, 0.0, 1_000)
    at_exit = (
        parts.sign * (parts.leave / run.opens.loc[run.trades["exit_time"]].to_numpy() - 1) * parts.weight
    )
    assert far == pytest.approx(at_exit), "at the latest at the open of the bar of its exit"


def test_targets_leave_without_spread() -> None:
    run = made_run()
    run.trades["exit_reason"] = "take_profit"
    parts = take_apart(run.trades, run.costs, run.initial_cash)
    assert parts.leave == pytest.approx(run.trades["exit_price"].to_numpy())


def test_the_surface_falls_with_costs() -> None:
    run = made_run()
    cells = stress_surface(take_apart(run.trades, run.costs, run.initial_cash, run.opens), 0)
    in_time = [cell.total_return for cell in cells if cell.delay == 0]
    assert in_time == sorted(in_time, reverse=True) and len(cells) == 30
    as_was = next(cell for cell in cells if cell.delay == 0 and cell.cost_multiple == 1)
    assert as_was.total_return == pytest.approx(run.equity[-1] / run.initial_cash - 1)
    blind = stress_surface(take_apart(run.trades, run.costs, run.initial_cash), 0)
    assert {cell.delay for cell in blind} == {0}
