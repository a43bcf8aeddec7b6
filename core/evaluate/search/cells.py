"""What every cell is run on, and the one call that runs many of them: arrays in, arrays out."""

import math
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.evaluate.backtest import Rules, edges, frozen
from core.records import Costs, Instrument, Timeframe, TimeInForce

Decide = Callable[[pd.DataFrame, pd.DataFrame], np.ndarray]
"""(bars, features) → direction −1, 0, 1 at each bar, each from that bar and earlier ones only."""
Factory = Callable[[Mapping[str, float]], Decide | None]
"""From parameters to a strategy; None where the strategy refuses them. Must be picklable for worker processes."""

CHUNK_BYTES = 32 * 2**20
"""Directions held at a time: what bounds the extra memory of a sweep, however many cells it has."""

_ONE_SWEEP = threading.Lock()
"""The sweep uses all cores itself, and not every threading layer of numba may be entered from two threads."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms cells trade: all that `run_backtest` takes beside bars and directions."""

    rules: Rules
    costs: Costs
    cash: float
    instrument: Instrument
    timeframe: Timeframe

    @property
    def bars_per_year(self) -> float:
        """For annualising."""
        return self.instrument.bars_per_year(self.timeframe)


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Bars with their features, computed once for all cells, and the rows that are traded.

    Rows before `first` warm the indicators up; rows from `stop` on do not exist for any cell.
    """

    bars: pd.DataFrame
    features: pd.DataFrame
    first: int
    stop: int

    @property
    def length(self) -> int:
        """Bars that are traded."""
        return self.stop - self.first

    @property
    def traded(self) -> pd.DataFrame:
        """The bars that are traded."""
        return self.bars.iloc[self.first : self.stop]

    def seen(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Bars and features that a strategy may look at."""
        return self.bars.iloc[: self.stop], self.features.iloc[: self.stop]

    def until(self, stop: int) -> "History":
        """The same history that ends earlier."""
        return replace(self, stop=stop)


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Figures of cells, one row each; nan where a cell was refused, and for a Sharpe ratio without variation."""

    total_return: np.ndarray
    sharpe: np.ndarray
    """Yearly."""
    max_drawdown: np.ndarray
    """Negative fraction."""
    trades: np.ndarray
    """float64, so that a refused cell can be nan."""

    def __len__(self) -> int:
        return len(self.total_return)


def evaluate_cells(
    history: History, factory: Factory, names: Sequence[str], cells: np.ndarray, terms: Terms
) -> Scores:
    """Run every cell over the history and keep its figures only; the same figures as `run_backtest` cell by cell.

    Args:
        history: what is traded.
        factory: from parameters to a strategy.
        names: of the columns of `cells`; «stop» and «target» replace those of the rules (0: none), the others go to
            the factory.
        cells: (k, d) float64.
        terms: rules, costs and cash of all cells.
    """
    figures = np.full((len(cells), 4), np.nan)
    for rows, directions, stops, targets in _in_chunks(history, factory, names, cells, terms.rules):
        figures[rows] = _sweep(history, directions, stops, targets, terms)
    return Scores(*(np.ascontiguousarray(figures[:, column]) for column in range(4)))


def equity_curves(
    history: History, factory: Factory, names: Sequence[str], cells: np.ndarray, terms: Terms
) -> Iterator[tuple[int, np.ndarray]]:
    """Row and equity (n,) at each close of every cell that is not refused, one at a time."""
    for rows, directions, stops, targets in _in_chunks(history, factory, names, cells, terms.rules):
        for row, direction, stop, target in zip(rows, directions, stops, targets, strict=True):
            yield int(row), _curve(history, direction, float(stop), float(target), terms)


def bracket(names: Sequence[str], cell: np.ndarray, rules: Rules) -> tuple[float, float]:
    """Stop and target of a cell; nan for none."""
    found = {"stop": rules.stop, "target": rules.target}
    found |= {
        name: float(value) or math.nan for name, value in zip(names, cell, strict=True) if name in found
    }
    return found["stop"], found["target"]


def directions_of(history: History, decide: Decide) -> np.ndarray:
    """Directions of the traded rows, int8; the strategy sees nothing from `history.stop` on."""
    return np.asarray(decide(*history.seen()), dtype=np.int8)[history.first :]


def _in_chunks(
    history: History, factory: Factory, names: Sequence[str], cells: np.ndarray, rules: Rules
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """(rows, directions (m, n) int8 to act on, stops (m,), targets (m,)) for as many cells as fit the bound at a time."""
    own = [place for place, name in enumerate(names) if name not in ("stop", "target")]
    fit = max(1, CHUNK_BYTES // max(1, history.length))
    last_key, last = None, None
    for begin in range(0, len(cells), fit):
        rows, directions, brackets = [], [], []
        for row in range(begin, min(begin + fit, len(cells))):
            key = tuple(cells[row, own])
            if key != last_key:  # the bracket varies fastest: a strategy decides once for all its brackets
                decide = factory({names[place]: float(cells[row, place]) for place in own})
                last_key = key
                last = None if decide is None else _acting(directions_of(history, decide), rules)
            if last is not None:
                rows.append(row)
                directions.append(last)
                brackets.append(bracket(names, cells[row], rules))
        if rows:
            levels = np.array(brackets)
            yield np.array(rows), np.stack(directions), levels[:, 0].copy(), levels[:, 1].copy()


def _acting(direction: np.ndarray, rules: Rules) -> np.ndarray:
    return direction if rules.every_bar else edges(direction)


def _sweep(
    history: History, directions: np.ndarray, stops: np.ndarray, targets: np.ndarray, terms: Terms
) -> np.ndarray:
    """(k, 4): total return, yearly Sharpe ratio, worst drawdown, closed trades."""
    from core.execute import market_rows, sweep, terms_for

    rules, bars = terms.rules, history.traded
    prices = (frozen(bars[name], np.float64) for name in ("open", "high", "low", "close"))
    by_day = rules.time_in_force is TimeInForce.DAY
    with _ONE_SWEEP:
        figures = sweep(
            *prices, directions, stops, targets, np.full(len(stops), rules.trail),
            terms_for(terms.costs, terms.instrument, terms.timeframe, rules.fills),
            market_rows(bars, terms.costs, terms.instrument.symbol, by_day=by_day), float(terms.cash), rules.policy,
        )[:, :4]  # fmt: skip
    figures[:, 1] *= math.sqrt(terms.bars_per_year)
    return np.asarray(figures)


def _curve(history: History, acting: np.ndarray, stop: float, target: float, terms: Terms) -> np.ndarray:
    """Equity (n,) at each close."""
    from core.execute import market_rows, replay, terms_for

    rules, bars = replace(terms.rules, stop=stop, target=target), history.traded
    prices = (frozen(bars[name], np.float64) for name in ("open", "high", "low", "close"))
    by_day = rules.time_in_force is TimeInForce.DAY
    equity, _, _ = replay(
        *prices, frozen(acting, np.int8), terms_for(terms.costs, terms.instrument, terms.timeframe, rules.fills),
        market_rows(bars, terms.costs, terms.instrument.symbol, by_day=by_day), float(terms.cash), rules.policy,
    )  # fmt: skip
    return np.asarray(equity)
