"""One strategy over past bars, through the matching core of the paper book."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.errors import NotEnoughHistory
from core.evaluate.loop import run_bars
from core.evaluate.metrics import measure
from core.execute import Rates, rates_for
from core.records import Costs, Instrument, Metrics, Timeframe

EXIT_REASONS = np.array(["entry", "signal", "stop_loss", "take_profit", "rejected"])


@dataclass(frozen=True, slots=True)
class Rules:
    """How a direction becomes a position."""

    size: float
    """Share of equity put into a position; −1 means one unit."""
    stop: float
    """Fractions from the fill; nan for none."""
    target: float
    short: bool
    every_bar: bool = False
    """False: a position is opened when the direction changes; True: whenever it is held and the book is flat."""


@dataclass(frozen=True, slots=True)
class Backtest:
    """What came out."""

    curves: pd.DataFrame
    """Index date (bars); columns equity, hold: value at each close."""
    trades: pd.DataFrame
    """Closed round trips: quantity, entry and exit time and price, fees, pnl, return_, exit_reason, bars."""
    fills: pd.DataFrame
    """bar, kind, quantity, price, reference, fee."""
    metrics: Metrics
    hold: Metrics


def run_backtest(
    bars: pd.DataFrame,
    direction: np.ndarray,
    rules: Rules,
    costs: Costs,
    initial_cash: float,
    instrument: Instrument,
    timeframe: Timeframe,
) -> Backtest:
    """Run one strategy.

    Args:
        bars: checked bars (core.tables), at least two.
        direction: −1, 0, 1 for each bar, decided at its close; it acts at the next open. 0 is no opinion.
        rules: position size and bracket.
        costs: per side.
        initial_cash: in the quote currency.
        instrument, timeframe: for annualising and for the cost of a short.

    Raises:
        NotEnoughHistory: fewer than two bars.
    """
    if len(bars) < 2:
        raise NotEnoughHistory("A backtest needs at least two bars: widen the dates or fetch more.")
    rates = rates_for(costs, instrument, timeframe)
    prices = bars[["open", "high", "low", "close"]].to_numpy()
    acting = np.ascontiguousarray(direction, dtype=np.int64)
    acting = acting if rules.every_bar else edges(acting)
    equity, quantity, events = run_bars(
        prices, acting, rates, float(initial_cash), rules.size, rules.stop, rules.target, rules.short
    )
    yearly = instrument.bars_per_year(timeframe)
    fills = pd.DataFrame(events, columns=["bar", "kind", "quantity", "price", "reference", "fee", "charges"])
    trades = round_trips(fills, bars.index)
    hold = buy_and_hold(prices, rates, initial_cash)
    value = float((fills["quantity"].abs() * fills["price"])[fills["kind"] != 4].sum())
    none = trades.iloc[:0]
    return Backtest(
        curves=pd.DataFrame({"equity": equity, "hold": hold}, index=bars.index),
        trades=trades,
        fills=fills,
        metrics=measure(equity, trades, quantity != 0.0, value, yearly),
        hold=measure(hold, none, np.ones(len(hold), dtype=bool), initial_cash, yearly),
    )


def edges(direction: np.ndarray) -> np.ndarray:
    """Only the bars where the opinion changes to a new direction; the rest say nothing (0).

    A run of one direction that is interrupted by «no opinion» and goes on is one opinion.
    """
    spoken = np.flatnonzero(direction)
    changed = np.zeros_like(direction)
    if len(spoken):
        said = direction[spoken]
        first = np.r_[True, said[1:] != said[:-1]]
        changed[spoken[first]] = said[first]
    return changed


def round_trips(fills: pd.DataFrame, dates: pd.Index) -> pd.DataFrame:
    """Pair entries with exits; every position is closed whole, so they alternate. An open one is left out."""
    done = fills[fills["kind"] != 4]
    entry = done[done["kind"] == 0].reset_index(drop=True)
    exit_ = done[done["kind"] != 0].reset_index(drop=True)
    entry = entry.iloc[: len(exit_)]
    first, last = entry["bar"].to_numpy(dtype=int), exit_["bar"].to_numpy(dtype=int)
    quantity, paid = entry["quantity"], entry["price"]
    fees = exit_["fee"] + exit_["charges"]
    pnl = quantity * (exit_["price"] - paid) - fees
    return pd.DataFrame(
        {
            "quantity": quantity,
            "entry_time": dates[first],
            "entry_price": paid,
            "exit_time": dates[last],
            "exit_price": exit_["price"],
            "fees": fees,
            "pnl": pnl,
            "return_": pnl / (quantity.abs() * paid),
            "exit_reason": EXIT_REASONS[exit_["kind"].to_numpy(dtype=int)],
            "bars": last - first,
        }
    )


def buy_and_hold(prices: np.ndarray, rates: Rates, cash: float) -> np.ndarray:
    """All cash into the asset at the second open (a decision at the first close), with the same costs."""
    paid = prices[1, 0] * (1.0 + rates.half_spread + rates.slippage)
    units = cash / (paid * (1.0 + rates.fee))
    curve = units * prices[:, 3]
    curve[0] = cash
    return curve
