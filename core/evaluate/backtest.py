"""One strategy over past bars, through the matching core of the paper book.

A backtest is the execution of past bars: this is the one stage that calls another's (core.execute) functions.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.errors import InputError, NotEnoughHistory
from core.evaluate.metrics import measure
from core.evaluate.trades import round_trips
from core.execute import (
    LIMIT,
    MARKET,
    OURS,
    STOP_LIMIT,
    STOP_MARKET,
    TRAILING,
    FillConvention,
    Policy,
    market_rows,
    terms_for,
)
from core.records import Costs, Instrument, Metrics, OrderType, Timeframe, TimeInForce

if TYPE_CHECKING:
    from core.execute import Terms

FILL_COLUMNS = (
    "bar", "asset", "kind", "quantity", "price", "reference", "fee", "charges", "spread", "slippage", "order"
)  # fmt: skip
_KINDS = {
    OrderType.MARKET: MARKET,
    OrderType.LIMIT: LIMIT,
    OrderType.STOP: STOP_MARKET,
    OrderType.STOP_LIMIT: STOP_LIMIT,
    OrderType.TRAILING_STOP: TRAILING,
}
_FORCES = {TimeInForce.GTC: 0.0, TimeInForce.IOC: 1.0, TimeInForce.DAY: 2.0}


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
    trail: float = math.nan
    """Trailing stop, as a fraction of the best price since the entry; nan for none."""
    break_even: float = math.nan
    """Gain, as a fraction of the entry price, from which the stop moves to the entry price; nan for never."""
    time_limit: int | None = None
    """Bars after which a position is closed at the next open; None for never."""
    entry: OrderType = OrderType.MARKET
    """What opens a position; closing by signal is always a market order."""
    entry_offset: float = 0.0
    """Of the entry's limit or trigger from the deciding close, as a fraction: a limit waits on the better side, a stop
    on the worse; of a trailing entry its distance."""
    entry_through: float = 0.0
    """Of a stop-limit entry: its limit beyond the trigger, as a fraction."""
    entry_bars: int | None = None
    """Bars that an entry order waits; None: until the opinion changes."""
    time_in_force: TimeInForce = TimeInForce.GTC
    latency: int = 0
    """Bars between an order and its market: 0 fills at the next open, 1 at the one after."""
    fills: FillConvention = OURS
    """Whose fill rules; others than ours only to compare with other engines."""

    def __post_init__(self) -> None:
        """Refuse what cannot be meant.

        Raises:
            InputError: naming the rule.
        """
        for name in ("trail", "break_even"):
            if getattr(self, name) <= 0:
                raise InputError(
                    f"The rule {name} is {getattr(self, name):g}: give a fraction above 0, or none."
                )
        if self.time_limit is not None and self.time_limit < 1:
            raise InputError(f"The rule time_limit is {self.time_limit}: give at least 1 bar, or none.")
        if self.latency < 0:
            raise InputError(f"The rule latency is {self.latency}: give 0 bars or more.")
        if not 0 <= self.entry_offset < 1 or (
            self.entry is OrderType.TRAILING_STOP and self.entry_offset == 0
        ):
            raise InputError(
                f"The rule entry_offset is {self.entry_offset:g}: give a fraction from 0 to below 1, above 0 for a trailing entry."
            )

    @property
    def policy(self) -> Policy:
        """The rules as the core takes them."""
        return Policy(
            size=float(self.size),
            stop=float(self.stop),
            target=float(self.target),
            trail=float(self.trail),
            even=float(self.break_even),
            bars=math.inf if self.time_limit is None else float(self.time_limit),
            short=bool(self.short),
            turn=not self.every_bar,
            lot=float(self.lot),
            kind=_KINDS[self.entry],
            offset=float(self.entry_offset),
            through=float(self.entry_through),
            force=_FORCES[self.time_in_force],
            life=math.inf if self.entry_bars is None else float(self.entry_bars),
            delay=float(self.latency),
        )


@dataclass(frozen=True, slots=True)
class Backtest:
    """What came out."""

    curves: pd.DataFrame
    """Index date (bars); columns equity, hold: value at each close."""
    trades: pd.DataFrame
    """Closed round trips, a row for each exit: quantity, entry and exit time and price, fees, pnl, return_, exit_reason,
    bars."""
    fills: pd.DataFrame
    """FILL_COLUMNS, the events of core.execute.layout in their order: bar (row), asset, kind, quantity (signed), price,
    reference (price before half-spread and slippage), fee, charges (entry fee and rent of what an exit closed), what
    half-spread and slippage took, and the bar of the decision (−1 for a position's own exits)."""
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
        rules: position size, bracket and how orders are sent.
        costs: per side.
        initial_cash: in the quote currency.
        instrument, timeframe: for annualising, rents, lot and tick.

    Raises:
        NotEnoughHistory: fewer than two bars.
        InputError: costs ask for volume and the bars have none.
    """
    if len(bars) < 2:
        raise NotEnoughHistory("A backtest needs at least two bars: widen the dates or fetch more.")
    from core.execute import replay

    terms = terms_for(costs, instrument, timeframe, rules.fills)
    opens, highs, lows, closes = (frozen(bars[name], np.float64) for name in ("open", "high", "low", "close"))
    acting = frozen(direction if rules.every_bar else edges(np.asarray(direction)), np.int8)
    known = market_rows(bars, costs, instrument.symbol, by_day=rules.time_in_force is TimeInForce.DAY)
    equity, held, log = replay(
        opens, highs, lows, closes, acting, terms, known, float(initial_cash), rules.policy
    )
    return report(bars, equity, held, log, terms, initial_cash, instrument.bars_per_year(timeframe))


def report(
    bars: pd.DataFrame,
    equity: np.ndarray,
    held: np.ndarray,
    log: np.ndarray,
    terms: "Terms",
    initial_cash: float,
    bars_per_year: float,
) -> Backtest:
    """What a run's equity (n,), held (n,) and log of events say, beside buy and hold with the same costs."""
    from core.execute.layout import FILLS

    fills = pd.DataFrame(log, columns=FILL_COLUMNS)
    trades = round_trips(log, bars.index)
    closes = frozen(bars["close"], np.float64)
    hold = buy_and_hold(float(bars["open"].iloc[1]), closes, terms, initial_cash)
    done = log[np.isin(log[:, 2], FILLS)]
    value = float(np.abs(done[:, 3] * done[:, 4]).sum())
    return Backtest(
        curves=pd.DataFrame({"equity": equity, "hold": hold}, index=bars.index, copy=False),
        trades=trades,
        fills=fills,
        metrics=measure(equity, trades, held, value, bars_per_year),
        hold=measure(hold, trades.iloc[:0], np.ones(len(hold), dtype=bool), initial_cash, bars_per_year),
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


def buy_and_hold(second_open: float, closes: np.ndarray, terms: "Terms", cash: float) -> np.ndarray:
    """All cash into the asset at the second open (a decision at the first close), with the same costs."""
    paid = second_open * (1.0 + terms.half_spread + terms.slippage)
    curve = cash / (paid * (1.0 + terms.fee)) * closes
    curve[0] = cash
    return curve
