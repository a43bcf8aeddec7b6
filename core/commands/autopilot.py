"""`autopilot`: the same as the page, without a screen."""

import argparse
import logging
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType

from core.commands.command import Answer, Command, runtime
from core.errors import InputError
from core.logs import start_logging
from core.records import Step
from core.runtime import Runtime
from core.store.autopilot import read_steps

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
log = logging.getLogger(__name__)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--assets", default="", help="comma-separated, e.g. BTC-USD,ETH-USD (default: from settings)"
    )
    parser.add_argument("--timeframe", default="", help="1m 5m 15m 30m 1h 4h 1d (default: from settings)")
    parser.add_argument("--source", default="", help="auto, sample, yfinance … (default: from settings)")
    parser.add_argument(
        "--for", dest="span", default="", help="how long, like 90s, 30m, 2h or 7d (default: until stopped)"
    )


def _run(options: argparse.Namespace) -> Answer:
    """Run until the time is over or SIGTERM or SIGINT comes; then end what is under way and switch off."""
    span = span_of(options.span) if options.span else None
    stop = threading.Event()
    with runtime() as opened:
        start_logging(opened.settings, logging.INFO)
        assets = [name.strip() for name in options.assets.split(",") if name.strip()]
        state = opened.switch_on("owner", "command line", assets, options.timeframe, options.source)
        log.info(
            "the autopilot trades %s on paper, %s bars from %s",
            ", ".join(state.assets),
            state.timeframe,
            state.source,
        )
        with _signals(stop):
            stop.wait(span.total_seconds() if span else None)
        opened.switch_off("owner", "command line")
        opened.jobs.drain()
        lines, data = _told(opened)
    return Answer("\n".join(lines), data)


def span_of(text: str) -> timedelta:
    """A span such as 90s, 30m, 2h, 7d or 2w.

    Raises:
        InputError: it cannot be read.
    """
    read = re.fullmatch(r"(\d{1,6})([smhdw])", text.strip().lower())
    if not read or int(read[1]) == 0:
        raise InputError(f"The span {text!r} cannot be read: write it like 90s, 30m, 2h or 7d.")
    return timedelta(seconds=int(read[1]) * _UNITS[read[2]])


@contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    """Set an event when the process is asked to end; what was there before is put back."""

    def asked(number: int, frame: FrameType | None) -> None:
        log.info("asked to stop: ending what is under way")
        stop.set()

    before = {number: signal.signal(number, asked) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _told(opened: Runtime) -> tuple[list[str], dict[str, object]]:
    """How the last turn of each step went."""
    runs = sorted(read_steps(opened.store), key=lambda run: (list(Step).index(run.step), run.subject))
    lines = [f"{'ok ' if run.ok else 'BAD'} {run.step} {run.subject}: {run.words}" for run in runs]
    data = [
        {"step": run.step.value, "subject": run.subject, "ok": run.ok, "words": run.words} for run in runs
    ]
    return lines or ["No step came to its turn."], {"steps": data}


AUTOPILOT = Command("autopilot", "Let the autopilot trade on paper, without a screen.", _add_arguments, _run)
