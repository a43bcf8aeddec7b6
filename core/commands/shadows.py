"""`shadows`: what each part of the cycle is worth, by the books that live without it."""

import argparse

from core.commands.command import Answer, Command, always, runtime
from core.views.uplift import NO_SHADOWS, uplift_data, uplift_text, uplift_view, worlds


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--world", help="of which book, e.g. live (default: the one used last)")


def _run(options: argparse.Namespace) -> Answer:
    with runtime() as opened:
        known = worlds(opened.bench)
        world = options.world or next(iter(known), "")
        view = uplift_view(opened.bench, world) if world else None
    if view is None:
        return Answer(NO_SHADOWS, {"shadows": []})
    return Answer(uplift_text(view), uplift_data(view))


SHADOWS_COMMAND = Command(
    "shadows",
    "What each part of the cycle is worth, by the books that live without it.",
    _arguments,
    _run,
    reads=always,
)
