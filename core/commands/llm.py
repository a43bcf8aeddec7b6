"""`llm`: which language model answers, what it cost, what it was asked, and questions to it by hand."""

import argparse
import json
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from core.commands.command import Answer, Command, runtime, tell, timeframe
from core.commands.cycle import finish
from core.errors import InputError
from core.instruments import resolve
from core.moments import moment
from core.records import Problem
from core.runtime import Runtime
from core.store import dump
from core.views.llm import NONE_CONFIGURED, budget_numbers, connection, dollars, presets, state_numbers
from core.views.llm_ledger import GROUPS, exchange, hit_rate, ledger, spending_table

if TYPE_CHECKING:
    from core.pipeline.llm_assets import AssetForecast

Action = Callable[[argparse.Namespace, Runtime], Answer]


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(action=_status)
    actions = parser.add_subparsers(dest="what", metavar="ACTION", help="default: status")
    _action(actions, "status", "which model answers where, and how it does", _status)
    cost = _action(actions, "cost", "what was spent, by day, use, model or asset", _cost)
    cost.add_argument("--by", default="use", choices=list(GROUPS), help="what is summed over (default: use)")
    calls = _action(actions, "calls", "every call, newest first; with an id its prompt and answer", _calls)
    calls.add_argument("id", nargs="?", help="of one call")
    calls.add_argument("--limit", type=int, default=20, help="calls to list (default 20)")
    for part in (cost, calls):
        part.add_argument("--days", type=int, default=7, help="how far back (default 7)")
    _action(actions, "prompts", "the prompt of every use, word for word", _prompts)
    _action(actions, "test", "one tiny question: does it answer?", _test)
    score = _action(actions, "score", "score recent texts of several assets in shared requests", _score)
    score.add_argument("symbols", nargs="+", metavar="SYMBOL")
    score.add_argument(
        "--last-days", type=float, default=None, help="how far back (default: as a cycle reads)"
    )
    ahead = _action(
        actions, "forecast", "forecast several assets, asking the model about all of them together", _forecast
    )
    ahead.add_argument("symbols", nargs="+", metavar="SYMBOL")
    ahead.add_argument("--timeframe", default=None, help="1m 5m 15m 30m 1h 4h 1d (default: from settings)")
    ahead.add_argument("--source", default=None, help="auto, sample, yfinance … (default: from settings)")
    ahead.add_argument("--as-of", help="nothing newer is read (default: the clock of the data)")
    score.add_argument("--at", default="", help="moment in the embedded sample, e.g. 2019-06-01T12:00Z")


def _action(actions: Any, name: str, meaning: str, run: Action) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=meaning, description=meaning)
    # Also after the action, where people put it; a default of its own would take back what was said before it.
    parser.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON object"
    )
    parser.set_defaults(action=run)
    return parser


def _run(options: argparse.Namespace) -> Answer:
    if getattr(options, "days", 1) < 1 or getattr(options, "limit", 1) < 1:
        raise InputError("--days and --limit count from 1.")
    with runtime() as opened:
        action: Action = options.action
        return action(options, opened)


def _status(options: argparse.Namespace, opened: Runtime) -> Answer:
    found = connection(opened.bench)
    if found is None:
        lines = [
            f"  {row['preset']:<10} {row['needs']}; key: {row['key']}" for row in presets().to_dict("records")
        ]
        how = "Choose a preset: GLASSBOX_LLM__PRESET=… or preset under [llm] in settings.toml:"
        return Answer("\n".join([NONE_CONFIGURED, how, *lines]), {"configured": False})
    numbers = (*state_numbers(opened.bench), *budget_numbers(opened.bench, hit_rate(ledger(opened.bench, 1))))
    facts = dict(zip(found.facts["fact"], found.facts["value"], strict=True))
    lines = [f"{name:<12} {value}" for name, value in facts.items()]
    lines += [f"{item.label:<16} {item.value}{f' {item.delta}' if item.delta else ''}" for item in numbers]
    data = {"configured": True, "fault": found.fault, "model": found.model, "uses": found.uses, "facts": facts,
            "numbers": {item.label: item.value for item in numbers}}  # fmt: skip
    return Answer(
        "\n".join([*([f"! {found.fault}"] if found.fault else []), *lines]), data, done=not found.fault
    )


