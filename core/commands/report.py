"""`report`: the analysis of one day, printed as plain text or written to a file."""

import argparse
import json
from datetime import date, timedelta
from pathlib import Path

from core.commands.command import Answer, Command, WrittenFile, runtime
from core.errors import InputError
from core.llm import Purse
from core.runtime import Runtime
from core.store import dump


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("day", nargs="?", default="", help="YYYY-MM-DD in UTC (default: yesterday)")
    parser.add_argument(
        "--write", metavar="FILE", default="", help="keep it as FILE.md or FILE.html instead of printing it"
    )
    parser.add_argument(
        "--stored", action="store_true", help="show the stored report instead of writing it again"
    )


def _run(options: argparse.Namespace) -> Answer:
    from core.pipeline.day_summary import read_day

    target = _target(options.write)
    with runtime() as opened:
        yesterday = opened.bench.clock().date() - timedelta(days=1)
        return _told(opened, read_day(options.day) if options.day else yesterday, target, options.stored)


def _told(opened: Runtime, day: date, target: Path | None, stored: bool) -> Answer:
    from core.pipeline.daily_analysis import write_report
    from core.records import DailyReport
    from core.report.day_markdown import bare
    from core.views.reports import html, markdown, report_view, view_of

    if stored:
        view = report_view(opened.bench, day)
    else:
        view = view_of(write_report(opened.bench, day, Purse(opened.settings.llm)))
    files: tuple[WrittenFile, ...] = ()
    text = bare(markdown(view))
    if target is not None:
        files = (WrittenFile(target, html(view) if target.suffix == ".html" else markdown(view)),)
        text = f"{view.words}\n\nWritten to {target}."
    data = {"day": day.isoformat(), "file": str(target or ""), "words": view.words}
    return Answer(text.rstrip(), data | {"report": json.loads(dump(DailyReport, view.report))}, files=files)


def _target(name: str) -> Path | None:
    if not name:
        return None
    target = Path(name)
    if target.suffix not in (".md", ".html"):
        raise InputError(f"{name} names no kind of report: let the file end in .md or .html.")
    return target


REPORT = Command(
    "report",
    "The analysis of one day; as Markdown or HTML with --write.",
    _add,
    _run,
    written=frozenset({"write"}),
)
