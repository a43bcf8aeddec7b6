"""Command line: `python -m core COMMAND … [--json]`.

Logs go to stderr. With `--json` stdout holds one JSON object. Exit code 0: done; 1: it failed (the reason in one
line); 2: bad usage or bad input.
"""

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from typing import Any

from core.commands import COMMANDS
from core.errors import GlassboxError, InputError


def parser() -> argparse.ArgumentParser:
    """The arguments of every command."""
    root = argparse.ArgumentParser(prog="python -m core", description="Glassbox from the command line.")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        sub = commands.add_parser(command.name, help=command.meaning, description=command.meaning)
        command.add_arguments(sub)
        sub.add_argument("--json", action="store_true", help="print one JSON object")
        sub.set_defaults(run=command.run)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    options = parser().parse_args(arguments)
    try:
        answer = options.run(options)
    except InputError as err:
        return _refuse(options.json, err, 2)
    except GlassboxError as err:
        return _refuse(options.json, err, 1)
    print(json.dumps(answer.data, ensure_ascii=False, default=str) if options.json else answer.text)
    return 0 if answer.done else 1


def _refuse(as_json: bool, err: GlassboxError, code: int) -> int:
    print(str(err), file=sys.stderr)
    if as_json:
        answer: dict[str, Any] = {"error": str(err), "kind": type(err).__name__}
        print(json.dumps(answer, ensure_ascii=False))
    return code


if __name__ == "__main__":
    sys.exit(main())
