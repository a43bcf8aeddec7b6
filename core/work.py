"""What each kind of job does; the pages, the command line and later the autopilot submit the same ones."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from core.autopilot.stepping import BY, stepped
from core.errors import GlassboxError, InputError, LlmError
from core.instruments import resolve
from core.jobs import JobContext
from core.moments import moment
from core.pipeline import Workbench, prepare, run_cycle
from core.pipeline.backtest_request import read_request
from core.pipeline.backtesting import run_request
from core.pipeline.collecting import fetch
from core.pipeline.monte_carlo import simulate_backtest
from core.pipeline.news import fetch_news
from core.pipeline.trading import settle_world
from core.records import CycleRequest, Mode, ModelStatus, MonteCarloRequest, Timeframe
from core.store import load
from core.store.visits import save_visit

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
    report = run_cycle(request, bench, context.id, on_progress=context.progress, check=context.check)
    context.said = report.decision.words if report.decision else report.stages[-1].summary
    if asked.get("by") != BY:  # visits tell what people look at
        bench.store.write(save_visit(resolve(request.symbol).symbol, bench.clock()))
    elif report.failed:
        raise GlassboxError(f"Cycle {report.id} of {report.request.symbol} failed: {context.said}")
    return report.id


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


def nulltest_work(context: JobContext, bench: Workbench) -> str:
    """Arguments: see core.pipeline.validation_request.read_validation_request; and seeds. The run takes the job's id."""
    from core.pipeline.null_tests import null_tests
    from core.pipeline.validation_request import read_validation_request

    request = read_validation_request(context.arguments, bench.settings.predict)
    seeds = int(context.arguments.get("seeds", "20"))
    return null_tests(bench, context.id, request, seeds, context.progress).id


def paths_work(context: JobContext, bench: Workbench) -> str:
    """Arguments: see core.pipeline.validation_request.read_validation_request. The run takes the job's id."""
    from core.pipeline.path_validation import cross_validate
    from core.pipeline.validation_request import read_validation_request

    request = read_validation_request(context.arguments, bench.settings.predict)
    return cross_validate(bench, context.id, request, context.progress).id


def train_work(context: JobContext, bench: Workbench) -> str:
    """Arguments symbol, timeframe, source, as_of (ISO or empty), status (champion or challenger): train every horizon."""
    from core.pipeline.training import train_now  # brings the libraries of the models

    asked = context.arguments
    instrument = resolve(asked["symbol"])
    train_now(
        bench, instrument, Timeframe(asked["timeframe"]), asked["source"], moment(asked.get("as_of", "")),
        context.progress, ModelStatus(asked.get("status", ModelStatus.CHAMPION.value)),
    )  # fmt: skip
    return instrument.symbol


def drift_work(context: JobContext, bench: Workbench) -> str:
    """Arguments symbol, timeframe, source, as_of (ISO or empty), measure (of contests): check champions and contests."""
    from core.pipeline.model_checks import check_models

    asked = context.arguments
    instrument = resolve(asked["symbol"])
    check_models(
        bench, instrument, Timeframe(asked["timeframe"]), asked["source"], moment(asked.get("as_of", "")),
        asked.get("measure", "log_loss"), context.progress,
    )  # fmt: skip
    return instrument.symbol


def tune_work(context: JobContext, bench: Workbench) -> str:
    """Arguments: see core.pipeline.tuning.read_tuning_request. The run takes the job's id."""
    from core.pipeline.tuning import read_tuning_request, tune_models  # brings optuna

    request = read_tuning_request(context.arguments, bench.settings.predict)
    return tune_models(bench, context.id, request, context.progress, context.check)


def improve_work(context: JobContext, bench: Workbench) -> str:
    """Arguments: see core.pipeline.improving.asked.read_asked. Runs begin with the job's id."""
    from core.pipeline.improving import improve, read_asked  # brings optuna

    asked = read_asked(bench, context.arguments)
    context.progress(1.0, improve(bench, context.id, asked, context.progress, context.check))
    return context.id


def agent_work(context: JobContext, bench: Workbench) -> str:
    """Arguments: see core.pipeline.agent_request.read_agent_request; or resume: id of a run to go on with.

    The training takes the job's id.
    """
    from core.pipeline.agent_request import read_agent_request, resumed_request
    from core.pipeline.agent_training import train_agent  # brings numba and the trees

    asked = context.arguments
    request = (
        resumed_request(bench, asked["resume"])
        if asked.get("resume")
        else read_agent_request(asked, bench.settings.agent)
    )
    return train_agent(bench, context.id, request, context.progress, context.check)


