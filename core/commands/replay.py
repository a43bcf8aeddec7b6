"""`replay`: run stored cycles again from what is stored, and say whether anything differs."""

import argparse
from dataclasses import asdict

from core.commands.command import Answer, Command, runtime, tell
from core.errors import InputError
from core.moments import moment
from core.pipeline.replaying import replay, replay_all
from core.records import Replay


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", nargs="?", default="", help="id of a cycle")
    parser.add_argument("--all", action="store_true", help="every stored cycle, oldest first")
    parser.add_argument(
        "--since", default="", help="with --all: only cycles started at this moment or later, e.g. 2024-05-01"
    )


def _run(options: argparse.Namespace) -> Answer:
    if bool(options.id) == options.all:
        raise InputError("Say which cycle to replay: its id, or --all for every stored one.")
    if options.since and not options.all:
        raise InputError("--since goes with --all: one cycle is named by its id.")
    with runtime() as opened:
        if options.all:
            found = replay_all(opened.bench, moment(options.since), _tell)
            lines = [f"  {other.words}" for other in found.different]
            lines += [f"  left out {cycle_id}: {why}" for cycle_id, why in found.left_out]
            return Answer(
                "\n".join([found.words, *lines, _models(found.models)]),
                asdict(found),
                done=not found.different,
            )
        return _answer(replay(opened.bench, options.id, _tell))


def _answer(found: Replay) -> Answer:
    first = found.first_difference
    lines = [
        f"  {'same  ' if stage.same else 'DIFFERS'} {stage.stage}: {stage.words}" for stage in found.stages
    ]
    return Answer(
        "\n".join([found.words, *lines, _models(found.models)]),
        asdict(found) | {"identical": first is None, "first_difference": first.stage if first else None},
        done=first is None,
    )


def _models(ids: tuple[str, ...]) -> str:
    return f"Models of then: {', '.join(ids)}." if ids else "No model spoke then."


def _tell(share: float, words: str) -> None:
    tell(words)


REPLAY = Command(
    "replay", "Run a stored cycle, or all of them, again and compare stage by stage.", _arguments, _run
)
"""One command for one cycle and for all."""
