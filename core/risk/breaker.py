"""The drawdown breaker and the state of a book, read off its equity and its trades.

The peak is the highest equity since the book began or was reset. Two levels below it:

* every new low beyond `reduce_drawdown` pauses openings for `reduce_hours` (REDUCING);
* a loss of `max_drawdown` trips the breaker (HALTED); it stays tripped, whatever equity does, until a person resets it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from core.records import RiskState, SystemState
from core.settings import RiskSettings


@dataclass(frozen=True, slots=True)
class Breaker:
    """Where the equity of a book stands against its peak, up to a moment."""

    peak: float = 0.0
    low: float = 0.0
    """Lowest equity since the peak."""
    equity: float = 0.0
    low_at: datetime | None = None
    """Of the last new low beyond the softer level."""
    low_drawdown: float = 0.0
    tripped_at: datetime | None = None
    tripped_drawdown: float = 0.0
    tripped_peak: float = 0.0

    @property
    def drawdown(self) -> float:
        """Fraction of the peak, ≥ 0; 1 when nothing is left."""
        return drawdown_from(self.peak, self.equity)


def follow(start: Breaker, times: Sequence[datetime], equity: Sequence[float], risk: RiskSettings) -> Breaker:
    """The breaker after more marks of equity, oldest first.

    Args:
        start: as the marks before left it; `Breaker()` at the beginning and after a reset.
    """
    peak, low, last = start.peak, start.low, start.equity
    low_at, low_drawdown = start.low_at, start.low_drawdown
    tripped_at, tripped_drawdown, tripped_peak = start.tripped_at, start.tripped_drawdown, start.tripped_peak
    soft, hard = risk.reduce_drawdown or float("inf"), risk.max_drawdown or float("inf")
    for time, value in zip(times, equity, strict=True):
        last = value
        if value >= peak:
            peak = low = value
            continue
        if value >= low:
            continue
        low = value
        lost = drawdown_from(peak, value)
        if reached(lost, soft):
            low_at, low_drawdown = time, lost
        if reached(lost, hard) and tripped_at is None:
            tripped_at, tripped_drawdown, tripped_peak = time, lost, peak
    return Breaker(peak, low, last, low_at, low_drawdown, tripped_at, tripped_drawdown, tripped_peak)


def telling(equity: np.ndarray) -> np.ndarray:
    """Marks without which `follow` would end elsewhere, (n,) bool: new peaks, new lows since them, and the last."""
    if not len(equity):
        return np.zeros(0, dtype=bool)
    peak = equity >= np.maximum.accumulate(equity)
    low = pd.Series(equity).groupby(np.cumsum(peak)).cummin().to_numpy()
    told = peak | (equity <= low)
    told[-1] = True
    return np.asarray(told)


def drawdown_from(peak: float, equity: float) -> float:
    """Loss from the peak as a fraction of it; 1 when nothing is left."""
    return max(0.0, 1.0 - equity / peak) if peak > 0 else 0.0


def reached(lost: float, limit: float) -> bool:
    """Whether a loss is as large as its limit, rounding aside."""
    return lost >= limit - 1e-12


def state_from(
    breaker: Breaker,
    outcomes: Sequence[tuple[datetime, float]],
    moment: datetime | None,
    risk: RiskSettings,
) -> RiskState:
    """What a book may do at a moment.

    Args:
        outcomes: exit time and profit of its trades since the last reset, oldest first.
    """
    streak, cooling = losses_in_a_row(outcomes, risk)
    known = RiskState(
        peak=breaker.peak, drawdown=breaker.drawdown, losing_streak=streak, cooling_until=cooling, moment=moment
    )  # fmt: skip
    if breaker.tripped_at is not None:
        words = (
            f"The breaker tripped on {breaker.tripped_at:%Y-%m-%d %H:%M} UTC: the book was "
            f"{breaker.tripped_drawdown:.2%} below its peak of ${breaker.tripped_peak:,.2f}. Nothing is opened until "
            "a person resets it."
        )
        return replace(known, state=SystemState.HALTED, since=breaker.tripped_at, reason=words)
    soft = risk.reduce_drawdown
    if breaker.low_at is not None and soft and reached(breaker.drawdown, soft):
        until = breaker.low_at + timedelta(hours=risk.reduce_hours)
        if moment is None or moment < until:
            words = (
                f"The book reached a new low on {breaker.low_at:%Y-%m-%d %H:%M} UTC, {breaker.low_drawdown:.2%} below "
                f"its peak (from {soft:.0%} on that counts): positions are only closed until "
                f"{until:%Y-%m-%d %H:%M} UTC."
            )
            return replace(known, state=SystemState.REDUCING, since=breaker.low_at, reason=words)
    return known


def losses_in_a_row(
    outcomes: Sequence[tuple[datetime, float]], risk: RiskSettings
) -> tuple[int, datetime | None]:
    """Trades lost in a row at the end, and the end of the pause that follows too many; None where none follows."""
    streak, last = 0, None
    for time, profit in reversed(outcomes):
        if profit >= 0:
            break
        last = last or time
        streak += 1
    if last is None or not risk.losing_streak or streak < risk.losing_streak:
        return streak, None
    return streak, last + timedelta(hours=risk.cooling_hours)
