"""What each kind of job does; the pages, the command line and later the autopilot submit the same ones."""

from collections.abc import Callable

from core.instruments import resolve
from core.jobs import JobContext
from core.moments import moment
from core.pipeline import Workbench, run_cycle
from core.pipeline.backtest_request import read_request
from core.pipeline.backtesting import run_request
from core.pipeline.collecting import fetch
from core.pipeline.monte_carlo import simulate_backtest
from core.pipeline.news import fetch_news
from core.pipeline.trading import settle_world
from core.records import CycleRequest, Mode, MonteCarloRequest, Timeframe
from core.store import load

Work = Callable[[JobContext, Workbench], str | None]
"""Does the work of one job and returns the id of its result."""


def cycle_work(context: JobContext, bench: Workbench) -> str:
    """Arguments symbol, timeframe, source, as_of (ISO or empty), mode. The cycle takes the job's id."""
    asked = context.arguments
    request = CycleRequest(
        symbol=asked["symbol"],
        timeframe=Timeframe(asked["timeframe"]),
        source=asked["source"],
        as_of=moment(asked.get("as_of", "")),
        mode=Mode(asked.get("mode", Mode.PAPER.value)),
    )
    return run_cycle(request, bench, context.id, on_progress=context.progress).id


def fetch_work(context: JobContext, bench: Workbench) -> str:
    """Arguments symbol, timeframe, source."""
    asked = context.arguments
    words = fetch(
        bench, resolve(asked["symbol"]), Timeframe(asked["timeframe"]), asked["source"], context.progress
    )
    context.progress(1.0, words)
    return asked["symbol"]


def news_work(context: JobContext, bench: Workbench) -> str:
    """Argument symbol: ask the sources of text and mood."""
    symbol = context.arguments["symbol"]
    context.progress(1.0, fetch_news(bench, resolve(symbol), context.progress))
    return symbol


def settle_work(context: JobContext, bench: Workbench) -> str:
    """Argument world: bring its book up to date."""
    context.progress(1.0, settle_world(bench, context.arguments["world"], context.progress))
    return context.arguments["world"]


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


HANDLERS: dict[str, Work] = {
    "cycle": cycle_work,
    "fetch": fetch_work,
    "news": news_work,
    "settle": settle_work,
    "backtest": backtest_work,
    "optimise": optimise_work,
    "montecarlo": montecarlo_work,
}
