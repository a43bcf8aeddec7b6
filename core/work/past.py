"""Jobs about what was: backtests, searches, random paths, and cycles run again."""

from core.jobs import JobContext
from core.pipeline import Workbench
from core.pipeline.backtest_request import read_request
from core.pipeline.backtesting import run_request
from core.pipeline.monte_carlo import simulate_backtest
from core.records import MonteCarloRequest
from core.store import load


def backtest_work(context: JobContext, bench: Workbench) -> str:
    """Arguments: see core.pipeline.backtest_request.read_request."""
    return run_request(bench, context.id, read_request(context.arguments, bench.settings), context.progress)


def optimise_work(context: JobContext, bench: Workbench) -> str:
    """Arguments: see core.pipeline.search_request.read_search_request. The search takes the job's id."""
    from core.pipeline.search_request import read_search_request
    from core.pipeline.searching import search  # brings scipy

    request = read_search_request(context.arguments, bench.settings)
    return search(bench, context.id, request, context.progress, context.check)


def montecarlo_work(context: JobContext, bench: Workbench) -> str:
    """Argument request: a MonteCarloRequest as JSON. The simulation takes the job's id."""
    request = load(MonteCarloRequest, context.arguments["request"])
    return simulate_backtest(bench, context.id, request, context.progress)


def replay_work(context: JobContext, bench: Workbench) -> str:
    """Argument cycle: run it again from what is stored. The result is «identical» or the stage that differs."""
    from core.pipeline.replaying import replay

    found = replay(bench, context.arguments["cycle"], context.progress)
    context.progress(1.0, found.words)
    first = found.first_difference
    return "identical" if first is None else first.stage


def flip_work(context: JobContext, bench: Workbench) -> str:
    """Argument cycle: search for the smallest change of its inputs that would have changed its decision."""
    from core.pipeline.flip import flip_of_cycle  # brings the models

    return flip_of_cycle(bench, context.arguments["cycle"], context.progress).cycle_id
