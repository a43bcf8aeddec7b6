"""Bars beside those of another source: where they disagree, and whether one of the two lives in another zone."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.collect.quality.faults import Mask
from core.collect.quality.oddities import Floats
from core.records import Timeframe

Seconds = np.ndarray

_LEAST = 0.003
"""Closes of two venues may always differ by so much; fees and spreads keep arbitrage from closing it."""
_TYPICAL = 0.5
"""…or by this many robust deviations of a bar's own move, because the two end their bars not quite at once."""
_MAD_TO_SIGMA = 1.4826

_HOURS = 14
"""Largest offset of a time zone that is looked for."""
_TAIL = 2000
_ENOUGH = 50


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Bars beside a reference; arrays are (n,) by the bars' rows."""

    matched: Mask
    """The reference has a bar of that time."""
    differs: Mask
    """…and its close differs by more than the bound."""
    bound: float
    """As a fraction of the price."""
    factor: float
    """Median of close ÷ reference close; 1 when there is nothing to compare."""

    @property
    def throughout(self) -> bool:
        """Whether the two differ by about one factor everywhere, as adjusted and plain prices do."""
        return bool(
            abs(np.log(self.factor)) > self.bound and self.differs.sum() > 0.9 * max(self.matched.sum(), 1)
        )


def compare(seconds: Seconds, close: Floats, reference: pd.DataFrame | None) -> Comparison:
    """Closes beside those of the reference at the same times.

    The bound is max(0.3 %, 0.5 × 1.4826 × median absolute log return of the bars).

    Args:
        seconds: (n,) open times since 1970, ascending. close: (n,) positive prices.
        reference: bars of another source and the same timeframe, in order; None when there is none.
    """
    nothing = np.zeros(len(close), dtype=bool)
    if reference is None or not len(reference) or not len(close):
        return Comparison(nothing, nothing, _LEAST, 1.0)
    moves = np.abs(np.diff(np.log(close)))
    bound = max(_LEAST, _TYPICAL * _MAD_TO_SIGMA * float(np.median(moves))) if len(moves) else _LEAST
    other_times, other = _priced(reference)
    place = np.minimum(other_times.searchsorted(seconds), max(len(other) - 1, 0))
    matched = other_times[place] == seconds if len(other) else nothing
    ratio = np.ones(len(close))
    ratio[matched] = close[matched] / other[place[matched]]
    differs = matched & (np.abs(np.log(ratio)) > bound)
    factor = float(np.median(ratio[matched])) if matched.any() else 1.0
    return Comparison(matched, differs, bound, factor)


def shift_to(seconds: Seconds, close: Floats, reference: pd.DataFrame | None, timeframe: Timeframe) -> int:
    """Whole hours by which the bars must be moved so that their returns follow the reference's; 0 when they do.

    Another shift is believed when the returns there correlate by more than 0.8, and by 0.4 more than unmoved; at least
    50 common bars of the last 2,000 are needed.
    """
    if reference is None or timeframe is Timeframe.D1 or len(close) < _ENOUGH:
        return 0
    other_times, other = _priced(reference)
    if len(other) < _ENOUGH:
        return 0
    times, prices = seconds[-_TAIL:], close[-_TAIL:]
    moves, other_moves = np.diff(np.log(prices)), np.diff(np.log(other))
    found = {
        hours: _correlation(times[1:] + hours * 3600, moves, other_times[1:], other_moves)
        for hours in range(-_HOURS, _HOURS + 1)
        if hours * 3600 % timeframe.seconds == 0
    }
    best = max(found, key=lambda hours: found[hours])
    return best if found[best] > 0.8 and found[best] - found[0] > 0.4 else 0


def _priced(reference: pd.DataFrame) -> tuple[Seconds, Floats]:
    close = reference["close"].to_numpy("float64")
    fine = np.isfinite(close) & (close > 0)
    return pd.DatetimeIndex(reference.index).as_unit("s").asi8[fine], close[fine]


def _correlation(times: Seconds, moves: Floats, other_times: Seconds, other_moves: Floats) -> float:
    place = np.minimum(other_times.searchsorted(times), len(other_times) - 1)
    both = other_times[place] == times
    if both.sum() < _ENOUGH:
        return 0.0
    a, b = moves[both], other_moves[place[both]]
    if a.std() == 0 or b.std() == 0:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])
