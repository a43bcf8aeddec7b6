"""`train`: train the models of one series now."""

import argparse

from core.commands.command import Answer, Command, add_series, runtime, timeframe
from core.commands.cycle import finish
from core.instruments import resolve
from core.moments import moment
from core.records import ModelStatus
from core.store.models import all_models
from core.views.model_life import model_data, model_line


def _arguments(parser: argparse.ArgumentParser) -> None:
    add_series(parser)
    parser.add_argument(
        "--as-of", help="learn only what was known then, e.g. 2019-06-01T12:00Z (default: the clock of the data)"
    )  # fmt: skip
    parser.add_argument(
        "--challenge", action="store_true",
        help="forecast beside the present champions until the evidence decides, instead of taking their place",
    )  # fmt: skip


def _run(options: argparse.Namespace) -> Answer:
    symbol = resolve(options.symbol).symbol
    as_of = moment(options.as_of)
    with runtime() as opened:
        settings = opened.settings
        arguments = {
            "symbol": symbol,
            "timeframe": timeframe(options.timeframe, settings.timeframe).value,
            "source": options.source or settings.source,
            "as_of": as_of.isoformat() if as_of else "",
            "status": (ModelStatus.CHALLENGER if options.challenge else ModelStatus.CHAMPION).value,
        }
        known = {(row.id, row.trained_at) for row in all_models(opened.store)}
        job = finish(opened, opened.jobs.submit("train", arguments))
        fresh = [row for row in all_models(opened.store) if (row.id, row.trained_at) not in known]
    lines = [model_line(row) for row in fresh] or ["No model was trained: " + job.log[-1]]
    text = "\n".join([f"{len(fresh)} models of {symbol} {arguments['timeframe']} trained", *lines])
    return Answer(text, {"models": [model_data(row) for row in fresh]}, done=bool(fresh))


TRAIN = Command("train", "Train the models of one series now.", _arguments, _run)
