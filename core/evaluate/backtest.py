"""One strategy over past bars, through the matching core of the paper book.

A backtest is the execution of past bars: this is the one stage that calls another's (core.execute) functions.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.errors import NotEnoughHistory
from core.evaluate.metrics import measure
from core.records import Costs, ExitReason, Instrument, Metrics, Timeframe

if TYPE_CHECKING:
    from core.execute import Rates

EXIT_REASONS = np.array(
    ["", *(r.value for r in (ExitReason.SIGNAL, ExitReason.STOP_LOSS, ExitReason.TAKE_PROFIT))]
)
"""By the core's kind of event."""


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
    """False: a direction is acted on once, when it changes: the position turns at one open, and after a stop or target
    the book waits for the next change. True: it is acted on at every bar, as cycles do: against a position it closes,
    and the bar after may open."""
    lot: float = 1e-8
    """Smallest step of a quantity; 0 for none. Fixed units are not rounded."""


@dataclass(frozen=True, slots=True)
class Backtest:
    """What came out."""

    curves: pd.DataFrame
    """Index date (bars); columns equity, hold: value at each close."""
    trades: pd.DataFrame
    """Closed round trips: quantity, entry and exit time and price, fees, pnl, return_, exit_reason, bars."""
    fills: pd.DataFrame
    """bar (row), kind, quantity (signed), price, reference, fee, charges: the events of core.execute.matching."""
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
    from core.execute import rates_for, replay
    from core.execute.matching import REJECTED

    rates = rates_for(costs, instrument, timeframe)
    opens, highs, lows, closes = (frozen(bars[name], np.float64) for name in ("open", "high", "low", "close"))
    acting = frozen(direction if rules.every_bar else edges(np.asarray(direction)), np.int8)
    equity, held, events = replay(
        opens, highs, lows, closes, acting, rates, float(initial_cash), float(rules.size), float(rules.stop),
        float(rules.target), bool(rules.short), float(rules.lot), not rules.every_bar,
    )  # fmt: skip
    yearly = instrument.bars_per_year(timeframe)
    fills = pd.DataFrame(events, columns=["bar", "kind", "quantity", "price", "reference", "fee", "charges"])
    trades = round_trips(events, bars.index)
    hold = buy_and_hold(opens[1], closes, rates, initial_cash)
    done = events[events[:, 1] != REJECTED]
    value = float(np.abs(done[:, 2] * done[:, 3]).sum())
    return Backtest(
        curves=pd.DataFrame({"equity": equity, "hold": hold}, index=bars.index, copy=False),
        trades=trades,
        fills=fills,
        metrics=measure(equity, trades, held, value, yearly),
        hold=measure(hold, trades.iloc[:0], np.ones(len(hold), dtype=bool), initial_cash, yearly),
    )


def frozen(values: "pd.Series | np.ndarray", dtype: type) -> np.ndarray:
    """A contiguous read-only view (a copy only where needed), so that the core is compiled for one kind of array."""
    view: np.ndarray = np.ascontiguousarray(values, dtype=dtype).view()
    view.flags.writeable = False
    return view


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


def round_trips(events: np.ndarray, dates: pd.Index) -> pd.DataFrame:
    """Pair entries with exits; every position is closed whole, so they alternate. An open one is left out.

    Args:
        events: (k, 7): bar, kind, quantity, price, reference, fee, charges, in the order they happened.
        dates: of the bars.
    """
    from core.execute.matching import ENTRY, REJECTED

    kind = events[:, 1].astype(np.int64)
    exits = events[(kind != ENTRY) & (kind != REJECTED)]
    entries = events[kind == ENTRY][: len(exits)]
    first, last = entries[:, 0].astype(np.int64), exits[:, 0].astype(np.int64)
    quantity, paid, got = entries[:, 2], entries[:, 3], exits[:, 3]
    fees = exits[:, 5] + exits[:, 6]
    pnl = quantity * (got - paid) - fees
    return pd.DataFrame(
        {
            "quantity": quantity,
            "entry_time": dates[first],
            "entry_price": paid,
            "exit_time": dates[last],
            "exit_price": got,
            "fees": fees,
            "pnl": pnl,
            "return_": pnl / (np.abs(quantity) * paid),
            "exit_reason": EXIT_REASONS[exits[:, 1].astype(np.int64)],
            "bars": last - first,
        }
    )


def buy_and_hold(second_open: float, closes: np.ndarray, rates: "Rates", cash: float) -> np.ndarray:
    """All cash into the asset at the second open (a decision at the first close), with the same costs."""
    paid = second_open * (1.0 + rates.half_spread + rates.slippage)
    curve = cash / (paid * (1.0 + rates.fee)) * closes
    curve[0] = cash
    return curve
