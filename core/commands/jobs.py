"""`jobs`: long work that was submitted by a page, the autopilot, REST or a command."""

import argparse
import json
from dataclasses import asdict

from core.commands.command import Answer, Command, runtime
from core.commands.cycle import finish
from core.errors import InputError
from core.store.jobs import JobRow, list_jobs


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(what="list", limit=20)
    actions = parser.add_subparsers(dest="what", metavar="list|show|cancel|submit", help="default: list")
    listing = actions.add_parser("list", help="the newest first")
    listing.add_argument("--limit", type=int, default=20, help="jobs to list (default 20)")
    actions.add_parser("show", help="one job with its log").add_argument("id")
    actions.add_parser("cancel", help="ask a job to stop at its next step").add_argument("id")
    submit = actions.add_parser("submit", help="queue work by its kind, and wait for it")
    submit.add_argument("kind", help="fetch, cycle, train, backup … ")
    submit.add_argument("arguments", nargs="*", metavar="NAME=VALUE")
    for sub in actions.choices.values():
        sub.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON object"
        )


def _run(options: argparse.Namespace) -> Answer:
    with runtime() as opened:
        if options.what == "submit":
            row = finish(opened, opened.jobs.submit(options.kind, _pairs(options.arguments)))
            return Answer(_whole(row), _data(row))
        if options.what in ("show", "cancel"):
            row = opened.jobs.read(options.id)
            if options.what == "cancel" and row.active:
                opened.jobs.cancel(row.id)
                return Answer(f"{_line(row)}\nIt stops at its next step.", _data(row))
            return Answer(_whole(row), _data(row))
        if options.limit < 1:
            raise InputError("--limit counts from 1.")
        rows = list_jobs(opened.store, options.limit)
    return Answer(
        "\n".join(map(_line, rows)) or "There was no job yet.", {"jobs": [_data(row) for row in rows]}
    )


def _pairs(words: list[str]) -> dict[str, str]:
    found = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name:
            raise InputError(f"The argument {word!r} cannot be read: write it like symbol=BTC-USD.")
        found[name] = value
    return found


def _line(row: JobRow) -> str:
    named = " ".join(f"{name}={value}" for name, value in row.arguments.items() if value)
    return f"{row.submitted_at:%Y-%m-%d %H:%M}  {row.id}  {row.state.value:<11} {row.progress:4.0%}  {row.kind} {named[:80]}".rstrip()


def _whole(row: JobRow) -> str:
    lines = [_line(row), *(f"  {line}" for line in row.log)]
    if row.result_id:
        lines.append(f"Result: {row.result_id}")
    return "\n".join([*lines, *([row.error] if row.error else [])])


def _data(row: JobRow) -> dict[str, object]:
    told: dict[str, object] = json.loads(json.dumps(asdict(row), default=str))
    return told


JOBS = Command(
    "jobs",
    "List, show, cancel and submit long work.",
    _arguments,
    _run,
    reads=lambda o: o.what not in ("cancel", "submit"),
)
