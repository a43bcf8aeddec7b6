"""`find`: which symbol a name means."""

import argparse
from dataclasses import asdict

from core.commands.command import Answer, Command, always, runtime
from core.views import find_symbols


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", help="a symbol or a part of a name: apple, euro dollar, bitcoin")
    parser.add_argument("--online", action="store_true", help="ask Yahoo too")


def _run(options: argparse.Namespace) -> Answer:
    with runtime() as opened:
        found = find_symbols(opened.bench, options.text, options.online)
    lines = [f"{item.symbol:<12} {item.name} ({item.asset_class.value})" for item in found]
    text = (
        "\n".join(lines)
        or f"Nothing found for {options.text[:40]!r}: try --online, or type the symbol itself."
    )
    return Answer(text, {"found": [asdict(item) for item in found]}, done=bool(found))


FIND = Command("find", "Find the symbol of a name.", _add, _run, reads=always)
