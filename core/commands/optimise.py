"""`optimise`: search a strategy's parameters, and say how far the choice can be trusted."""

import argparse
import json
from datetime import datetime

from core.commands.command import Answer, Command, add_series, runtime, timeframe
from core.commands.cycle import finish
from core.errors import InputError
from core.instruments import resolve
from core.moments import moment
from core.pipeline.search_request import request_arguments, space_from
from core.pipeline.strategies import MAKERS
from core.records import Objective, SearchMethod, SearchRequest, SearchSummary, WindowPlan
from core.runtime import Runtime
from core.store import dump
from core.views.number import Number

_METHODS = {
    "grid": SearchMethod.GRID,
    "tpe": SearchMethod.TPE,
    "walk-forward": SearchMethod.WALK_FORWARD,
}


def _arguments(parser: argparse.ArgumentParser) -> None:
    add_series(parser)
    parser.add_argument("--strategy", default="sma_cross", choices=list(MAKERS), help="which rule")
    parser.add_argument(
        "--method", default="grid", choices=list(_METHODS), help="how the space is walked through"
    )
    parser.add_argument(
        "--inner", default="grid", choices=["grid", "tpe"], help="search in each window of a walk-forward"
    )
    parser.add_argument(
        "--space", nargs="+", default=[], metavar="NAME=RANGE",
        help="fast=5:50:5 (low, high, step), slow=20:500:log (equal ratios), stop=0.02 (fixed; 0: none); what is not "
        "named keeps its default; without --space everything of the strategy is searched",
    )  # fmt: skip
    parser.add_argument(
        "--objective", nargs="+", default=["sharpe"], choices=[item.value for item in Objective],
        help="what is sought; several give a Pareto front",
    )  # fmt: skip
    parser.add_argument("--trials", type=int, default=200, help="cells that tpe runs (in each window)")
    parser.add_argument(
        "--no-pruning", action="store_true", help="run also poor cells over the whole history"
    )
    parser.add_argument("--max-drawdown", type=float, help="cells that fall further are not chosen, e.g. 0.2")
    parser.add_argument(
        "--min-trades", type=int, default=0, help="cells with fewer closed trades are not chosen"
    )
    parser.add_argument(
        "--windows",
        metavar="TRAIN:TEST[:GAP]",
        help="of a walk-forward, in bars (default: about eight tests)",
    )
    parser.add_argument("--anchored", action="store_true", help="every search begins at the first bar")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--from", dest="start", help="first day, e.g. 2018-01-01 (default: as far as the data goes)"
    )
    parser.add_argument("--to", dest="stop", help="last moment (default: the last bar)")


def _run(options: argparse.Namespace) -> Answer:
    from core.views.search import search_view  # brings scipy

    start, stop = moment(options.start), moment(options.stop)
    with runtime() as opened:
        request = _request(options, opened, start, stop)
        job = finish(opened, opened.jobs.submit("optimise", request_arguments(request)))
        view = search_view(opened.bench, job.result_id or job.id)
    return Answer(
        _text(view.summary, view.title, view.numbers), json.loads(dump(SearchSummary, view.summary))
    )


def _request(
    options: argparse.Namespace, opened: Runtime, start: datetime | None, stop: datetime | None
) -> SearchRequest:
    method = _METHODS[options.method]
    grid = options.method == "grid" or (options.method == "walk-forward" and options.inner == "grid")
    return SearchRequest(
        symbol=resolve(options.symbol).symbol,
        timeframe=timeframe(options.timeframe, opened.settings.timeframe).value,
        source=options.source or opened.settings.source,
        strategy=options.strategy,
        method=method,
        space=space_from(options.strategy, _wishes(options.space), opened.settings, grid),
        objectives=tuple(Objective(name) for name in options.objective),
        worst_drawdown=options.max_drawdown,
        least_trades=options.min_trades,
        trials=options.trials,
        prune=not options.no_pruning,
        inner=SearchMethod(options.inner),
        windows=_windows(options.windows, options.anchored),
        seed=options.seed,
        start=start,
        stop=stop,
    )


def _wishes(words: list[str]) -> dict[str, str]:
    wishes = {}
    for word in words:
        name, sign, wish = word.partition("=")
        if not sign or not name or not wish:
            raise InputError(f"The range {word!r} cannot be read: write it like fast=5:50:5.")
        wishes[name] = wish
    return wishes


def _windows(text: str | None, anchored: bool) -> WindowPlan | None:
    if text is None:
        if anchored:
            raise InputError(
                "--anchored needs the lengths of the windows: add --windows TRAIN:TEST, e.g. 2000:500."
            )
        return None
    try:
        parts = [int(part) for part in text.split(":")]
        train, test, gap = (*parts, 0) if len(parts) == 2 else parts
    except ValueError as err:
        raise InputError(
            f"The windows {text!r} cannot be read: write them like 2000:500 or 2000:500:24."
        ) from err
    return WindowPlan(train, test, gap, anchored)


def _text(summary: SearchSummary, title: str, numbers: tuple[Number, ...]) -> str:
    from core.views.search_titles import cell_words

    lines = [
        f"{title}, {summary.bars:,} bars {summary.start:%Y-%m-%d} to {summary.stop:%Y-%m-%d} ({summary.seconds:.2f} s)"
    ]
    if summary.verdict is not None:
        lines.append(f"{summary.verdict.kind.value}: {summary.verdict.headline}")
    lines += [f"  {n.label:<24} {n.value:>12}  {n.delta or ''}" for n in numbers]
    for name, cell in (("Plateau", summary.plateau), ("Peak", summary.peak)):
        if cell is not None:
            lines.append(f"  {name}: {cell_words(cell.parameters)}")
    if summary.importance:
        lines.append(
            "  Decided by: " + ", ".join(f"{item.name} {item.share:.0%}" for item in summary.importance)
        )
    for window in summary.walk_forward.windows if summary.walk_forward else ():
        lines.append(
            f"  {window.test_start:%Y-%m-%d} to {window.test_stop:%Y-%m-%d}  "
            f"{cell_words(window.parameters) or 'no cell kept the limits: cash':<44} "
            f"in {window.in_sample.total_return:+.2%}  out {window.out_of_sample.total_return:+.2%}"
        )
    return "\n".join([*lines, *(f"  ! {note}" for note in summary.notes)])


OPTIMISE = Command(
    "optimise", "Search the parameters of a strategy: grid, TPE or walk-forward.", _arguments, _run
)
