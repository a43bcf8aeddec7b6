"""`summary`: what happened on one day, in words."""

import argparse
import json

from core.commands.command import Answer, Command, runtime
from core.llm import Purse
from core.records import DayFacts, DaySummary
from core.store import dump


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("day", nargs="?", default="", help="YYYY-MM-DD in UTC (default: today)")


def _run(options: argparse.Namespace) -> Answer:
    from core.pipeline.day_summary import day_summary, read_day

    with runtime() as opened:
        day = read_day(options.day) if options.day else opened.bench.clock().date()
        summary = day_summary(opened.bench, day, Purse(opened.settings.llm))
    data = {"words": summary.words, "by": summary.by, "note": summary.told.note}
    return Answer(_text(summary), data | {"facts": json.loads(dump(DayFacts, summary.facts))})


def _text(summary: DaySummary) -> str:
    who = (
        f"Written by {summary.by}."
        if summary.by
        else f"Written without a language model. {summary.told.note}"
    )
    return f"{summary.words}\n\n{who}"


SUMMARY = Command("summary", "What happened on one day, in words.", _add, _run)
