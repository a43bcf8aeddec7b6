"""`backtest`: one strategy over past bars."""

import argparse
import json

from core.commands.command import Answer, Command, add_series, moment, runtime, timeframe
from core.commands.cycle import finish
from core.errors import InputError
from core.instruments import resolve
from core.records import BacktestSummary
from core.signals import STRATEGIES
from core.store import dump
from core.views import BacktestView, backtest


def _arguments(parser: argparse.ArgumentParser) -> None:
    add_series(parser)
    parser.add_argument("--strategy", default="sma_cross", choices=list(STRATEGIES), help="which rule")
    parser.add_argument(
        "--from", dest="start", help="first day, e.g. 2018-01-01 (default: as far as the data goes)"
    )
    parser.add_argument("--to", dest="stop", help="last moment (default: the last bar)")


def _run(options: argparse.Namespace) -> Answer:
    symbol = resolve(options.symbol).symbol
    start, stop = moment(options.start), moment(options.stop)
    if start and stop and start >= stop:
        raise InputError(f"The dates are swapped: {start:%Y-%m-%d} is not before {stop:%Y-%m-%d}.")
    with runtime() as opened:
        arguments = {
            "symbol": symbol,
            "timeframe": timeframe(options.timeframe, opened.settings.timeframe).value,
            "source": options.source or opened.settings.source,
            "strategy": options.strategy,
            "start": start.isoformat() if start else "",
            "stop": stop.isoformat() if stop else "",
        }
        job = finish(opened, opened.jobs.submit("backtest", arguments))
        view = backtest(opened.bench, job.result_id or job.id)
    return Answer(_text(view), json.loads(dump(BacktestSummary, view.summary)))


def _text(view: BacktestView) -> str:
    summary = view.summary
    lines = [
        f"{summary.strategy} on {summary.symbol} {summary.timeframe}, {summary.bars:,} bars "
        f"{summary.start:%Y-%m-%d} to {summary.stop:%Y-%m-%d} ({summary.seconds:.2f} s)"
    ]
    lines += [f"  {n.label:<15} {n.value:>12}  {n.delta or ''}" for n in view.numbers]
    lines += [f"  ! {warning}" for warning in summary.warnings]
    return "\n".join([*lines, "Assumed:", *(f"  - {line}" for line in summary.assumptions)])


BACKTEST = Command("backtest", "Run one strategy over past bars.", _arguments, _run)
