"""One whole simulation of a run: the method made ready, the paths, and what they answer."""

import time
from dataclasses import replace

import numpy as np

from core.errors import InputError
from core.evaluate.monte_carlo.measuring import as_path, chance, distributions, fan, run_levels
from core.evaluate.monte_carlo.paths import Paths, Tell, simulate
from core.evaluate.monte_carlo.preparing import LEAST_TRADES, Ready, Source, prepare
from core.evaluate.monte_carlo.sizing import size_curve
from core.evaluate.monte_carlo.stress import stress_surface, take_apart
from core.evaluate.monte_carlo.wording import headline, limits
from core.records import MonteCarloRequest, MonteCarloRun, PathMethod, SizeCurve, StressCell

MOST_STEPS = 4_000_000_000
"""Path-steps of one simulation."""


def monte_carlo(
    source: Source, request: MonteCarloRequest, tell: Tell | None = None, block: float | None = None
) -> MonteCarloRun:
    """Run it.

    Args:
        source: the stored run.
        tell: told the share done; may raise to stop.
        block: the optimal block length of the bar returns when it is known already.

    Raises:
        InputError: something asked for is out of bounds.
        NotEnoughHistory: the run has too few bars or trades for the method.
    """
    begun = time.perf_counter()
    check(request)
    ready = prepare(source, request, block)
    run_steps = len(ready.returns)
    horizon = _horizon(request, ready)
    yearly = _steps_per_year(source, request.method, run_steps)
    step = "trade" if request.method.of_trades else "bar"
    paths = simulate(
        ready.draws, request.paths, horizon, request.seed, request.ruin, request.goal,
        tell=None if tell is None else lambda done, words: tell(0.8 * done, words),
    )  # fmt: skip
    actual = as_path(ready.returns, horizon, request.ruin, request.goal)
    sizes = _sizes(ready, request, step, horizon)
    if tell is not None:
        tell(0.95, "pricing the trades with other costs and delays")
    made = _record(source, request, ready, paths, actual, step, yearly, sizes, _stress(source, request))
    made = replace(made, headline=headline(made))
    return replace(made, seconds=time.perf_counter() - begun)


def check(request: MonteCarloRequest) -> None:
    """Refuse what makes no sense.

    Raises:
        InputError: with the bounds.
    """
    bounds = (
        ("paths", request.paths, 100, 1_000_000), ("horizon", request.horizon, 0, 1_000_000),
        ("seed", request.seed, 0, 2**63 - 1), ("ruin", request.ruin, 0.0, 0.999), ("goal", request.goal, 1.001, 1e6),
        ("drawdown_limit", request.drawdown_limit, 0.001, 1.0), ("block", request.block, 0.0, 1e6),
        ("skip", request.skip, 0.0, 0.95), ("cost_multiple", request.cost_multiple, 0.0, 100.0),
        ("delay", request.delay, 0, 1_000),
    )  # fmt: skip
    for name, value, low, high in bounds:
        if not low <= value <= high:
            raise InputError(f"{name} is {value:g}: choose {low:g} to {high:g}.")


def work_size(request: MonteCarloRequest, bars: int, trades: int) -> int:
    """Path-steps that a request means for a run of that many bars and trades."""
    steps = request.horizon or (trades if request.method.of_trades else bars - 1)
    return request.paths * max(steps, 1)


def _horizon(request: MonteCarloRequest, ready: Ready) -> int:
    horizon = request.horizon or (ready.draws.longest or len(ready.returns))
    if ready.draws.longest is not None and horizon > ready.draws.longest:
        raise InputError(
            f"{request.method.label} cannot go on for {horizon} trades: the run has {ready.draws.longest}. "
            "Choose a shorter horizon, or the trade bootstrap."
        )
    if request.paths * horizon > MOST_STEPS:
        raise InputError(
            f"{request.paths:,} paths of {horizon:,} steps are too many (at most {MOST_STEPS // horizon:,} paths at this "
            "horizon): choose fewer paths or a shorter horizon."
        )
    return horizon


def _steps_per_year(source: Source, method: PathMethod, run_steps: int) -> float:
    if not method.of_trades:
        return source.bars_per_year
    return run_steps / max((len(source.equity) - 1) / source.bars_per_year, 1e-9)


def _sizes(ready: Ready, request: MonteCarloRequest, step: str, horizon: int) -> SizeCurve:
    own = ready.draws.values - 1.0 if request.method is PathMethod.STRESS else ready.returns
    return size_curve(own, ready.block, step, horizon, min(request.paths, 2_000), request.seed, request.ruin)


def _stress(source: Source, request: MonteCarloRequest) -> tuple[StressCell, ...]:
    if len(source.trades) < LEAST_TRADES:
        return ()
    return stress_surface(
        take_apart(source.trades, source.costs, source.initial_cash, source.opens), request.seed
    )


def _record(
    source: Source, request: MonteCarloRequest, ready: Ready, paths: Paths, actual: Paths | None, step: str,
    yearly: float, sizes: SizeCurve, stress: tuple[StressCell, ...],
) -> MonteCarloRun:  # fmt: skip
    from core.evaluate.monte_carlo.kernel import DRAWDOWN, END, REACHED, RUINED
    from core.evaluate.monte_carlo.measuring import yearly_sharpe

    end, ruined, reached = paths.facts[END], paths.facts[RUINED], paths.facts[REACHED]
    ratios = yearly_sharpe(paths, yearly)
    ratios = ratios[np.isfinite(ratios)]
    low, high = (float(x) for x in np.quantile(ratios, (0.025, 0.975))) if len(ratios) else (None, None)
    return MonteCarloRun(
        id="",
        request=request,
        symbol=source.symbol,
        timeframe=source.timeframe,
        strategy=source.strategy,
        step=step,
        horizon=paths.horizon,
        run_steps=len(ready.returns),
        settings=ready.settings,
        fan=fan(paths, run_levels(ready.returns, paths.steps)),
        distributions=distributions(paths, actual, step, yearly),
        loss=chance(end < 1.0),
        deep=chance(paths.facts[DRAWDOWN] < -request.drawdown_limit),
        ruin=chance(ruined > 0),
        goal=chance((reached > 0) & ((ruined == 0) | (reached < ruined))),
        goal_end=chance(end >= request.goal),
        sharpe_low=low,
        sharpe_high=high,
        sizes=sizes,
        stress=stress,
        headline="",
        problems=ready.problems,
        limits=limits(request.method),
        seconds=0.0,
    )
