"""Command line: `python -m core COMMAND … [--json]`.

Logs go to stderr. With `--json` stdout holds one JSON object. Exit code 0: done; 1: it failed (the reason in one
line); 2: bad usage or bad input. While a server of the same home folder runs, or GLASSBOX_SERVER names one, the
command goes through it: one process writes the database.
"""

import argparse
import json
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from core.client.through import go_through, server_for
from core.client.whereabouts import home_folder
from core.commands.command import Answer, Command, Ended, WrittenFile
from core.commands.line import parser
from core.errors import GlassboxError, InputError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    console = logging.StreamHandler(sys.stderr)
    console.set_name("glassbox")  # a command that starts core.logs replaces it there
    logging.basicConfig(
        handlers=[console], level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    words = list(sys.argv[1:] if arguments is None else arguments)
    options = parser().parse_args(words)
    try:
        ended = _done(options, words)
        for file in ended.files:
            _write(file)
    except GlassboxError as err:
        ended = _refused(err)
    if ended.refusal:
        print(ended.refusal, file=sys.stderr)
    _say(ended.data if options.json else "" if ended.refusal else ended.text)
    return ended.code


def _say(text: str) -> None:
    """Print; whoever reads may have heard enough (`… | head`), which is no failure."""
    if not text:
        return
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the interpreter flushes once more


def _done(options: argparse.Namespace, words: Sequence[str]) -> Ended:
    """Do the command in the server that runs, else in this process."""
    command: Command = options.chosen
    home = home_folder(os.environ)
    where = server_for(command, home, os.environ)
    if where is not None:
        ended = go_through(where, command, options, words, home, os.environ)
        if ended is not None:
            return ended
    answer: Answer = options.run(options)
    data = json.dumps(answer.data, ensure_ascii=False, default=str)
    return Ended(answer.text, data, 0 if answer.done else 1, files=answer.files)


def _refused(err: GlassboxError) -> Ended:
    data: dict[str, Any] = {"error": str(err), "kind": type(err).__name__}
    code = 2 if isinstance(err, InputError) else 1
    return Ended("", json.dumps(data, ensure_ascii=False), code, str(err))


def _write(file: WrittenFile) -> None:
    """Write a file in one step."""
    partial = file.path.with_name(file.path.name + ".part")
    try:
        partial.write_text(file.text, "utf-8")
        partial.replace(file.path)
    except OSError as err:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise GlassboxError(
            f"The file {file.path} cannot be written ({err.strerror}): choose another file."
        ) from err


if __name__ == "__main__":
    sys.exit(main())
