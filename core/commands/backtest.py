"""`backtest`: one strategy over past bars, with every choice that the page offers."""

import argparse
import json
from pathlib import Path
from typing import Any

from core.commands.command import Answer, Command, WrittenFile, add_series, runtime, timeframe
from core.commands.cycle import finish
from core.errors import InputError
from core.instruments import resolve
from core.moments import moment
from core.pipeline.backtest_request import AS_SET, CostTerms, RiskProfile, profiles, read_request
from core.records import BacktestSummary
from core.settings import Settings
from core.store import dump
from core.views import BacktestView, backtest, backtest_html, trades_csv
from core.views.backtest_form import strategy_forms


def _arguments(parser: argparse.ArgumentParser) -> None:
    add_series(parser)
    parser.add_argument(
        "--strategy",
        default="sma_cross",
        choices=[form.name for form in strategy_forms()],
        help="what is tested",
    )
    parser.add_argument(
        "--param",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="of the strategy, e.g. fast=10; repeatable",
    )
    parser.add_argument(
        "--from", dest="first", help="first day, e.g. 2018-01-01 (default: as far as the data goes)"
    )
    parser.add_argument("--to", dest="last", help="last moment (default: the last bar)")
    parser.add_argument(
        "--profile",
        default=AS_SET,
        help="'as set' (settings), CryptoPilot, Integration pipeline, careful, bold or one of your own; changed by the "
        "options below",
    )
    parser.add_argument(
        "--cash", default="", help="at the start, in the quote currency (default: from settings)"
    )
    _add_fields(parser.add_argument_group("risk rules; fractions, e.g. 0.02, or none"), RiskProfile)
    _add_fields(parser.add_argument_group("costs, per side; fractions"), CostTerms)
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the report as one HTML file")
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write the closed trades")  # fmt: skip


def _add_fields(group: Any, kind: type[CostTerms] | type[RiskProfile]) -> None:
    """An option for each field of a model; the model checks it."""
    for name, info in kind.model_fields.items():
        option = f"--{name.replace('_', '-')}"
        if info.annotation is bool:
            group.add_argument(
                option,
                dest=f"set_{name}",
                action=argparse.BooleanOptionalAction,
                default=None,
                help=info.description,
            )
        else:
            group.add_argument(option, dest=f"set_{name}", default=None, metavar="X", help=info.description)


def _run(options: argparse.Namespace) -> Answer:
    symbol = resolve(options.symbol).symbol
    start, stop = moment(options.first), moment(options.last)
    with runtime() as opened:
        settings = opened.settings
        arguments = {
            "symbol": symbol,
            "timeframe": timeframe(options.timeframe, settings.timeframe).value,
            "source": options.source or settings.source,
            "strategy": options.strategy,
            "parameters": json.dumps(_parameters(options.param)),
            "start": start.isoformat() if start else "",
            "stop": stop.isoformat() if stop else "",
            "profile": json.dumps({**_profile(options.profile, settings), **_given(options, RiskProfile)}),
            "costs": json.dumps(_given(options, CostTerms)),
            "cash": options.cash,
        }
        read_request(arguments, settings).made()  # what is wrong is said before a job starts
        job = finish(opened, opened.jobs.submit("backtest", arguments))
        run = job.result_id or job.id
        view = backtest(opened.bench, run)
        files = [WrittenFile(options.html, backtest_html(opened.bench, run))] if options.html else []
    if options.csv:
        files.append(WrittenFile(options.csv, trades_csv(view)))
    data = json.loads(dump(BacktestSummary, view.summary))
    if view.summary.refusal:
        data |= {"metrics": None, "hold": None}
    return Answer(_text(view), data, files=tuple(files))


def _parameters(given: list[str]) -> dict[str, Any]:
    found = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not name:
            raise InputError(f"The parameter {text!r} cannot be read: write it like fast=10.")
        found[name.strip()] = _value(value.strip())
    return found


def _profile(name: str, settings: Settings) -> dict[str, Any]:
    known = {key.lower(): profile for key, profile in profiles(settings).items()}
    if name.lower() not in known:
        raise InputError(f"There is no risk profile {name!r}: choose one of {', '.join(profiles(settings))}.")
    return known[name.lower()].model_dump()


def _given(options: argparse.Namespace, kind: type[CostTerms] | type[RiskProfile]) -> dict[str, Any]:
    values = {name: getattr(options, f"set_{name}") for name in kind.model_fields}
    return {name: _value(value) for name, value in values.items() if value is not None}


def _value(text: Any) -> Any:
    """A number where it is one, nothing for `none`, else the text, which the model then refuses by name."""
    if not isinstance(text, str):
        return text
    if text.lower() == "none":
        return None
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


def _text(view: BacktestView) -> str:
    summary = view.summary
    lines = [f"{view.title} ({view.setup})"]
    if summary.refusal:
        lines.append(f"  No figures are shown. {summary.refusal}")
    elif summary.verdict is not None:
        lines += [f"  {summary.verdict.headline}", *(f"    - {reason}" for reason in summary.verdict.reasons)]
        lines.append(f"    {summary.verdict.more_data}")
    lines += [f"  {n.label:<17} {n.value:>14}  {n.delta or ''}" for n in view.numbers]
    if not summary.refusal:
        lines += [f"  ! {warning}" for warning in summary.warnings]
    return "\n".join([*lines, "Assumed:", *(f"  - {line}" for line in summary.assumptions)])


BACKTEST = Command(
    "backtest", "Run one strategy over past bars.", _arguments, _run, written=frozenset({"html", "csv"})
)
