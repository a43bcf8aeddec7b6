"""Each method made ready for one run: what its steps are drawn from, and the numbers that are shown with it."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import NotEnoughHistory
from core.evaluate.monte_carlo.blocks import block_draws, optimal_block
from core.evaluate.monte_carlo.garch import fit_garch, garch_draws
from core.evaluate.monte_carlo.paths import Draws
from core.evaluate.monte_carlo.regimes import Regimes, fit_regimes, regime_draws
from core.evaluate.monte_carlo.stress import repriced, take_apart
from core.evaluate.monte_carlo.trades import account_returns, shuffle_draws, skip_draws, trade_draws
from core.records import Costs, MonteCarloRequest, PathMethod, Setting

LEAST_TRADES = 5
_MOSTLY_FLAT = (
    "In {:.0%} of the bars the account did not move (no position). This model takes them for calm markets and fits them "
    "badly: believe the block or the trade bootstrap rather."
)


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """The run that is simulated."""

    symbol: str
    timeframe: str
    strategy: str
    equity: np.ndarray
    """At each close, (n,), the first is the start."""
    trades: pd.DataFrame
    initial_cash: float
    costs: Costs
    bars_per_year: float
    opens: pd.Series | None = None
    """Of the run's bars, index date; None when they are not at hand."""


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """A method with what it is drawn from."""

    draws: Draws
    returns: np.ndarray
    """Of the run, per step, as it was."""
    block: float
    settings: tuple[Setting, ...]
    problems: tuple[str, ...] = ()


def prepare(source: Source, request: MonteCarloRequest, block: float | None = None) -> Ready:
    """Fit or choose what the method draws from.

    Args:
        block: the optimal block length of the bar returns when it is known already.

    Raises:
        InputError: the method's model does not fit this run.
        NotEnoughHistory: too few bars or trades.
    """
    if request.method.of_trades:
        if len(source.trades) < LEAST_TRADES:
            raise NotEnoughHistory(
                f"The run has {len(source.trades)} closed trades and {request.method.label.lower()} needs {LEAST_TRADES}: "
                "choose a longer run, or a method that draws bars."
            )
        return _of_trades(source, request)
    returns = np.diff(source.equity) / np.maximum(source.equity[:-1], 1e-12)
    if len(returns) < LEAST_TRADES:
        raise NotEnoughHistory(f"The run has only {len(returns)} bar returns: choose a longer one.")
    returns = np.maximum(returns, -1.0)
    chosen = request.block or block or optimal_block(returns)
    mean_block = Setting(
        "block", chosen, "Mean length of a block in bars" + ("" if request.block else ", the optimal one")
    )
    if request.method is PathMethod.BLOCKS:
        return Ready(block_draws(returns, chosen), returns, chosen, (mean_block,))
    return _of_model(returns, request, chosen)


def _of_trades(source: Source, request: MonteCarloRequest) -> Ready:
    returns = account_returns(source.trades, source.initial_cash)
    if request.method is PathMethod.TRADES:
        return Ready(trade_draws(returns), returns, 1.0, ())
    if request.method is PathMethod.SHUFFLE:
        return Ready(shuffle_draws(returns), returns, 1.0, ())
    if request.method is PathMethod.SKIP:
        share = Setting("skip", request.skip, "Share of trades missed")
        return Ready(skip_draws(returns, request.skip), returns, 1.0, (share,))
    if request.delay and source.opens is None:
        raise NotEnoughHistory(
            f"The {source.timeframe} bars of {source.symbol} are not at hand any more, so entries cannot be delayed: "
            "set the delay to 0, or fetch the bars again."
        )
    parts = take_apart(source.trades, source.costs, source.initial_cash, source.opens)
    left = repriced(parts, request.cost_multiple, request.delay)
    settings = (
        Setting("cost_multiple", request.cost_multiple, "Times the costs of the run"),
        Setting("delay", request.delay, "Bars that entries come late"),
    )
    return Ready(trade_draws(left), returns, 1.0, settings)


def _of_model(returns: np.ndarray, request: MonteCarloRequest, block: float) -> Ready:
    flat = float((returns == 0).mean())
    odd = (_MOSTLY_FLAT.format(flat),) if flat > 0.2 else ()
    if request.method is PathMethod.REGIMES:
        found = fit_regimes(returns, request.seed % 2**31)
        return Ready(regime_draws(found), returns, block, _of_states(found), odd)
    fitted = fit_garch(returns)
    settings = (
        Setting("omega", fitted.omega, "ω of the variance equation"),
        Setting("alpha", fitted.alpha, "α, weight of the last shock"),
        Setting("beta", fitted.beta, "β, weight of the last variance"),
        Setting("first_deviation", math.sqrt(fitted.variance), "Deviation of the first step"),
    )
    lasting = fitted.alpha + fitted.beta
    if lasting >= 0.9999:
        odd = (
            *odd,
            f"α + β is {lasting:.4f}: the variance has no long-run mean, and the fan widens without end.",
        )
    return Ready(garch_draws(fitted), returns, block, settings, odd)


def _of_states(found: Regimes) -> tuple[Setting, ...]:
    rows = []
    for place, name in enumerate(("calm", "wild")):
        rows += [
            Setting(f"{name}_deviation", found.deviation[place], f"Deviation of a bar in the {name} state"),
            Setting(f"{name}_mean", found.mean[place], f"Mean of a bar in the {name} state"),
            Setting(f"{name}_stay", found.stay[place], f"Chance that the {name} state goes on"),
        ]
    return tuple(rows)
