"""What each kind of job does; the pages, the command line and later the autopilot submit the same ones."""

from collections.abc import Callable
from datetime import datetime

from core.errors import InputError
from core.instruments import resolve
from core.jobs import JobContext
from core.pipeline import Workbench, run_cycle
from core.pipeline.backtesting import backtest
from core.pipeline.collecting import fetch
from core.pipeline.news import fetch_news
from core.pipeline.trading import settle_world
from core.records import CycleRequest, Mode, Timeframe

Work = Callable[[JobContext, Workbench], str | None]
"""Does the work of one job and returns the id of its result."""


def cycle_work(context: JobContext, bench: Workbench) -> str:
    """Arguments symbol, timeframe, source, as_of (ISO or empty), mode. The cycle takes the job's id."""
    asked = context.arguments
    request = CycleRequest(
        symbol=asked["symbol"],
        timeframe=Timeframe(asked["timeframe"]),
        source=asked["source"],
        as_of=_moment(asked.get("as_of", "")),
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
    """Arguments symbol, timeframe, source, strategy, start, stop (ISO or empty), parameters (JSON)."""
    asked = context.arguments
    start, stop = _moment(asked.get("start", "")), _moment(asked.get("stop", ""))
    if start and stop and start >= stop:
        raise InputError(f"The dates are swapped: {start:%Y-%m-%d} is not before {stop:%Y-%m-%d}.")
    return backtest(
        bench, context.id, resolve(asked["symbol"]), Timeframe(asked["timeframe"]), asked["source"],
        asked["strategy"], start, stop, context.progress,
    )  # fmt: skip


HANDLERS: dict[str, Work] = {
    "cycle": cycle_work,
    "fetch": fetch_work,
    "news": news_work,
    "settle": settle_work,
    "backtest": backtest_work,
}


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
