"""`signals`: many assets at once, ranked for the free slots."""

import argparse

from core.commands.command import Answer, Command, runtime, timeframe
from core.moments import moment
from core.views.signals import scan_data, scan_text


def _add(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "assets", nargs="*", metavar="ASSET",
        help="BTC-USD, AAPL … (default: those of the autopilot, else all whose bars are at hand)",
    )  # fmt: skip
    parser.add_argument("--timeframe", default=None, help="1m 5m 15m 30m 1h 4h 1d (default: from settings)")
    parser.add_argument("--source", default=None, help="auto, sample, yfinance … (default: from settings)")
    parser.add_argument("--at", default="", help="moment, e.g. 2019-06-01T12:00Z (default: now)")


def _run(options: argparse.Namespace) -> Answer:
    from uuid import uuid4

    from core.pipeline.many_assets import scan

    with runtime() as opened:
        settings = opened.settings
        found = scan(
            opened.bench, uuid4().hex[:12], options.assets, timeframe(options.timeframe, settings.timeframe),
            options.source or settings.source, as_of=moment(options.at),
        )  # fmt: skip
    return Answer(scan_text(found), scan_data(found))


SIGNALS = Command("signals", "Judge many assets, ranked for the free slots; nothing is ordered.", _add, _run)
