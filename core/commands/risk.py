"""`risk`: the state of a book against its limits; halt, reset, and the risk profiles."""

import argparse
import getpass
import json
from collections.abc import Callable

from core.changes import change_profile, drop_profile, keep_profile
from core.commands.command import Answer, Command, asked_by, runtime
from core.pipeline.risk_state import halt, reset
from core.pipeline.risk_status import book_in_use, risk_status
from core.records import RiskState, RiskStatus
from core.runtime import Runtime
from core.store import dump
from core.views.profiles import profile_views

Action = Callable[[argparse.Namespace, Runtime], Answer]


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(action=_status, book="", world="")
    actions = parser.add_subparsers(dest="what", metavar="ACTION", help="default: status")
    _book(_action(actions, "status", "a book against every limit", _status))
    for name, meaning, run in (
        ("halt", "open nothing until a person resets it", _halt),
        ("reset", "let it trade again; the peak restarts from the equity of now", _reset),
    ):
        action = _action(actions, name, meaning, run)
        _book(action)
        action.add_argument("--who", default="", help="your name (default: the user of this machine)")
        action.add_argument("--why", default="", help="the reason, kept with it")
    profile = _action(actions, "profile", "list, apply, save or forget risk profiles", _profile)
    profile.add_argument(
        "name", nargs="?", default="", help="the profile to apply; without it they are listed"
    )
    profile.add_argument("--save", metavar="NAME", default="", help="save the limits in force under a name")
    profile.add_argument("--forget", metavar="NAME", default="", help="remove a profile of your own")


def _action(
    actions: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, meaning: str, run: Action
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=meaning, description=meaning)
    parser.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON object"
    )
    parser.set_defaults(action=run)
    return parser


def _book(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--book", default="", help="id of a book (default: the one that was used last)")
    parser.add_argument("--world", default="", help="the book of this world: live, or an era of the sample")


def _run(options: argparse.Namespace) -> Answer:
    with runtime() as opened:
        action: Action = options.action
        return action(options, opened)


def _status(options: argparse.Namespace, opened: Runtime) -> Answer:
    status = risk_status(opened.bench, _wanted(options, opened))
    return Answer(_text(status), json.loads(dump(RiskStatus, status)))


def _halt(options: argparse.Namespace, opened: Runtime) -> Answer:
    book = _wanted(options, opened)
    return _stated(book, halt(opened.bench, book, options.who or getpass.getuser(), options.why))


def _reset(options: argparse.Namespace, opened: Runtime) -> Answer:
    book = _wanted(options, opened)
    return _stated(book, reset(opened.bench, book, options.who or getpass.getuser(), options.why))


def _who(options: argparse.Namespace) -> list[str]:
    """A halt and a reset bear the name of who sits at the terminal, not that of the server's user."""
    return ["--who", getpass.getuser()] if getattr(options, "who", None) == "" else []


def _profile(options: argparse.Namespace, opened: Runtime) -> Answer:
    by, said = asked_by(), []
    if options.save:
        keep_profile(opened, by, options.save, opened.settings.risk)
        said.append(f"Saved the limits in force as {options.save.strip()}.")
    if options.forget:
        drop_profile(opened, by, options.forget)
        said.append(f"Forgot {options.forget}; the limits in force stay.")
    settings = change_profile(opened, by, options.name) if options.name else opened.settings
    views = profile_views(settings)
    if options.name:
        said.append(f"The limits are those of {next(view.name for view in views if view.in_force)} now.")
    data = {
        "profiles": [
            {
                "name": view.name, "own": view.own, "in_force": view.in_force, "words": view.words,
                "limits": view.risk.model_dump(mode="json"),
            }
            for view in views
        ]
    }  # fmt: skip
    listed = [f"{'*' if view.in_force else ' '} {view.name}: {view.words}" for view in views]
    return Answer("\n".join(said or listed), data)


def _wanted(options: argparse.Namespace, opened: Runtime) -> str:
    return options.book or book_in_use(opened.bench, options.world)


def _stated(book: str, state: RiskState) -> Answer:
    text = f"Book {book} is {state.state.value} now. {state.reason}".strip()
    return Answer(text, {"book_id": book, **json.loads(dump(RiskState, state))})


def _text(status: RiskStatus) -> str:
    state = status.state
    when = f"{status.as_of:%Y-%m-%d %H:%M} UTC" if status.as_of else "its beginning"
    lines = [
        f"Book {status.book_id} ({status.world}) as of {when}: ${status.equity:,.2f}, {state.state.value}",
        *([state.reason] if state.reason else []),
        f"Profile: {status.profile or 'none of those known; limits of your own'}",
    ]
    lines += [
        f"  {'✓' if check.passed else '✗'} {check.name.replace('_', ' ')}: {check.meaning}"
        for check in status.usage
    ]
    lines += [
        f"{event.at:%Y-%m-%d %H:%M}  {event.kind.value} by {event.who}: {event.before.value} → {event.after.value}. "
        f"{event.reason}"
        for event in status.events
    ]
    return "\n".join(lines)


RISK = Command(
    "risk",
    "A book against its risk limits; halt, reset, profiles.",
    _arguments,
    _run,
    before=_who,
    reads=lambda o: o.action is _status,
)
