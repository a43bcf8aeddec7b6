"""The chosen cell on the bars that follow its search, and the tests chained into one curve."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.evaluate.backtest import run_backtest
from core.evaluate.metrics import max_drawdown, sharpe
from core.evaluate.search.cells import Factory, History, Terms, bracket
from core.records import Figures


@dataclass(frozen=True, slots=True, eq=False)
class Tested:
    """One cell over one test."""

    equity: np.ndarray
    """At the close before the test and at each of its closes; starts at the terms' cash."""
    trades: pd.DataFrame
    """Closed round trips."""
    figures: Figures


def trade_cell(
    history: History, factory: Factory, names: Sequence[str], cell: np.ndarray, terms: Terms
) -> Tested:
    """Trade one cell over the history's rows.

    The opinion at the close before the first row, which was known then, fills at that row's open. What is still open
    at the end is valued at the last close less what it would cost to close it, so that no window leaves its costs to
    nobody. Indicators are warm: they were computed on all the bars before.

    Args:
        history: its first row must not be the first bar.
        cell: (d,) one that the factory takes.
    """
    own = {
        name: float(value) for name, value in zip(names, cell, strict=True) if name not in ("stop", "target")
    }
    decide = factory(own)
    assert decide is not None, "only cells that ran are tested"
    with_eve = replace(history, first=history.first - 1)
    stop, target = bracket(names, cell, terms.rules)
    direction = np.asarray(decide(*history.seen()), dtype=np.int8)[with_eve.first :]
    rules = replace(terms.rules, stop=stop, target=target)
    done = run_backtest(
        with_eve.traded, direction, rules, terms.costs, terms.cash, terms.instrument, terms.timeframe
    )
    equity = done.curves["equity"].to_numpy(copy=True)
    equity[-1] -= _cost_to_close(done.fills, float(with_eve.traded["close"].iloc[-1]), terms)
    return Tested(equity, done.trades, curve_figures(equity, len(done.trades), terms.bars_per_year))


def curve_figures(equity: np.ndarray, trades: int, bars_per_year: float) -> Figures:
    """Figures of a curve."""
    ratio = sharpe(equity[1:] / equity[:-1] - 1.0, bars_per_year)
    return Figures(float(equity[-1] / equity[0] - 1.0), ratio, max_drawdown(equity), trades)


def chained(curves: Sequence[np.ndarray], cash: float) -> np.ndarray:
    """Curves that each begin where the one before ended: their returns one after the other, from `cash` on."""
    parts = [np.array([cash])]
    for curve in curves:
        parts.append(parts[-1][-1] * curve[1:] / curve[0])
    return np.concatenate(parts)


def yearly_growth(log_growth: float, bars: int, bars_per_year: float) -> float | None:
    """Compound yearly growth of a summed log return over a number of bars; None after ruin or without bars."""
    if bars <= 0 or not math.isfinite(log_growth):
        return None
    return math.expm1(min(log_growth * bars_per_year / bars, 700.0))


def efficiency(growth_in: float | None, growth_out: float | None) -> float | None:
    """Walk-forward efficiency (Pardo 2008): yearly growth out of sample over yearly growth in sample.

    None where the searches found no growth: a ratio to a loss means nothing.
    """
    if growth_in is None or growth_out is None or growth_in <= 0:
        return None
    return growth_out / growth_in


def _cost_to_close(fills: pd.DataFrame, close: float, terms: Terms) -> float:
    from core.execute.layout import FILLS

    left = abs(float(fills.loc[fills["kind"].isin(FILLS), "quantity"].sum()))
    value = left * close if left * close > 1e-9 * terms.cash else 0.0  # below: rounding of sums
    costs = terms.costs
    return value * (costs.fee + costs.half_spread + costs.slippage)
