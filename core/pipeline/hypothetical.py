"""What a trade that was stopped would have made: the same order, at the next open, under the same exits and costs.

One pass of the matching core over the bars that followed. What a book does beyond that is left out: it also closes when
the signals turn, and what it holds leaves less cash for the next trade.
"""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
import pandas as pd

from core.evaluate import Rules
from core.execute import MEMORY, market_rows, terms_for
from core.execute.layout import ENTRY, FILLS, REJECTED
from core.instruments import resolve
from core.records import Costs, Instrument, Timeframe
from core.records.ledgers import OutcomeState, TradeOutcome
from core.settings import RiskSettings
from core.tables import stamp

EXIT_WORDS = {
    "stop_loss": "its stop", "take_profit": "its target", "trailing_stop": "its trailing stop",
    "time_limit": "its time limit", "signal": "a turn of the signals", "risk_halt": "a halt", "manual": "hand",
}  # fmt: skip
"""What ended a trade, in words."""


@dataclass(frozen=True, slots=True)
class StoppedTrade:
    """An opening that a gate stopped."""

    symbol: str
    timeframe: Timeframe
    data_source: str
    as_of: datetime
    units: float
    """Signed."""
    stop: float | None
    """Fractions from the fill."""
    target: float | None
    risk: RiskSettings
    costs: Costs
    cash: float
    """Of the book that would have made it."""

    @property
    def series(self) -> tuple[str, Timeframe, str]:
        """The bars that it would have lived on."""
        return self.symbol, self.timeframe, self.data_source


class Lane(NamedTuple):
    """The bars of one series, ready for many trades."""

    bars: pd.DataFrame
    dates: pd.DatetimeIndex
    prices: tuple[np.ndarray, ...]
    """Open, high, low, close, each (n,)."""


def lane_of(bars: pd.DataFrame) -> Lane:
    """Closed bars of a series, with MEMORY of them before the first trade where costs know volatility or volume."""
    prices = tuple(bars[name].to_numpy(dtype="float64") for name in ("open", "high", "low", "close"))
    return Lane(bars, pd.DatetimeIndex(bars.index), prices)


def outcome_on(trade: StoppedTrade, lane: Lane, market: np.ndarray | None = None) -> TradeOutcome:
    """What it would have made on these bars, as far as they go.

    Args:
        market: `market_of` of the same bars and costs, where it is at hand.
    """
    index = lane.dates
    first = int(index.searchsorted(stamp(trade.as_of)))
    if first == 0:
        return _nothing(OutcomeState.UNKNOWN, "The bars around this moment are not stored.")
    if first == len(index):
        return _nothing(OutcomeState.WAITING, "No bar has opened since, as far as is known.")
    from core.execute import replay  # brings numba

    instrument = resolve(trade.symbol)
    rows = market_of(lane.bars, trade.costs, instrument) if market is None else market
    rows = rows[first - 1 :] if len(rows) > 1 else rows
    prices = [each[first - 1 :] for each in lane.prices]
    direction = np.zeros(len(prices[0]), dtype=np.int8)
    direction[0] = 1 if trade.units > 0 else -1
    equity, held, log = replay(
        *prices, direction, terms_for(trade.costs, instrument, trade.timeframe), rows, float(trade.cash),
        _rules(trade).policy,
    )  # fmt: skip
    return _told(trade, index[first - 1 :], float(equity[-1]) - trade.cash, bool(held[-1]), log)


def market_of(bars: pd.DataFrame, costs: Costs, instrument: Instrument) -> np.ndarray:
    """What was known of the market before each bar, as far as the costs ask for it."""
    return market_rows(bars, costs, instrument.symbol)


def lead_of(costs: Costs) -> int:
    """Bars before its moment that a trade needs: one, or as many as its costs look back."""
    return 5 * MEMORY if costs.looks_back else 10


def _rules(trade: StoppedTrade) -> Rules:
    """The exits of the settings; a trailing stop, a move to the entry price and a time limit where they are switched on."""
    risk = trade.risk
    return Rules(
        size=-abs(trade.units),
        stop=math.nan if trade.stop is None else trade.stop,
        target=math.nan if trade.target is None else trade.target,
        short=True,
        every_bar=True,
        trail=risk.trailing_stop or math.nan,
        break_even=risk.break_even or math.nan,
        time_limit=risk.time_limit or None,
    )


def _told(
    trade: StoppedTrade, dates: pd.DatetimeIndex, pnl: float, held: bool, log: np.ndarray
) -> TradeOutcome:
    """The core's log in a record: columns bar, asset, kind, change, price …"""
    from core.execute.rows import REASONS

    kinds = [int(kind) for kind in log[:, 2]]
    entries = [row for row, kind in zip(log, kinds, strict=True) if kind == ENTRY]
    until = (dates[-1] + trade.timeframe.delta).to_pydatetime()
    if not entries:
        refused = REJECTED in kinds
        return _nothing(
            OutcomeState.REFUSED if refused else OutcomeState.WAITING,
            "The book's cash would not have carried it." if refused else "It would not have been filled yet.",
        )
    units = sum(float(row[3]) for row in entries)
    price = sum(float(row[3] * row[4]) for row in entries) / units
    share = pnl / (abs(units) * price)
    entered = dates[int(entries[0][0])].to_pydatetime()
    side = "Bought" if units > 0 else "Sold short"
    begun = f"{side} at the open of {entered:%Y-%m-%d %H:%M} UTC, it would"
    if held:
        words = f"{begun} still be open, at {_dollars(pnl)} ({share:+.2%}) by {until:%Y-%m-%d %H:%M} UTC."
        return TradeOutcome(
            OutcomeState.OPEN,
            False,
            pnl,
            share,
            words.replace("-0.00%", "0.00%"),
            entered,
            price,
            until=until,
        )
    last, kind = next(
        (row, kind)
        for row, kind in zip(log[::-1], kinds[::-1], strict=True)
        if kind in FILLS and kind != ENTRY
    )
    reason, left = REASONS[kind].value, dates[int(last[0])].to_pydatetime()
    words = f"{begun} have ended by {EXIT_WORDS[reason]} on {left:%Y-%m-%d %H:%M} UTC: {_dollars(pnl)} after costs ({share:+.2%})."
    return TradeOutcome(
        OutcomeState.CLOSED, False, pnl, share, words, entered, price, left, float(last[4]), reason
    )


def _nothing(state: OutcomeState, words: str) -> TradeOutcome:
    return TradeOutcome(state, False, None, None, words)


def _dollars(amount: float) -> str:
    return f"{'−' if amount < 0 else ''}${abs(amount):,.2f}"
