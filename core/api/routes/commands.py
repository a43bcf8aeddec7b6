"""Commands of the command line, done on the open database for a terminal.

The words are read by the terminal's own parser. An operator may give them, nobody less; those that make tokens, set the
password or touch files of this machine are for callers on this machine. Every one that does more than show something leaves a row in the audit trail.
"""

import argparse
import os
import shlex
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from fastapi import Path as InPath

from core.api.access import Caller, own_files
from core.api.routes.engine import Asking, Engine
from core.api.schemas_commands import CommandAsked, CommandOut
from core.api.shared_answers import ActingRoute
from core.api.working import Working
from core.commands.command import Command, Through
from core.errors import GlassboxError
from core.records import Deed
from core.store.audit import save_deed

_AT_ONCE = 0.25
"""Seconds after which a command that goes on is told as under way."""
_TOLD = 400
"""Letters of the words that the audit trail keeps."""


def routes() -> APIRouter:
    """Begin a command, and hear how it goes."""
    router = APIRouter(tags=["commands"], route_class=ActingRoute)
    working = Working()

    @router.post("/commands", status_code=202)
    def begin_command(asked: CommandAsked, engine: Engine, caller: Asking) -> CommandOut:
        """Do what `python -m core WORDS` would do; the answer has the first lines of progress, or the end."""
        from core.commands.line import read_words  # brings every command

        if asked.pid is not None and asked.pid != os.getpid():
            raise HTTPException(409, "This is another server than the one that is meant: try again.")
        options = read_words([*asked.words, *asked.added])
        command: Command = options.chosen
        _allowed(command, caller)
        _placed(command, options, caller, Path(asked.folder))
        if not command.reads(options):
            deed = Deed(
                caller.name, caller.origin, "command", command.name, "", shlex.join(asked.words)[:_TOLD]
            )
            engine.store.write(save_deed(deed, engine.bench.clock()))
        makes_secrets = command.through is Through.HERE
        running = working.begin(
            caller.name, caller.origin, engine, lambda: options.run(options), makes_secrets
        )
        return working.told(running.id, caller.name, 0, _AT_ONCE)

    @router.get("/commands/{command_id}")
    def get_command(
        command_id: Annotated[str, InPath(max_length=80)],
        caller: Asking,
        after: Annotated[int, Query(ge=0, le=1_000_000_000, description="Lines that are known.")] = 0,
        wait: Annotated[float, Query(ge=0, le=5, description="Seconds to wait for more.")] = 0.0,
    ) -> CommandOut:
        """The lines since, and the end, which is told once and to whoever began it."""
        return working.told(command_id, caller.name, after, wait)

    return router


def _allowed(command: Command, caller: Caller) -> None:
    if command.through is Through.ALONE:
        raise GlassboxError(f"`{command.name}` cannot be done while a server runs.")
    if command.through is Through.ITSELF:
        raise GlassboxError(f"`{command.name}` is done in a terminal, not by a server.")
    if command.through is Through.HERE and not caller.here:
        raise HTTPException(403, f"`{command.name}` is done on the server's own machine only.")


def _placed(command: Command, options: argparse.Namespace, caller: Caller, folder: Path) -> None:
    """Make paths mean what they meant in the caller's folder; from elsewhere none is taken."""
    for name, value in vars(options).items():
        if name in command.written:
            continue  # the caller's side writes it
        if isinstance(value, Path):
            own_files(caller, f"file:{value}")
            setattr(options, name, folder / value.expanduser())
        elif isinstance(value, str) and value.lower().startswith("file:"):
            own_files(caller, value)
            setattr(options, name, f"file:{folder / Path(value[5:]).expanduser()}")
        elif isinstance(value, list):  # NAME=VALUE, of a job
            for given, _, words in (str(item).partition("=") for item in value):
                own_files(caller, words, f"file:{words}" if given == "folder" and words else "")
