"""Search, choose the plateau, trade on; window after window."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.evaluate.search.cells import History
from core.evaluate.search.choice import Choice, choose
from core.evaluate.search.found import Case, Found
from core.evaluate.walk_forward.out_of_sample import (
    chained,
    curve_figures,
    efficiency,
    trade_cell,
    yearly_growth,
)
from core.evaluate.walk_forward.windows import Window
from core.records import Figures, WalkForward, WindowResult

Search = Callable[[Case, int], Found]
"""Runs the search of one window; the second argument is its number."""


@dataclass(frozen=True, slots=True, eq=False)
class WindowRun:
    """One finished window."""

    result: WindowResult
    equity: np.ndarray
    """At the close before the test and at each of its closes."""
    trade_returns: np.ndarray
    """Net return of each closed trade of the test."""


@dataclass(frozen=True, slots=True, eq=False)
class Walked:
    """A whole walk-forward."""

    summary: WalkForward
    equity: pd.Series
    """Out-of-sample equity at the close of each tested bar, the close before the first test included."""
    trade_returns: np.ndarray


def walk_window(case: Case, window: Window, number: int, search: Search) -> WindowRun:
    """Search on the window's train bars, then trade the chosen cell on its test bars.

    The search is handed a history that ends with the train bars: it cannot see the test. Where no cell may be chosen
    (limits on drawdown or trades), the test stays in cash and the window says so with no parameters.
    """
    train = replace(case.history, first=window.train_first, stop=window.train_stop)
    found = search(case.over(train), number)
    choice = choose(case.over(train), found)
    test = replace(case.history, first=window.test_first, stop=window.test_stop)
    return _traded(case, train, test, number, found, choice)


def _traded(
    case: Case, train: History, test: History, number: int, found: Found, choice: Choice
) -> WindowRun:
    row = choice.plateau
    if row is None:
        equity = np.full(test.length + 1, case.terms.cash)
        parameters, inside, returns = {}, Figures(0.0, None, 0.0, 0), np.empty(0)
        outside = curve_figures(equity, 0, case.terms.bars_per_year)
    else:
        cell = found.cells[row]
        parameters = {name: float(value) for name, value in zip(case.names, cell, strict=True)}
        tested = trade_cell(test, case.factory, case.names, cell, case.terms)
        equity, inside, outside = tested.equity, found.figures(row), tested.figures
        returns = tested.trades["return_"].to_numpy(dtype=float)
    index = case.history.bars.index
    result = WindowResult(
        number=number,
        train_start=index[train.first].to_pydatetime(),
        train_stop=index[train.stop - 1].to_pydatetime(),
        test_start=index[test.first].to_pydatetime(),
        test_stop=index[test.stop - 1].to_pydatetime(),
        train_bars=train.length,
        test_bars=test.length,
        parameters=parameters,
        in_sample=inside,
        out_of_sample=outside,
        cells=len(found),
    )
    return WindowRun(result, equity, returns)


def stitch(case: Case, windows: Sequence[Window], runs: Sequence[WindowRun]) -> Walked:
    """Chain the tests into one curve and compare it with what the searches promised."""
    yearly = case.terms.bars_per_year
    equity = chained([run.equity for run in runs], case.terms.cash)
    first, stop = windows[0].test_first, windows[-1].test_stop
    trades = sum(run.result.out_of_sample.trades for run in runs)
    inside = [run.result for run in runs if run.result.parameters]
    promised = sum(_log_growth(result.in_sample.total_return) for result in inside)
    growth_in = yearly_growth(promised, sum(result.train_bars - 1 for result in inside), yearly)
    growth_out = yearly_growth(_log_growth(equity[-1] / equity[0] - 1.0), len(equity) - 1, yearly)
    summary = WalkForward(
        windows=tuple(run.result for run in runs),
        out_of_sample=curve_figures(equity, trades, yearly),
        growth_in=growth_in,
        growth_out=growth_out,
        efficiency=efficiency(growth_in, growth_out),
    )
    curve = pd.Series(equity, index=case.history.bars.index[first - 1 : stop], name="equity")
    return Walked(summary, curve, np.concatenate([run.trade_returns for run in runs]))


def _log_growth(total_return: float) -> float:
    return math.log1p(total_return) if total_return > -1.0 else -math.inf
