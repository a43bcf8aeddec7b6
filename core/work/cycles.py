"""Jobs about one asset now: its data, its texts, its cycle, and its book."""

from core.autopilot.stepping import BY
from core.errors import GlassboxError
from core.instruments import resolve
from core.jobs import JobContext
from core.moments import moment
from core.pipeline import Workbench, prepare, run_cycle
from core.pipeline.collecting import fetch
from core.pipeline.news import fetch_news
from core.pipeline.trading import settle_world
from core.records import CycleRequest, Mode, Timeframe
from core.store.visits import save_visit


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
    report = run_cycle(request, bench, context.id, on_progress=context.progress, check=context.check)
    context.said = report.decision.words if report.decision else report.stages[-1].summary
    if asked.get("by") != BY:  # visits tell what people look at
        bench.store.write(save_visit(resolve(request.symbol).symbol, bench.clock()))
    elif report.failed:
        raise GlassboxError(f"Cycle {report.id} of {report.request.symbol} failed: {context.said}")
    return report.id


def signals_work(context: JobContext, bench: Workbench) -> str:
    """Arguments symbols (joined by commas, or empty), timeframe, source: judge many assets and rank them."""
    from core.pipeline.many_assets import scan

    asked = context.arguments
    symbols = [symbol.strip() for symbol in asked.get("symbols", "").split(",") if symbol.strip()]
    return scan(
        bench, context.id, symbols, Timeframe(asked["timeframe"]), asked["source"], context.progress
    ).id


def forecast_work(context: JobContext, bench: Workbench) -> str:
    """Arguments symbol, timeframe, source: make ready what a cycle needs before its signals."""
    asked = context.arguments
    request = CycleRequest(asked["symbol"], Timeframe(asked["timeframe"]), asked["source"], None, Mode.PAPER)
    forecasts = prepare(request, bench, context.progress, context.check)
    said = ", ".join(f"{item.horizon} {item.direction.word}" for item in forecasts) or "too little history"
    context.progress(1.0, f"Forecasts of {request.symbol}: {said}.")
    return request.symbol


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


def score_work(context: JobContext, bench: Workbench) -> str:
    """Arguments symbols (joined by commas), days (empty: as a cycle reads), at (ISO moment in the sample, or empty)."""
    from core.llm import Purse
    from core.pipeline.text_scoring import score_texts

    asked = context.arguments
    symbols = [symbol.strip() for symbol in asked["symbols"].split(",") if symbol.strip()]
    days = float(asked["days"]) if asked.get("days") else None
    purse = Purse(bench.settings.llm, context.id, context.check)
    scored = score_texts(bench, symbols, context.progress, purse, days, moment(asked.get("at", "")))
    context.progress(1.0, scored.words)
    return asked["symbols"]


def settle_work(context: JobContext, bench: Workbench) -> str:
    """Argument world: bring its book up to date."""
    context.progress(1.0, settle_world(bench, context.arguments["world"], context.progress))
    return context.arguments["world"]
