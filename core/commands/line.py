"""The command line, read: the same arguments in a terminal and in a server that works for one."""

import argparse
from collections.abc import Sequence
from typing import NoReturn

from core.commands import COMMANDS
from core.errors import InputError


class Told(argparse.ArgumentParser):
    """Reads words that came over REST: what is wrong with them is raised, and nothing is printed or ended."""

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong."""
        raise InputError(f"{self.prog}: {message}.")

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """Nothing ends here: --help is for terminals."""
        raise InputError(f"{self.prog}: ask for help in a terminal, or see the README.")

    def print_help(self, file: object = None) -> None:
        """Help is for terminals."""


def parser(kind: type[argparse.ArgumentParser] = argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The arguments of every command."""
    root = kind(prog="python -m core", description="Glassbox from the command line.")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        sub = commands.add_parser(command.name, help=command.meaning, description=command.meaning)
        command.add_arguments(sub)
        sub.add_argument("--json", action="store_true", help="print one JSON object")
        sub.set_defaults(run=command.run, chosen=command)
    return root


def read_words(words: Sequence[str]) -> argparse.Namespace:
    """The options that words from elsewhere mean.

    Raises:
        InputError: they mean none.
    """
    return parser(Told).parse_args(list(words))
