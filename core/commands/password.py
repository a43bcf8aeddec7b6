"""`password`: who may open the pages from elsewhere."""

import argparse
import getpass
import sys
from datetime import UTC, datetime

from core.commands.command import Answer, Command, Through, asked_by, runtime
from core.errors import InputError
from core.passwords import hash_password
from core.records import Deed
from core.settings import load_settings, save_settings
from core.store.audit import save_deed
from core.store.logins import end_all_logins


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--remove", action="store_true", help="take the password away")
    parser.add_argument("--hash", default="", help=argparse.SUPPRESS)  # made where the password was typed


def _run(options: argparse.Namespace) -> Answer:
    """The password is typed twice, or comes as one line of standard input; only its hash is kept."""
    kept = "" if options.remove else options.hash or hash_password(_typed())
    deed = Deed(*asked_by(), "settings", "login.password", "", "removed" if options.remove else "set")
    with runtime() as opened:
        save_settings(load_settings().home, {"login": {"password": kept}})
        now = datetime.now(UTC)
        opened.store.write(save_deed(deed, now), end_all_logins(now))
    words = (
        "There is no password any more."
        if options.remove
        else "The password is set; pages ask for it where they are not bound to this machine alone."
    )
    return Answer(words, {"set": not options.remove})


def _hashed(options: argparse.Namespace) -> list[str]:
    """The password itself goes to no server: only its hash does."""
    return [] if options.remove else ["--hash", options.hash or hash_password(_typed())]


def _typed() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Once more: "):
        raise InputError("The two passwords differ: try again.")
    return first


PASSWORD = Command(
    "password", "Set the password of the pages.", _arguments, _run, Through.HERE, before=_hashed
)
