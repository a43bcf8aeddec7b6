"""`funnel`: where trades get lost between a signal and a fill, and whether that was right."""

import argparse

from core.commands.command import Answer, Command, always, runtime
from core.instruments import resolve
from core.moments import moment
from core.pipeline.funnel import FunnelFilter
from core.views.funnel import all_rows, funnel_data, funnel_text, funnel_view


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--symbol", help="only cycles of this asset")
    parser.add_argument(
        "--source-of", metavar="STRATEGY", help="only cycles in which this source spoke, e.g. sma_cross"
    )
    parser.add_argument("--since", help="from this moment on, e.g. 2019-06-01 or 2019-06-01T12:00Z")
    parser.add_argument("--until", help="up to this moment")
    parser.add_argument("--book", help="only cycles of this book")


def _run(options: argparse.Namespace) -> Answer:
    wanted = FunnelFilter(
        resolve(options.symbol).symbol if options.symbol else None,
        options.source_of,
        moment(options.since),
        moment(options.until),
        options.book,
    )
    with runtime() as opened:
        view = funnel_view(all_rows(opened.bench), wanted)
    return Answer(funnel_text(view), funnel_data(view))


FUNNEL = Command(
    "funnel",
    "Where trades get lost between a signal and a fill, and whether that was right.",
    _arguments,
    _run,
    reads=always,
)
