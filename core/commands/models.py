"""`models`: list, show, promote, roll back, prune, and check for drift."""

import argparse
import json
from collections.abc import Callable

from core.commands.command import Answer, Command, add_series, asked_by, runtime, timeframe
from core.commands.cycle import finish
from core.instruments import resolve
from core.moments import moment
from core.pipeline.model_life import promote, prune, roll_back
from core.records import Contest, DriftReport
from core.runtime import Runtime
from core.store import dump
from core.store.model_checks import contests_of, drift_history
from core.store.models import ModelRow, all_models
from core.views.model_life import model_data, model_line, model_page, model_text

Action = Callable[[argparse.Namespace, Runtime], Answer]


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(action=_list, symbol=None)
    actions = parser.add_subparsers(dest="what", metavar="ACTION", help="default: list")
    listing = _action(actions, "list", "every model with its standing", _list)
    listing.add_argument("symbol", nargs="?", help="only of this asset")
    _action(actions, "show", "all that is known of one model", _show).add_argument("id")
    _action(actions, "promote", "make a model the champion of its series and horizon", _promote).add_argument(
        "id"
    )
    back = _action(actions, "rollback", "put the model before the champion in its place", _roll_back)
    back.add_argument("symbol")
    back.add_argument("timeframe")
    back.add_argument("horizon", choices=["short", "medium", "long"])
    back.add_argument(
        "--source", default=None, help="where its bars come from (default: the only one there is)"
    )
    pruning = _action(actions, "prune", "remove old models, files and rows", _prune)
    pruning.add_argument(
        "--keep", type=int, default=3, help="retired models that stay of each series and horizon"
    )
    drift = _action(actions, "drift", "has the world moved since the champions learnt?", _drift)
    add_series(drift)
    drift.add_argument("--as-of", help="nothing newer is read (default: the clock of the data)")
    drift.add_argument(
        "--measure", default="log_loss", choices=["log_loss", "net_return"], help="what contests are decided by"
    )  # fmt: skip


def _action(
    actions: argparse._SubParsersAction, name: str, meaning: str, run: Action
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=meaning, description=meaning)
    # Also after the action, where people put it; a default of its own would take back what was said before it.
    parser.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON object"
    )
    parser.set_defaults(action=run)
    return parser


def _run(options: argparse.Namespace) -> Answer:
    with runtime() as opened:
        action: Action = options.action
        return action(options, opened)


def _list(options: argparse.Namespace, opened: Runtime) -> Answer:
    symbol = resolve(options.symbol).symbol if options.symbol else None
    rows = [row for row in all_models(opened.store) if symbol in (None, row.symbol)]
    text = "\n".join(model_line(row) for row in rows)
    return Answer(
        text or "No model yet: python -m core train SYMBOL.", {"models": [model_data(row) for row in rows]}
    )


def _show(options: argparse.Namespace, opened: Runtime) -> Answer:
    page = model_page(opened.bench, options.id)
    return Answer(model_text(page), page.data)


def _promote(options: argparse.Namespace, opened: Runtime) -> Answer:
    return _champion(promote(opened.bench, options.id, *asked_by()))


def _roll_back(options: argparse.Namespace, opened: Runtime) -> Answer:
    frame = timeframe(options.timeframe, opened.settings.timeframe)
    symbol = resolve(options.symbol).symbol
    source = options.source or _only_source(opened, symbol, frame.value)
    return _champion(roll_back(opened.bench, symbol, frame, source, options.horizon, *asked_by()))


def _only_source(opened: Runtime, symbol: str, frame: str) -> str:
    """Where the models of a series come from; the settings' source when there are several or none."""
    found = {
        row.source for row in all_models(opened.store) if (row.symbol, row.timeframe.value) == (symbol, frame)
    }
    return found.pop() if len(found) == 1 else opened.settings.source


def _champion(row: ModelRow) -> Answer:
    return Answer(
        f"{row.id} is the {row.horizon} champion of {row.symbol} {row.timeframe} now.",
        {"model": model_data(row)},
    )


def _prune(options: argparse.Namespace, opened: Runtime) -> Answer:
    done = prune(opened.bench, options.keep, *asked_by())
    data = {"removed": list(done.removed), "left": list(done.left), "kept": done.kept, "bytes": done.bytes}
    return Answer(done.words, data)


def _drift(options: argparse.Namespace, opened: Runtime) -> Answer:
    as_of = moment(options.as_of)
    arguments = {
        "symbol": resolve(options.symbol).symbol,
        "timeframe": timeframe(options.timeframe, opened.settings.timeframe).value,
        "source": options.source or opened.settings.source,
        "as_of": as_of.isoformat() if as_of else "",
        "measure": options.measure,
    }
    job = finish(opened, opened.jobs.submit("drift", arguments))
    store = opened.store
    checked = [
        report
        for row in all_models(store)
        for report in drift_history(store, row.id, 1)
        if job.started_at is not None and report.checked_at >= job.started_at
    ]
    contests = {item.id: item for report in checked for item in contests_of(store, report.model_id)}
    lines = [f"{report.horizon}: {report.words}" for report in checked]
    lines += [f"{item.horizon} contest: {item.words}" for item in contests.values()]
    data = {
        "reports": json.loads(dump(tuple[DriftReport, ...], tuple(checked))),
        "contests": json.loads(dump(tuple[Contest, ...], tuple(contests.values()))),
    }
    return Answer("\n".join(lines), data)


MODELS = Command(
    "models", "List, show, promote, roll back, prune and check trained models.", _arguments, _run
)