def llm_test_work(context: JobContext, bench: Workbench) -> str:
    """Ask the language model one tiny question; returns the name of the model."""
    from core.llm.wire import probe  # brings pydantic's and openai's weight

    model = bench.llm
    if model is None:
        raise InputError("No language model is configured: choose a preset in the settings.")
    if model.wire is None:
        raise InputError(model.fault)
    context.progress(0.1, f"asking {model.endpoint.name}")
    found = probe(model.wire, context.check)
    if not found.ok:
        raise LlmError(found.words)
    context.progress(1.0, found.words)
    return found.model


def preload_work(context: JobContext, bench: Workbench) -> str:
    """Score texts of assets that are about to be looked at."""
    from core.pipeline.preloading import preload

    context.progress(1.0, preload(bench, context.progress, context.check))
    return "preload"


def words_work(context: JobContext, bench: Workbench) -> str:
    """Arguments cycle, symbol (for the list of jobs): tell in plain words why it decided as it did."""
    from core.pipeline.in_words import explain_cycle

    return explain_cycle(bench, context.arguments["cycle"], context.progress, context.check).subject


def summary_work(context: JobContext, bench: Workbench) -> str:
    """Argument day (YYYY-MM-DD, UTC): tell in plain words what happened."""
    from core.llm import Purse
    from core.pipeline.day_summary import day_summary, read_day

    purse = Purse(bench.settings.llm, check=context.check)
    return day_summary(bench, read_day(context.arguments["day"]), purse, context.progress).told.subject


def report_work(context: JobContext, bench: Workbench) -> str:
    """Argument day (YYYY-MM-DD, UTC; empty: the day before): analyse it and keep the report."""
    from core.llm import Purse
    from core.pipeline.daily_analysis import write_report
    from core.pipeline.day_summary import read_day

    asked = context.arguments.get("day", "")
    day = read_day(asked) if asked else bench.clock().date() - timedelta(days=1)
    purse = Purse(bench.settings.llm, check=context.check)
    return write_report(bench, day, purse, context.progress, context.check).day.isoformat()


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


def signals_work(context: JobContext, bench: Workbench) -> str:
    """Arguments symbols (joined by commas, or empty), timeframe, source: judge many assets and rank them."""
    from core.pipeline.many_assets import scan

    asked = context.arguments
    symbols = [symbol.strip() for symbol in asked.get("symbols", "").split(",") if symbol.strip()]
    return scan(
        bench, context.id, symbols, Timeframe(asked["timeframe"]), asked["source"], context.progress
    ).id


def backup_work(context: JobContext, bench: Workbench) -> str:
    """Argument folder (empty: data/backups): copy the database, check the copy, forget old ones."""
    from core.store.backup import back_up
    from core.store.copies import forget_copies

    folder = Path(context.arguments.get("folder") or bench.settings.backup_dir)
    context.progress(0.1, f"copying the database to {folder}")
    copy = back_up(bench.store, folder, bench.clock())
    forget_copies(folder)
    context.progress(1.0, copy.words)
    return str(copy.path)


def _recorded(work: Work) -> Work:
    """The work, which leaves a row when the autopilot asked for it."""
    return lambda context, bench: stepped(context, bench, work)


HANDLERS: dict[str, Work] = {
    "cycle": _recorded(cycle_work),
    "signals": signals_work,
    "fetch": _recorded(fetch_work),
    "forecast": _recorded(forecast_work),
    "news": news_work,
    "score": score_work,
    "settle": _recorded(settle_work),
    "backtest": backtest_work,
    "optimise": optimise_work,
    "montecarlo": montecarlo_work,
    "nulltest": nulltest_work,
    "paths": paths_work,
    "train": train_work,
    "drift": drift_work,
    "tune": tune_work,
    "improve": improve_work,
    "agent": agent_work,
    "replay": replay_work,
    "flip": flip_work,
    "llm_test": llm_test_work,
    "preload": preload_work,
    "backup": backup_work,
    "words": words_work,
    "summary": summary_work,
    "report": report_work,
}

URGENT = frozenset({"settle"})
"""Kinds that guard what is held: stops and targets never wait behind a search or a training."""

PATIENT = frozenset(
    {
        "backtest", "optimise", "montecarlo", "nulltest", "paths", "train", "drift", "tune", "agent", "replay", "flip",
        "preload", "backup", "words", "summary", "report", "improve",
    }
)  # fmt: skip
"""Kinds that take long or can wait: they have threads of their own, so that no cycle waits behind a night's work."""
