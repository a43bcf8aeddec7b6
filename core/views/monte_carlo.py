"""A simulation with its headline numbers, and the recipe that repeats it."""

from dataclasses import dataclass

from core.pipeline import Workbench
from core.pipeline.monte_carlo import SimulationSource, at_once, simulated, simulation_source
from core.records import Chance, MonteCarloRequest, MonteCarloRun, PathMethod
from core.store.monte_carlo import list_simulations, read_simulation
from core.views.number import Number, percent, plain


@dataclass(frozen=True, slots=True, eq=False)
class MonteCarloView:
    """Everything the Monte Carlo page draws."""

    run: MonteCarloRun
    numbers: tuple[Number, ...]
    recipe: str
    """Method, block, seed and number of paths: what is needed to get the same again."""


def monte_carlo_source(bench: Workbench, backtest_id: str) -> SimulationSource:
    """A stored backtest made ready to be simulated.

    Raises:
        UnknownId: no such backtest.
    """
    return simulation_source(bench, backtest_id)


def monte_carlo_at_once(found: SimulationSource, request: MonteCarloRequest) -> bool:
    """Whether a page may wait for it."""
    return at_once(found, request)


def monte_carlo(found: SimulationSource, request: MonteCarloRequest) -> MonteCarloView:
    """Simulate now, without storing.

    Raises:
        InputError: something asked for is out of bounds.
        NotEnoughHistory: the backtest is too short for the method.
    """
    return _view(simulated(found, request))


def stored_monte_carlo(bench: Workbench, simulation_id: str) -> MonteCarloView:
    """A simulation that a job stored.

    Raises:
        UnknownId: no such simulation.
    """
    return _view(read_simulation(bench.store, simulation_id))


def monte_carlo_runs(bench: Workbench, backtest_id: str) -> dict[str, str]:
    """Stored simulations of one backtest, newest first: id → words."""
    return {
        str(row.id): f"{PathMethod(str(row.method)).label} · {row.created_at:%Y-%m-%d %H:%M:%S} UTC"
        for row in list_simulations(bench.store, backtest_id).itertuples()
    }


def recipe(run: MonteCarloRun) -> str:
    """Method, its numbers, seed and N in one line."""
    numbers = ", ".join(f"{item.name.replace('_', ' ')} {item.value:.4g}" for item in run.settings)
    parts = [
        run.request.method.label,
        *([numbers] if numbers else []),
        f"seed {run.request.seed}",
        f"N = {run.request.paths:,} paths × {run.horizon:,} {run.step}s",
        f"{run.seconds:.2f} s",
    ]
    return " · ".join(parts)


def _view(run: MonteCarloRun) -> MonteCarloView:
    return MonteCarloView(run, _numbers(run), recipe(run))


def _numbers(run: MonteCarloRun) -> tuple[Number, ...]:
    end, fall, under = (run.distribution(name) for name in ("end", "drawdown", "under_water"))
    asked = run.request
    interval = f"{plain(run.sharpe_low)} … {plain(run.sharpe_high)}" if run.sharpe_low is not None else "–"
    own = next((item for item in run.distributions if item.name == "sharpe"), None)
    return (
        Number("Median end", percent(end.p50 - 1, 1), f"Change of the account at the end. Half of the paths end higher. Nine of ten end between {percent(end.p5 - 1, 1)} and {percent(end.p95 - 1, 1)}.", _run(None if end.actual is None else percent(end.actual - 1, 1))),
        Number("Chance of loss", _chance(run.loss), "Share of paths that end below their start, with its standard error.", _error(run.loss)),
        Number("Drawdown, 1 in 20", percent(fall.p5, 1), f"One path in twenty falls at least that much from a peak; the median path {percent(fall.p50, 1)}.", _run(None if fall.actual is None else percent(fall.actual, 1))),
        Number(f"Falls more than {percent(asked.drawdown_limit, 0)}", _chance(run.deep), "Share of paths that ever fall more than that from a peak, with its standard error.", _error(run.deep)),
        Number("Risk of ruin", _chance(run.ruin), f"Share of paths that ever stand at {asked.ruin:.0%} of the start or less, with its standard error.", _error(run.ruin)),
        Number(f"Reaches {percent(asked.goal, 0)}", _chance(run.goal), f"Share of paths that reach {asked.goal:.0%} of the start before ruin; at the end {_chance(run.goal_end)} stand there. Standard error {_error(run.goal)}.", f"at the end {_chance(run.goal_end)}"),
        Number("Under water, 1 in 20", f"{under.p95:,.0f} {run.step}s", f"One path in twenty stays below a former peak at least that long; the median path {under.p50:,.0f} {run.step}s.", _run(None if under.actual is None else f"{under.actual:,.0f}")),
        Number("Sharpe, 95 % of paths", interval, "Yearly Sharpe ratio, risk-free rate 0: between the 2.5th and the 97.5th percentile of the paths. When it holds 0, there is no evidence of an edge.", _run(None if own is None or own.actual is None else plain(own.actual))),
    )  # fmt: skip


def _run(value: str | None) -> str | None:
    return None if value is None else f"run {value}"


def _chance(chance: Chance) -> str:
    return percent(chance.value, 1 if chance.value >= 0.001 or chance.value == 0 else 2)


def _error(chance: Chance) -> str:
    return f"± {percent(chance.error, 2)}"
