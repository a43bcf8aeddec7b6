"""`autopilot`: the same as the page, without a screen; REST answers as the app's does."""

import argparse
import logging
import re
from collections.abc import Sequence
from datetime import timedelta

from core.commands.command import Answer, Command, Ended, PassOn, asked_by, in_server, runtime, tell
from core.commands.headless import LAST_JOBS, Asked, alerts, door, rest, signals, wait
from core.errors import InputError
from core.logs import start_logging
from core.records import Step
from core.runtime import Runtime
from core.store.autopilot import read_steps
from core.views.autopilot import autopilot_view

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
log = logging.getLogger(__name__)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "does", nargs="?", default="run", choices=["run", "start", "stop", "status"],
        help="run: until the time is over, a signal asks it to end or another terminal says stop (default); start, stop: "
        "switch it, the server that runs, or the next one, does the rest; stop also ends a run, and its process",
    )  # fmt: skip
    parser.add_argument(
        "--assets", default="", help="comma-separated, e.g. BTC-USD,ETH-USD (default: from settings)"
    )
    parser.add_argument("--timeframe", default="", help="1m 5m 15m 30m 1h 4h 1d (default: from settings)")
    parser.add_argument("--source", default="", help="auto, sample, yfinance … (default: from settings)")
    parser.add_argument(
        "--for", dest="span", default="", help="how long, like 90s, 30m, 2h or 7d (default: until stopped)"
    )
    parser.add_argument(
        "--address", default="127.0.0.1",
        help="of a run where REST listens (default: %(default)s); another one only where a token exists",
    )  # fmt: skip
    served = parser.add_mutually_exclusive_group()
    served.add_argument(
        "--port", type=int, help="of a run where REST listens (default: 8501, or the next one that is free)"
    )
    served.add_argument(
        "--no-rest", action="store_true", help="a run that nobody can ask or halt from outside"
    )


def _run(options: argparse.Namespace) -> Answer:
    if options.does != "run":
        return _switched(options)
    if in_server():
        raise InputError("A server does not wait: `autopilot start` switches it on there.")
    # Until the time is over, it is switched off or SIGTERM or SIGINT comes; then what is under way ends.
    span = span_of(options.span) if options.span else None
    stop = Asked()
    with signals(stop), runtime() as opened:
        start_logging(opened.settings, logging.INFO)
        with door(opened, options) as listening:
            state = opened.switch_on(*asked_by(), _assets(options), options.timeframe, options.source)
            log.info(
                "the autopilot trades %s on paper, %s bars from %s",
                ", ".join(state.assets),
                state.timeframe,
                state.source,
            )
            with alerts(opened):
                with rest(opened, listening) as traffic:
                    wait(opened, traffic, stop, span)
                    if opened.schedule.turning:
                        opened.switch_off("owner", "command line")
                opened.jobs.drain(LAST_JOBS)
        lines, data = _told(opened)
    return Answer("\n".join(lines), data)


def _switched(options: argparse.Namespace) -> Answer:
    """Switch it, or tell how it goes."""
    with runtime() as opened:
        if options.does == "start":
            named = (*asked_by(), _assets(options), options.timeframe, options.source)
            if in_server():
                opened.switch_on(*named)
            else:
                opened.autopilot.start(*named)  # the row alone: nobody stays to take turns
        elif options.does == "stop":
            opened.switch_off(*asked_by())
        view = autopilot_view(opened.bench, opened.autopilot.state, opened.schedule.next_turns())
        lines, data = _told(opened)
        running = bool(view.state and view.state.running)
        waits = running and not in_server()
    words = (
        f"{view.words} It goes on as soon as a server runs: `streamlit run app.py`." if waits else view.words
    )
    return Answer("\n".join([words, *lines]), {"running": running, "words": words, **data})


def _through_server(options: argparse.Namespace, words: Sequence[str], pass_on: PassOn) -> Ended:
    """The server trades; this process waits until the time is over or it is asked to end, and switches off."""
    if options.does != "run":
        return pass_on(words)
    span = span_of(options.span) if options.span else None
    named = ("--assets", options.assets, "--timeframe", options.timeframe, "--source", options.source)
    stop = Asked()
    with signals(stop):  # from the start on: whoever is asked to end must not leave it running
        begun = pass_on(["autopilot", "start", *named])
        if begun.refusal:
            return begun
        tell(begun.text.splitlines()[0])
        stop.wait(span.total_seconds() if span else None)
    return pass_on(["autopilot", "stop"])


def _assets(options: argparse.Namespace) -> list[str]:
    return [name.strip() for name in options.assets.split(",") if name.strip()]


def span_of(text: str) -> timedelta:
    """A span such as 90s, 30m, 2h, 7d or 2w.

    Raises:
        InputError: it cannot be read.
    """
    read = re.fullmatch(r"(\d{1,6})([smhdw])", text.strip().lower())
    if not read or int(read[1]) == 0:
        raise InputError(f"The span {text!r} cannot be read: write it like 90s, 30m, 2h or 7d.")
    return timedelta(seconds=int(read[1]) * _UNITS[read[2]])


def _told(opened: Runtime) -> tuple[list[str], dict[str, object]]:
    """How the last turn of each step went."""
    runs = sorted(read_steps(opened.store), key=lambda run: (list(Step).index(run.step), run.subject))
    lines = [f"{'ok ' if run.ok else 'BAD'} {run.step} {run.subject}: {run.words}" for run in runs]
    data = [
        {"step": run.step.value, "subject": run.subject, "ok": run.ok, "words": run.words} for run in runs
    ]
    return lines or ["No step came to its turn."], {"steps": data}


AUTOPILOT = Command(
    "autopilot",
    "Let the autopilot trade on paper, without a screen; REST and commands of other terminals reach it meanwhile.",
    _add_arguments,
    _run,
    remote=_through_server,
    reads=lambda o: o.does == "status",
)
