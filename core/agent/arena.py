"""The simulated market that agents live in: bars, what trading costs, and the limits that hold there."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from core.errors import InputError, NotEnoughHistory
from core.execute import Terms, market_rows, terms_for
from core.records import Costs, Instrument, Timeframe

SECONDS_A_DAY = 86_400


class Limits(NamedTuple):
    """Risk rules that bound every position of an agent; plain floats, as compiled code takes them."""

    size: float
    """Largest position, as a share of equity."""
    stop: float = math.nan
    """Bracket as fractions from the fill; nan for none."""
    target: float = math.nan
    trail: float = math.nan
    """Trailing stop, as a fraction of the best price; nan for none."""
    even: float = math.nan
    """Gain from which the stop moves to the entry; nan for never."""
    bars: float = math.inf
    """Time limit of a position; inf for none."""
    short: bool = True
    """Whether a position below zero may be opened."""
    daily_loss: float = math.inf
    """Loss since 00:00 UTC from which nothing is opened, as a share of the equity then."""
    drawdown: float = math.inf
    """Fall from the highest equity from which nothing is opened any more."""


@dataclass(frozen=True, slots=True, eq=False)
class Arena:
    """One series of bars, ready for the matching core."""

    index: pd.DatetimeIndex
    opens: np.ndarray
    """(n,) float64, as the three below."""
    highs: np.ndarray
    lows: np.ndarray
    closes: np.ndarray
    days: np.ndarray
    """(n,) float64: number of the UTC day in which a bar opens."""
    market: np.ndarray
    """(n or 1, MARKET_COLUMNS): what was known of the market before each bar."""
    terms: Terms
    limits: Limits
    cash: float
    """At the start of an episode, quote currency."""
    bars_per_year: float

    def __len__(self) -> int:
        return len(self.closes)

    def part(self, first: int, stop: int) -> "Arena":
        """The bars first ≤ row < stop; what their market rows know of the bars before stays."""
        rows = slice(first, stop)
        return replace(
            self,
            index=self.index[rows],
            opens=self.opens[rows],
            highs=self.highs[rows],
            lows=self.lows[rows],
            closes=self.closes[rows],
            days=self.days[rows],
            market=self.market[rows] if len(self.market) > 1 else self.market,
        )


def arena_of(
    bars: pd.DataFrame,
    instrument: Instrument,
    timeframe: Timeframe,
    costs: Costs,
    limits: Limits,
    cash: float,
) -> Arena:
    """Bars and costs as the matching core takes them.

    Args:
        bars: checked bars (core.tables).
        cash: at the start of an episode, quote currency.

    Raises:
        NotEnoughHistory: fewer than two bars.
        InputError: costs ask for volume and the bars have none, or the cash or the size is not above 0.
    """
    if len(bars) < 2:
        raise NotEnoughHistory("A simulated market needs at least two bars: widen the dates or fetch more.")
    if not cash > 0 or not limits.size > 0:
        raise InputError(
            f"A simulated market needs cash and a largest position above 0, not {cash:g} and {limits.size:g}."
        )
    index = pd.DatetimeIndex(bars.index)
    opens, highs, lows, closes = (
        np.array(bars[name], np.float64) for name in ("open", "high", "low", "close")
    )
    days = index.tz_convert("UTC").as_unit("s").asi8 // SECONDS_A_DAY
    return Arena(
        index=index,
        opens=opens,
        highs=highs,
        lows=lows,
        closes=closes,
        days=days.astype(np.float64),
        market=market_rows(bars, costs, instrument.symbol),
        terms=terms_for(costs, instrument, timeframe),
        limits=limits,
        cash=float(cash),
        bars_per_year=float(instrument.bars_per_year(timeframe)),
    )


def checked_exposures(levels: Sequence[float], short: bool) -> tuple[float, ...]:
    """What an agent may choose of, in order: without the negative ones where short positions are switched off.

    Raises:
        InputError: 0 is missing, a level lies outside −1 … 1, or nothing but 0 is left.
    """
    chosen = tuple(sorted({float(level) for level in levels if short or level >= 0}))
    if 0.0 not in chosen or len(chosen) < 2 or chosen[0] < -1 or chosen[-1] > 1:
        raise InputError(
            f"An agent cannot choose of the exposures {', '.join(f'{level:g}' for level in levels)}: give 0 and at least "
            "one other between −1 and 1."
        )
    return chosen
