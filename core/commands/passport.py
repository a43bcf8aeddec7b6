"""`passport`: everything about one decision."""

import argparse
import json

from core.commands.command import Answer, Command, runtime
from core.records import CycleReport
from core.store import dump
from core.views import Passport, checks_frame, passport


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", help="id of a cycle")


def _run(options: argparse.Namespace) -> Answer:
    with runtime() as opened:
        view = passport(opened.bench, options.id)
    return Answer(_text(view), json.loads(dump(CycleReport, view.report)) | {"story": list(view.story)})


def _text(view: Passport) -> str:
    report = view.report
    lines = [
        f"{report.request.symbol} {report.request.timeframe} as of {report.as_of:%Y-%m-%d %H:%M} UTC: {view.verdict.value}",
        view.words,
        *(f"  {number.label}: {number.value}" for number in view.numbers),
    ]
    if report.fused:
        lines.append("Signals")
        lines += [
            f"  {p.signal.source}: {p.contribution:+.3f}  {p.signal.reason} ({p.note})"
            for p in report.fused.parts
        ]
    for item in report.explanations:
        top = ", ".join(f"{a.feature} {a.contribution:+.3f}" for a in item.attributions[:5])
        lines.append(f"Why {item.target} over the {item.horizon} horizon: {top}")
    if report.decision and report.decision.checks:
        lines.append("Risk checks")
        lines += [
            f"  {row.passed} {row.name}: {row.meaning}"
            for row in checks_frame(report.decision.checks).itertuples()
        ]
    return "\n".join([*lines, *view.story])


PASSPORT = Command("passport", "Everything about one decision.", _arguments, _run)
