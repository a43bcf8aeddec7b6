"""`cycle`: run every stage for one asset."""

import argparse
import json

from core.commands.command import Answer, Command, add_series, runtime, tell, timeframe
from core.errors import GlassboxError, InputError
from core.instruments import resolve
from core.moments import moment
from core.records import CycleReport, Mode
from core.runtime import Runtime
from core.store import dump
from core.store.cycles import read_cycle
from core.store.jobs import JobRow, JobState


def _arguments(parser: argparse.ArgumentParser) -> None:
    add_series(parser)
    parser.add_argument(
        "--as-of", help="moment to decide at, e.g. 2019-06-01T12:00Z (default: the clock of the data)"
    )
    parser.add_argument(
        "--mode", default="paper", choices=[mode.value for mode in Mode], help="which book trades"
    )


def _run(options: argparse.Namespace) -> Answer:
    resolve(options.symbol)
    as_of = moment(options.as_of)
    with runtime() as opened:
        settings = opened.settings
        arguments = {
            "symbol": options.symbol,
            "timeframe": timeframe(options.timeframe, settings.timeframe).value,
            "source": options.source or settings.source,
            "as_of": as_of.isoformat() if as_of else "",
            "mode": options.mode,
        }
        job = finish(opened, opened.jobs.submit("cycle", arguments))
        report = read_cycle(opened.store, job.result_id or job.id)
    return Answer(_text(report), json.loads(dump(CycleReport, report)), done=not report.failed)


def finish(opened: Runtime, job_id: str) -> JobRow:
    """Wait for a job; its messages are told as they come.

    Raises:
        GlassboxError: the job's own reason when it did not end well.
    """
    shown = 0
    while (job := opened.jobs.wait(job_id, 0.1)).active:
        for line in job.log[shown:]:
            tell(line)
        shown = len(job.log)
    for line in job.log[shown:]:
        tell(line)
    if job.state is not JobState.DONE:
        kind = InputError if job.bad_input else GlassboxError
        raise kind(job.error or job.message)
    return job


def _text(report: CycleReport) -> str:
    lines = [
        f"Cycle {report.id}: {report.request.symbol} {report.request.timeframe} as of {report.as_of:%Y-%m-%d %H:%M} UTC"
    ]
    for stage in report.stages:
        lines.append(f"  {stage.stage:<10} {stage.state:<9} {stage.seconds:6.2f} s  {stage.summary}")
        lines += [f"    ! {problem.where}: {problem.what} {problem.instead}" for problem in stage.problems]
    if report.decision:
        lines += ["", f"{report.decision.verdict.value.upper()}: {report.decision.words}"]
    return "\n".join(
        [*lines, f"{report.seconds:.2f} s in all. Passport: python -m core passport {report.id}"]
    )


CYCLE = Command("cycle", "Run every stage for one asset: data to simulated order.", _arguments, _run)
