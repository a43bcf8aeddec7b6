"""A command that goes through a running server."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from core.client.whereabouts import VARIABLE, Whereabouts, find
from core.commands.command import Command, Ended, Through, WrittenFile, tell
from core.errors import GlassboxError

_PATIENCE = 1.0
"""Seconds that the server may keep a question for more lines, before it answers that there are none."""


def server_for(command: Command, home: Path, environment: Mapping[str, str]) -> Whereabouts | None:
    """The server that a command goes through; None when it is done in this process.

    Raises:
        GlassboxError: a server runs, and the command cannot be done while one does.
    """
    if command.through is Through.ITSELF:
        return None
    where = find(home, environment)
    if where is not None and command.through is Through.ALONE:
        if where.pid is None:
            raise GlassboxError(
                f"`{command.name}` is done where the database lies and while no server runs: unset {VARIABLE}."
            )
        raise GlassboxError(
            f"`{command.name}` cannot be done while a server runs: stop {where.words} and try again."
        )
    return where


def go_through(
    where: Whereabouts,
    command: Command,
    options: argparse.Namespace,
    words: Sequence[str],
    home: Path,
    environment: Mapping[str, str],
) -> Ended | None:
    """Let the server do a command; its progress goes to stderr as it comes.

    Args:
        words: of the command line, as they were typed.

    Returns:
        None when the server ended meanwhile, so that the command can be done here.

    Raises:
        GlassboxError: the server cannot be asked, or lets nobody in without a token.
    """
    from core.client.rest import Gone, Rest  # brings httpx

    here = where.pid is not None and command.through is Through.HERE
    with Rest(where, environment, home if here else None) as rest:
        if where.pid is None:
            _warn(where, environment)

        def pass_on(words: Sequence[str]) -> Ended:
            body = {"words": list(words), "added": added, "folder": str(Path.cwd()), "pid": where.pid}
            return _followed(rest, rest.post("/commands", body), command, options)

        try:
            rest.get("/health")
        except Gone:
            if where.pid is None:
                raise
            return None  # it crashed, or is about to end: the database says whether it is free
        added = command.before(options) if command.before else []
        return pass_on(words) if command.remote is None else command.remote(options, words, pass_on)


def _followed(rest: Any, told: dict[str, Any], command: Command, options: argparse.Namespace) -> Ended:
    while True:
        for line in told["lines"]:
            tell(line)
        if (end := told["end"]) is not None:
            break
        try:
            told = rest.get(f"/commands/{told['id']}", after=told["after"], wait=_PATIENCE)
        except KeyboardInterrupt as err:
            raise GlassboxError(
                f"{rest.where.words} goes on with it: see `python -m core jobs`, and stop it with `jobs cancel ID`."
            ) from err
    asked = {str(Path(path)) for name in command.written if (path := getattr(options, name, None))}
    files = tuple(WrittenFile(Path(f["path"]), f["text"]) for f in end["files"] if f["path"] in asked)
    return Ended(end["text"], end["data"], end["code"], end["refusal"], files)


def _warn(where: Whereabouts, environment: Mapping[str, str]) -> None:
    from urllib.parse import urlsplit

    from core.addresses import is_loopback
    from core.client.rest import TOKEN

    parts = urlsplit(where.url)
    if environment.get(TOKEN) and parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        tell(f"{where.url} is not encrypted: whoever listens can read the token. Use https.")
