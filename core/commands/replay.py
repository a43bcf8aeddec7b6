"""`replay`: run a stored cycle again from what is stored, and say whether anything differs."""

import argparse
import sys
from dataclasses import asdict

from core.commands.command import Answer, Command, runtime
from core.pipeline.replaying import replay


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", help="id of a cycle")


def _run(options: argparse.Namespace) -> Answer:
    with runtime() as opened:
        found = replay(opened.bench, options.id, lambda share, words: print(f"  {words}", file=sys.stderr))
    first = found.first_difference
    lines = [
        f"  {'same  ' if stage.same else 'DIFFERS'} {stage.stage}: {stage.words}" for stage in found.stages
    ]
    return Answer(
        "\n".join([found.words, *lines]),
        asdict(found) | {"identical": first is None, "first_difference": first.stage if first else None},
        done=first is None,
    )


REPLAY = Command("replay", "Run a stored cycle again and compare stage by stage.", _arguments, _run)
