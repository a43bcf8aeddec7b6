"""Several assets in one account: their directions over past bars, through the matching core, with shared cash."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import InputError, NotEnoughHistory
from core.evaluate.backtest import FILL_COLUMNS, Rules, edges, frozen
from core.evaluate.metrics import measure
from core.evaluate.trades import round_trips
from core.execute import market_rows, terms_for
from core.execute.layout import ENTRY, FILLS, MARKET_COLUMNS, ORDER_COLUMNS
from core.records import Costs, Instrument, Metrics, Timeframe, TimeInForce


@dataclass(frozen=True, slots=True)
class Portfolio:
    """What came out."""

    equity: pd.Series
    """Of the whole account at each close, index date (every bar of any asset)."""
    held: pd.DataFrame
    """Units of each asset at each close, a column a symbol."""
    trades: pd.DataFrame
    """As of a backtest, with the symbol."""
    fills: pd.DataFrame
    """As of a backtest; `bar` counts rows of `equity`, `asset` columns of `held`."""
    metrics: Metrics


def run_portfolio(
    bars: Mapping[str, pd.DataFrame],
    directions: Mapping[str, np.ndarray],
    rules: Rules,
    costs: Costs,
    initial_cash: float,
    instruments: Mapping[str, Instrument],
    timeframe: Timeframe,
) -> Portfolio:
    """Run one set of rules over several assets that share an account.

    At each time the assets act in alphabetical order, as in the paper book: cash goes to whom it reaches first. An asset
    without a bar at some time stands still there at its last price.

    Args:
        bars: by symbol, checked bars of one timeframe.
        directions: by symbol, int8 over its own bars.
        rules: `rules.lot` is replaced by each asset's own.
        costs: the same for all, borrow by each asset's calendar.
        instruments: by symbol.

    Raises:
        NotEnoughHistory: fewer than two times.
        InputError: no asset; a direction of another length; another engine's fill convention; no volume where costs
            ask for it.
    """
    symbols = sorted(bars)
    if not symbols:
        raise InputError("A portfolio needs at least one asset: name its bars.")
    if rules.fills.whole_bar:
        raise InputError(
            "Other engines' fill conventions are for one asset: take our own rules for a portfolio."
        )
    for symbol in symbols:
        if len(directions[symbol]) != len(bars[symbol]):
            raise InputError(
                f"{symbol} has {len(bars[symbol])} bars and {len(directions[symbol])} directions: give one for each bar."
            )
    index = pd.DatetimeIndex(
        np.unique(np.concatenate([bars[symbol].index for symbol in symbols])), name="date"
    )
    if len(index) < 2:
        raise NotEnoughHistory("A portfolio needs at least two bars: widen the dates or fetch more.")
    from core.execute import replay_book

    grid = _Grid(index, symbols, bars)
    acting = {s: directions[s] if rules.every_bar else edges(np.asarray(directions[s])) for s in symbols}
    equity, held, log, _ = replay_book(
        *(grid.of(name) for name in ("open", "high", "low", "close")),
        grid.scatter(acting),
        np.zeros((0, 2 + ORDER_COLUMNS)),
        np.array([terms_for(costs, instruments[s], timeframe, rules.fills) for s in symbols], dtype=float),
        grid.markets(costs, rules),
        float(initial_cash),
        rules.policy,
        1,
    )
    done = log[np.isin(log[:, 2], FILLS)]
    trades = round_trips(log, index)
    names = np.array(symbols)[done[done[:, 2] != ENTRY][:, 1].astype(int)]
    trades.insert(0, "symbol", names)
    yearly = max(instruments[s].bars_per_year(timeframe) for s in symbols)
    traded = float(np.abs(done[:, 3] * done[:, 4]).sum())
    return Portfolio(
        equity=pd.Series(equity, index=index, name="equity"),
        held=pd.DataFrame(held, index=index, columns=symbols),
        trades=trades,
        fills=pd.DataFrame(log, columns=FILL_COLUMNS),
        metrics=measure(equity, trades, (held != 0.0).any(axis=1), traded, yearly),
    )


@dataclass(frozen=True, slots=True)
class _Grid:
    """All assets on one time axis."""

    index: pd.DatetimeIndex
    symbols: list[str]
    bars: Mapping[str, pd.DataFrame]

    def of(self, name: str) -> np.ndarray:
        """(n, m) of one column, NaN where an asset has no bar."""
        return frozen(
            np.column_stack(
                [self.bars[s][name].reindex(self.index).to_numpy(dtype=float) for s in self.symbols]
            ),
            np.float64,
        )

    def scatter(self, directions: Mapping[str, np.ndarray]) -> np.ndarray:
        """(n, m) int8, 0 where an asset has no bar."""
        grid = np.zeros((len(self.index), len(self.symbols)), np.int8)
        for column, symbol in enumerate(self.symbols):
            grid[self.index.get_indexer(self.bars[symbol].index), column] = directions[symbol]
        return frozen(grid, np.int8)

    def markets(self, costs: Costs, rules: Rules) -> np.ndarray:
        """(n or 1, m, MARKET_COLUMNS), each asset's from its own bars."""
        by_day = rules.time_in_force is TimeInForce.DAY
        if not (costs.looks_back or by_day):
            return np.zeros((1, len(self.symbols), MARKET_COLUMNS))
        grid = np.zeros((len(self.index), len(self.symbols), MARKET_COLUMNS))
        for column, symbol in enumerate(self.symbols):
            own = self.bars[symbol]
            grid[self.index.get_indexer(own.index), column] = market_rows(own, costs, symbol, by_day)
        return grid
