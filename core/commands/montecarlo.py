"""`montecarlo`: what else could have happened to a stored backtest."""

import argparse
import json

from core.commands.command import Answer, Command, runtime
from core.commands.cycle import finish
from core.evaluate.monte_carlo import check
from core.pipeline.monte_carlo import LATEST
from core.records import MonteCarloRequest, MonteCarloRun, PathMethod
from core.store import dump
from core.views.monte_carlo import MonteCarloView, stored_monte_carlo


def _arguments(parser: argparse.ArgumentParser) -> None:
    usual = MonteCarloRequest("")
    parser.add_argument("backtest", metavar="BACKTEST_ID|latest", help="id of a stored backtest, or latest")
    methods = [method.value for method in PathMethod]
    parser.add_argument("--method", default=usual.method.value, choices=methods, help="how paths are drawn")
    parser.add_argument(
        "--paths", type=int, default=usual.paths, help=f"number of paths (default {usual.paths:,})"
    )
    parser.add_argument(
        "--horizon", type=int, default=0, help="bars or trades (default: as many as the run has)"
    )
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same paths (default 0)")
    parser.add_argument(
        "--ruin", type=float, default=usual.ruin, help="level of ruin, share of the start (default 0.5)"
    )
    parser.add_argument(
        "--goal", type=float, default=usual.goal, help="level to reach, share of the start (default 1.5)"
    )
    parser.add_argument(
        "--drawdown", type=float, default=usual.drawdown_limit, help="drawdown limit (default 0.3)"
    )
    parser.add_argument(
        "--block", type=float, default=0.0, help="mean block in bars (default: the optimal one)"
    )
    parser.add_argument("--skip", type=float, default=usual.skip, help="share of trades missed (default 0.1)")
    parser.add_argument(
        "--costs", type=float, default=usual.cost_multiple, help="stress: times the costs (default 2)"
    )
    parser.add_argument(
        "--delay", type=int, default=usual.delay, help="stress: bars that entries come late (default 1)"
    )


def _run(options: argparse.Namespace) -> Answer:
    request = MonteCarloRequest(
        backtest_id=options.backtest,
        method=PathMethod(options.method),
        paths=options.paths,
        horizon=options.horizon,
        seed=options.seed,
        ruin=options.ruin,
        goal=options.goal,
        drawdown_limit=options.drawdown,
        block=options.block,
        skip=options.skip,
        cost_multiple=options.costs,
        delay=options.delay,
    )
    check(request)
    with runtime() as opened:
        arguments = {"request": dump(MonteCarloRequest, request)}
        job = finish(opened, opened.jobs.submit("montecarlo", arguments))
        view = stored_monte_carlo(opened.bench, job.result_id or job.id)
    return Answer(_text(view), json.loads(dump(MonteCarloRun, view.run)))


def _text(view: MonteCarloView) -> str:
    run = view.run
    lines = [f"{run.strategy} on {run.symbol} {run.timeframe}", f"  {view.recipe}", "", run.headline, ""]
    lines += [f"  {n.label:<22} {n.value:>16}  {n.delta or ''}" for n in view.numbers]
    lines += [f"  ! {problem}" for problem in run.problems]
    return "\n".join([*lines, "Cannot show:", *(f"  - {line}" for line in run.limits)])


MONTECARLO = Command(
    "montecarlo", f"Random paths of a stored backtest ({LATEST}: the newest one).", _arguments, _run
)
"""The command."""
