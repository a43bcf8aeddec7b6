"""A search as pages and the command line show it: while it runs, and when it has ended."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import UnknownId
from core.evaluate.search.cells import Scores
from core.evaluate.search.choice import scored, surroundings
from core.evaluate.search.found import Found
from core.evaluate.search.objectives import choosable, objective_values
from core.instruments import resolve
from core.pipeline import Workbench
from core.pipeline.search_case import StrategyFactory
from core.pipeline.search_request import exhaustive, usual_space
from core.pipeline.strategies import MAKERS
from core.records import (
    Dimension,
    Objective,
    SearchMethod,
    SearchRequest,
    SearchSummary,
    Timeframe,
    WindowResult,
)
from core.signals import STRATEGIES, Strategy
from core.store.search_runs import (
    FIGURES,
    count_cells,
    list_searches,
    read_cells,
    read_curve,
    read_search,
    read_windows,
)
from core.views.number import Number, percent, plain
from core.views.search_titles import cell_words, search_setup, search_title
from core.views.search_words import objective_text, search_numbers

RATIOS = (Objective.SHARPE, Objective.CALMAR)
"""Objectives that are bare numbers; the others are fractions."""


@dataclass(frozen=True, slots=True, eq=False)
class SearchView:
    """Everything that the page draws of a finished search."""

    summary: SearchSummary
    title: str
    setup: str
    """What was searched, in a line."""
    numbers: tuple[Number, ...]
    cells: pd.DataFrame
    """A row for each cell in its order: a column for each parameter, total_return, sharpe, max_drawdown, trades, pruned,
    score (leading objective), mean and worst (of the neighbourhood), allowed, one column for each objective. Empty for a
    walk-forward."""
    hovers: tuple[str, ...]
    """Each cell in words."""
    reach: tuple[float, float]
    """Scores that the colours span; far losses are cut off, so that the good cells can be told apart."""
    searched: tuple[str, ...]
    """Parameters that have more than one value."""
    curve: pd.DataFrame | None
    """equity, hold: out of sample, for a walk-forward."""
    windows: pd.DataFrame
    """A row for each window of a walk-forward."""
    choices: pd.DataFrame
    """The searched parameters chosen in each window; nan where none was."""


@dataclass(frozen=True, slots=True, eq=False)
class LiveSearch:
    """A search under way."""

    request: SearchRequest
    cells: int
    scores: pd.DataFrame
    """position, score, pruned, allowed of the cells of the part that runs now."""
    windows: pd.DataFrame
    """Finished windows of a walk-forward."""


def search_view(bench: Workbench, run_id: str) -> SearchView:
    """Read one finished search.

    Raises:
        UnknownId: no such search, or one that has not ended.
    """
    row = read_search(bench.store, run_id)
    if row.summary is None:
        raise UnknownId(f"The search {run_id!r} has not ended: start it again to go on where it stopped.")
    summary = row.summary
    windows = summary.walk_forward.windows if summary.walk_forward else ()
    cells = pd.DataFrame() if windows else _judged(bench, row.study, summary)
    searched = tuple(d.name for d in summary.request.space if not d.fixed)
    return SearchView(
        summary=summary,
        title=search_title(summary.request),
        setup=search_setup(summary),
        numbers=search_numbers(summary),
        cells=cells,
        hovers=_hovers(cells, summary.request),
        reach=_reach(cells["score"].to_numpy()) if len(cells) else (0.0, 0.0),
        searched=searched,
        curve=read_curve(bench.store, run_id),
        windows=windows_frame(windows, searched),
        choices=pd.DataFrame([{name: w.parameters.get(name, np.nan) for name in searched} for w in windows]),
    )


def live_search(bench: Workbench, run_id: str) -> LiveSearch | None:
    """A search under way; None before it has begun."""
    try:
        row = read_search(bench.store, run_id)
    except UnknownId:
        return None
    request = row.request
    done = read_windows(bench.store, row.study)
    part = len(done) + 1 if request.method is SearchMethod.WALK_FORWARD else 0
    cells = read_cells(bench.store, row.study, [d.name for d in request.space], part)
    years = 1.0  # only the Calmar ratio knows it, and here only the order matters
    found = _found(cells, request.space)
    score = np.where(found.pruned, np.nan, objective_values(found.scores, request.objectives[0], years))
    allowed = np.isfinite(score) & choosable(found.scores, request.worst_drawdown, request.least_trades)
    scores = pd.DataFrame(
        {"position": cells.index, "score": score, "pruned": found.pruned, "allowed": allowed}
    )
    windows = windows_frame(
        tuple(window.result for window in done), [d.name for d in request.space if not d.fixed]
    )
    return LiveSearch(request, count_cells(bench.store, row.study), scores, windows)


def searches(bench: Workbench) -> pd.DataFrame:
    """The newest finished searches."""
    return list_searches(bench.store)


def searchable_strategies() -> tuple[Strategy, ...]:
    """The strategies whose parameters can be searched."""
    return tuple(STRATEGIES[name] for name in MAKERS if not STRATEGIES[name].needs)


def search_space(bench: Workbench, strategy: str) -> tuple[Dimension, ...]:
    """The usual space of a strategy."""
    return usual_space(strategy, bench.settings)


def windows_frame(windows: Sequence[WindowResult], searched: Sequence[str]) -> pd.DataFrame:
    """Windows as a table: dates, searched parameters, figures in and out of sample."""
    return pd.DataFrame(
        [
            {
                "window": w.number + 1, "train_start": w.train_start, "train_stop": w.train_stop,
                "test_start": w.test_start, "test_stop": w.test_stop,
                "parameters": cell_words({name: w.parameters[name] for name in searched if w.parameters}) or "none: cash",
                "return_in": w.in_sample.total_return, "return_out": w.out_of_sample.total_return,
                "sharpe_in": w.in_sample.sharpe, "sharpe_out": w.out_of_sample.sharpe,
                "drawdown_out": w.out_of_sample.max_drawdown, "trades_out": w.out_of_sample.trades,
                "cells": w.cells,
            }
            for w in windows
        ]
    )  # fmt: skip


def backtest_arguments(summary: SearchSummary, parameters: dict[str, float]) -> dict[str, str]:
    """The arguments of a backtest of one cell over the dates of its search."""
    own = {name: value for name, value in parameters.items() if name not in ("stop", "target")}
    typed = StrategyFactory(summary.request.strategy).parameters(own) or {}
    profile = {name: parameters[name] or None for name in ("stop", "target") if name in parameters}
    return {
        "symbol": summary.request.symbol, "timeframe": summary.request.timeframe, "source": summary.request.source,
        "strategy": summary.request.strategy, "start": summary.start.isoformat(), "stop": summary.stop.isoformat(),
        "parameters": json.dumps(typed), "profile": json.dumps(profile),
    }  # fmt: skip


def _hovers(cells: pd.DataFrame, request: SearchRequest) -> tuple[str, ...]:
    if cells.empty:
        return ()
    names, lead = [d.name for d in request.space], request.objectives[0]
    shown = []
    for row in cells.to_dict("records"):
        ratio = None if np.isnan(row["sharpe"]) else row["sharpe"]
        mean = None if np.isnan(row["mean"]) else row["mean"]
        worst = None if np.isnan(row["worst"]) else row["worst"]
        ends = " (given up early)" if row["pruned"] else "" if row["allowed"] else " (breaks a limit)"
        shown.append(
            f"<b>{cell_words({name: row[name] for name in names})}</b>{ends}<br>"
            f"return {percent(row['total_return'])}, Sharpe ratio {plain(ratio)}, drawdown "
            f"{percent(row['max_drawdown'])}, {row['trades']:.0f} trades<br>"
            f"neighbourhood: mean {objective_text(lead, mean)}, worst {objective_text(lead, worst)}"
        )
    return tuple(shown)


def _reach(scores: np.ndarray) -> tuple[float, float]:
    known = scores[np.isfinite(scores)]
    if not len(known):
        return 0.0, 0.0
    low, high = float(known.min()), float(known.max())
    if high > 0 > low:
        low = max(low, -high)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _judged(bench: Workbench, study: str, summary: SearchSummary) -> pd.DataFrame:
    request = summary.request
    cells = read_cells(bench.store, study, [d.name for d in request.space])
    found = _found(cells, request.space)
    yearly = resolve(request.symbol).bars_per_year(Timeframe(request.timeframe))
    years = max(summary.bars - 1, 1) / yearly
    score = scored(found, request.objectives[0], years)
    method = SearchMethod.GRID if exhaustive(request) else SearchMethod.TPE
    surface = surroundings(request.space, method, found, score)
    allowed = np.isfinite(score) & choosable(found.scores, request.worst_drawdown, request.least_trades)
    each = {wanted.value: objective_values(found.scores, wanted, years) for wanted in request.objectives}
    return cells.assign(**each, score=score, mean=surface.mean, worst=surface.worst, allowed=allowed)


def _found(cells: pd.DataFrame, space: Sequence[Dimension]) -> Found:
    scores = Scores(*(cells[name].to_numpy(dtype=float) for name in FIGURES))
    return Found(cells[[d.name for d in space]].to_numpy(dtype=float), scores, cells["pruned"].to_numpy())
