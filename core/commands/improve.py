"""`improve`: what the last nights did for the models, or a daily optimisation now."""

import argparse
from typing import Any

from core.commands.command import Answer, Command, runtime, timeframe
from core.commands.cycle import finish
from core.instruments import resolve
from core.moments import moment
from core.runtime import Runtime
from core.store.improvements import improvements
from core.views.improving import night_data, night_line, night_text, promise


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "symbol", nargs="?", default="", help="BTC-USD, BTC, AAPL … (default: every asset of the autopilot)"
    )
    parser.add_argument("--run", dest="now", action="store_true", help="run one now and wait for it")
    parser.add_argument("--timeframe", default=None, help="1m 5m 15m 30m 1h 4h 1d (default: the autopilot's)")
    parser.add_argument("--source", default="", help="auto, sample, yfinance … (default: the autopilot's)")
    parser.add_argument("--as-of", help="nothing newer is read (default: the clock of the data)")


def _run(options: argparse.Namespace) -> Answer:
    symbol = resolve(options.symbol).symbol if options.symbol else ""
    with runtime() as opened:
        return _now(options, opened, symbol) if options.now else _shown(options, opened, symbol)


def _now(options: argparse.Namespace, opened: Runtime, symbol: str) -> Answer:
    as_of = moment(options.as_of)
    frame = timeframe(options.timeframe, opened.settings.timeframe).value if options.timeframe else ""
    arguments = {
        "symbol": symbol,
        "timeframe": frame,
        "source": options.source,
        "as_of": as_of.isoformat() if as_of else "",
    }
    begun = opened.bench.clock()
    job = finish(opened, opened.jobs.submit("improve", arguments))
    touched = [night for night in improvements(opened.store) if night.run.updated_at >= begun]
    text = "\n\n".join(night_text(night) for night in touched)
    return Answer(text or job.message, {"nights": [night_data(night) for night in touched]})


def _shown(options: argparse.Namespace, opened: Runtime, symbol: str) -> Answer:
    frame = timeframe(options.timeframe, opened.settings.timeframe).value if options.timeframe else None
    nights = improvements(opened.store, symbol or None, frame, 10)
    if not nights:
        words = f"No daily optimisation yet. {promise(opened.bench)} Now: python -m core improve {symbol or 'SYMBOL'} --run."
        return Answer(words, {"nights": []})
    earlier = [night_line(night.run) for night in nights[1:]]
    text = "\n".join([night_text(nights[0]), *(["", "Before:"] if earlier else []), *earlier])
    data: dict[str, Any] = {"nights": [night_data(night) for night in nights]}
    return Answer(text, data)


IMPROVE = Command(
    "improve", "Show what the nights did for the models, or optimise now (--run).", _arguments, _run
)