def _cost(options: argparse.Namespace, opened: Runtime) -> Answer:
    table = spending_table(ledger(opened.bench, options.days), options.by)
    lines = [
        f"{row['group']!s:<24} {row['calls']:>8.4g} requests {row['tokens']:>12,.0f} tokens  "
        f"{dollars(None if math.isnan(row['cost']) else row['cost'])}"
        for row in table.to_dict("records")
    ]
    rows = json.loads(table.to_json(orient="records"))
    return Answer(
        "\n".join(lines) or f"Nothing was asked in the last {options.days} days.",
        {"by": options.by, "rows": rows},
    )


def _calls(options: argparse.Namespace, opened: Runtime) -> Answer:
    if options.id:
        said = exchange(opened.bench, options.id)
        if said is None:
            raise InputError(f"There is no call {options.id!r} in which something was sent: see `llm calls`.")
        parts = [f"--- {role}\n{content}" for role, content in said.messages]
        return Answer(
            "\n".join([*parts, "--- answer", said.answer]), {"messages": said.messages, "answer": said.answer}
        )
    calls = ledger(opened.bench, options.days).head(options.limit)
    lines = [
        f"{row['at']:%Y-%m-%d %H:%M:%S}  {row['id']}  {row['use']:<11} {row['state']:<11} {row['units']:>3} units "
        f"{row['tokens']:>6,} tokens {row['seconds']:6.2f} s  {row['symbols']}  {row['reason']}".rstrip()
        for row in calls.to_dict("records")
    ]
    rows = json.loads(calls.to_json(orient="records", date_format="iso"))
    return Answer("\n".join(lines) or f"No call in the last {options.days} days.", {"calls": rows})


def _prompts(options: argparse.Namespace, opened: Runtime) -> Answer:
    from core.llm.prompts import prompts_page
    from core.views.llm_prompts import prompt_rows

    return Answer(prompts_page(), {"prompts": json.loads(prompt_rows().to_json(orient="records"))})


def _test(options: argparse.Namespace, opened: Runtime) -> Answer:
    job = finish(opened, opened.jobs.submit("llm_test", {}))
    return Answer(job.log[-1], {"model": job.result_id, "message": job.log[-1]})


def _score(options: argparse.Namespace, opened: Runtime) -> Answer:
    symbols = [resolve(name).symbol for name in options.symbols]
    days = "" if options.last_days is None else str(options.last_days)
    job = finish(
        opened, opened.jobs.submit("score", {"symbols": ",".join(symbols), "days": days, "at": options.at})
    )
    return Answer(job.log[-1], {"symbols": symbols, "message": job.log[-1]})


def _forecast(options: argparse.Namespace, opened: Runtime) -> Answer:
    from core.pipeline.llm_assets import AssetForecast, forecast_assets

    settings = opened.settings
    found = forecast_assets(
        opened.bench, [resolve(name).symbol for name in options.symbols], timeframe(options.timeframe, settings.timeframe),
        options.source or settings.source, moment(options.as_of), tell=_told,
    )  # fmt: skip
    lines = [line for asset in found.assets for line in _forecast_lines(asset)]
    lines += [f"! {problem.where}: {problem.what} {problem.instead}" for problem in found.problems]
    sent = sum(call.attempts for call in found.calls)
    data = {
        "assets": json.loads(dump(tuple[AssetForecast, ...], found.assets)), "requests": sent,
        "problems": json.loads(dump(tuple[Problem, ...], found.problems)),
    }  # fmt: skip
    return Answer(
        "\n".join([*lines, f"Requests to the language model: {sent}."]), data, done=bool(found.assets)
    )


def _forecast_lines(asset: "AssetForecast") -> list[str]:
    lines = [f"{asset.symbol} as of {asset.as_of:%Y-%m-%d %H:%M} UTC at {asset.price:,.6g}"]
    for item in asset.forecasts:
        said = item.llm
        opinion = "no opinion of a language model" if said is None else (
            f"{said.model}: down {said.p_down:.0%}, flat {said.p_flat:.0%}, up {said.p_up:.0%}, weight {said.weight:.0%}"
            f"{', contaminated' if said.contaminated else ''}"
        )  # fmt: skip
        lines.append(
            f"  {item.horizon:<7} down {item.p_down:.0%}, flat {item.p_flat:.0%}, up {item.p_up:.0%}  ({opinion})"
        )
    return lines


def _told(share: float, words: str) -> None:
    tell(words)


LLM = Command("llm", "Language model: state, cost, calls, prompts, and questions by hand.", _arguments, _run)
