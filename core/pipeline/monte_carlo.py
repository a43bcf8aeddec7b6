"""Monte Carlo over a stored backtest: its curve, trades and bars to random paths, and the answer to the store."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.errors import UnknownId
from core.evaluate.monte_carlo import Source, monte_carlo, optimal_block, work_size
from core.instruments import resolve
from core.pipeline.at_hand import known_bars
from core.pipeline.run import Workbench
from core.records import BacktestSummary, MonteCarloRequest, MonteCarloRun, PathMethod, Timeframe
from core.store.backtests import list_backtests, read_backtest, read_backtest_bars
from core.store.monte_carlo import save_simulation

LATEST = "latest"
"""Stands for the newest backtest."""
_AT_ONCE = 200_000_000
"""Path-steps that take about a second on two cores."""
_FITTED_AT_ONCE = 1_500
"""Bars to which a hidden Markov model is fitted in about a second."""


@dataclass(frozen=True, slots=True, eq=False)
class SimulationSource:
    """A stored backtest, read and made ready to be simulated."""

    summary: BacktestSummary
    source: Source
    block: float
    """Optimal mean block length of its bar returns."""
    bar_returns: int
    trades: int


def simulation_source(bench: Workbench, backtest_id: str) -> SimulationSource:
    """Read a backtest with the opens of its bars, as far as they are at hand without the network.

    Raises:
        UnknownId: no such backtest, or none at all.
    """
    summary, curves, trades = read_backtest(bench.store, _found(bench, backtest_id))
    instrument, timeframe = resolve(summary.symbol), Timeframe(summary.timeframe)
    equity = curves["equity"].to_numpy(float)
    source = Source(
        symbol=summary.symbol,
        timeframe=summary.timeframe,
        strategy=summary.strategy,
        equity=equity,
        trades=trades,
        initial_cash=summary.initial_cash,
        costs=summary.costs,
        bars_per_year=instrument.bars_per_year(timeframe),
        opens=_opens(bench, summary, curves.index),
    )
    block = optimal_block(np.maximum(np.diff(equity) / np.maximum(equity[:-1], 1e-12), -1.0))
    return SimulationSource(summary, source, block, len(equity) - 1, len(trades))


def simulated(
    found: SimulationSource,
    request: MonteCarloRequest,
    tell: Callable[[float, str], None] | None = None,
) -> MonteCarloRun:
    """Run a simulation without storing it.

    Raises:
        InputError: something asked for is out of bounds.
        NotEnoughHistory: the backtest is too short for the method.
    """
    return monte_carlo(found.source, replace(request, backtest_id=found.summary.id), tell, found.block)


def simulate_backtest(
    bench: Workbench, simulation_id: str, request: MonteCarloRequest, tell: Callable[[float, str], None]
) -> str:
    """Run a simulation, store it and return its id."""
    tell(0.0, "reading the backtest")
    found = simulation_source(bench, request.backtest_id)
    tell(0.05, f"{request.method.label}: making ready")
    run = simulated(found, request, tell)
    tell(1.0, "storing")
    bench.store.write(save_simulation(replace(run, id=simulation_id), bench.clock()))
    return simulation_id


def at_once(found: SimulationSource, request: MonteCarloRequest) -> bool:
    """Whether a simulation takes a second or less, so that a page may wait for it."""
    if request.method is PathMethod.REGIMES and found.bar_returns > _FITTED_AT_ONCE:
        return False
    return work_size(request, found.bar_returns + 1, found.trades) <= _AT_ONCE


def _found(bench: Workbench, backtest_id: str) -> str:
    if backtest_id != LATEST:
        return backtest_id
    newest = list_backtests(bench.store, 1)
    if newest.empty:
        raise UnknownId(
            "No backtest is stored yet: run one first (page Backtest, or python -m core backtest)."
        )
    return str(newest["id"].iloc[0])


def _opens(bench: Workbench, summary: BacktestSummary, dates: pd.Index) -> pd.Series | None:
    """Open of each bar of the run: those kept with it, else those at hand; None when they cannot be had as they were."""
    bars, _ = read_backtest_bars(bench.store, summary.id)
    if bars.empty:
        timeframe = Timeframe(summary.timeframe)
        end = summary.stop + timeframe.delta
        bars = known_bars(bench, resolve(summary.symbol), timeframe, summary.source, summary.start, end)
    known = bars["open"].reindex(dates)
    return None if known.isna().any() else known
