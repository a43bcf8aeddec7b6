"""Jobs that put things into words, and those of language models."""

from datetime import timedelta

from core.errors import InputError, LlmError
from core.jobs import JobContext
from core.pipeline import Workbench


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
