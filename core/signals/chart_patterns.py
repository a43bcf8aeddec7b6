"""Chart patterns: with a confirmed pattern until its target is reached, it fails, or it is old."""

from functools import partial

import numpy as np
import pandas as pd
from pydantic import Field

from core.patterns import PatternRules, memory
from core.patterns.patterns import Breaks, breaks_of
from core.patterns.pivots import arrays_of
from core.signals.strategy import Opinion, Parameters, Strategy, opinion


class ChartPatterns(Parameters):
    """What counts as a pattern, and how long."""

    span: int = Field(5, ge=2, le=30, description="Bars on either side that a turn stands out from, in bars.")
    height: float = Field(
        3.0, gt=0, le=30, description="Least height of a pattern, in mean ranges of 14 bars."
    )
    level: float = Field(
        0.15, gt=0, lt=0.5, description="How far equal turns may differ, as a share of the height."
    )
    pole: float = Field(
        6.0, gt=0, le=50, description="Least height of a flag's pole, in mean ranges of 14 bars."
    )
    reach: int = Field(150, ge=20, le=1000, description="Most bars from its first turn to its break.")
    hold: int = Field(24, ge=1, le=500, description="Bars after its break in which a pattern counts.")

    @property
    def rules(self) -> PatternRules:
        """As the search for patterns takes them."""
        return PatternRules(
            span=self.span, height=self.height, level=self.level, pole=self.pole, reach=self.reach
        )


def decide(bars: pd.DataFrame, features: pd.DataFrame, chosen: ChartPatterns) -> Opinion:
    """The direction of the newest pattern, from the bar that confirms it, while the close lies between the price at
    which the shape has failed and its target.

    Confidence is 0.8 at the break and fades to 0.5 at the end of `hold`.
    """
    close, rows = bars["close"].to_numpy(), np.arange(len(bars))
    found = breaks_of(arrays_of(bars), chosen.rules)
    if not len(found.row):
        return opinion(np.zeros(len(rows)), np.zeros(len(rows)), np.zeros(len(rows)))
    newest = np.searchsorted(found.row, rows, side="right") - 1
    at = np.maximum(newest, 0)
    age, sign = rows - found.row[at], found.direction[at]
    counts = (newest >= 0) & (age < chosen.hold) & (rows >= memory(chosen.rules) + chosen.hold)
    inside = (sign * (found.target[at] - close) > 0) & (sign * (close - found.wrong[at]) > 0)
    fade = 1.0 - age / chosen.hold
    return opinion(np.where(counts & inside, sign, 0.0), fade, 0.5 + 0.3 * fade)


def explain(bars: pd.DataFrame, features: pd.DataFrame, chosen: ChartPatterns) -> str:
    """The newest pattern with its line and target."""
    warm = memory(chosen.rules) + chosen.hold
    if len(bars) <= warm:
        return f"Too few bars to look for chart patterns: {len(bars)} of {warm + 1}."
    bars = bars.iloc[-warm - 1 :]
    found = breaks_of(arrays_of(bars), chosen.rules)
    if not len(found.row) or len(bars) - 1 - found.row[-1] >= chosen.hold:
        return f"No chart pattern was confirmed in the last {chosen.hold} bars."
    return _words(found, bars, chosen)


def _words(found: Breaks, bars: pd.DataFrame, chosen: ChartPatterns) -> str:
    row, close = int(found.row[-1]), float(bars["close"].iloc[-1])
    sign, target, wrong = (float(values[-1]) for values in (found.direction, found.target, found.wrong))
    kind = found.kind(len(found.row) - 1).value
    told = (
        f"{kind.capitalize()} confirmed {len(bars) - 1 - row} bars ago: the close left {float(found.broken[-1]):,.2f} "
        f"{'upwards' if sign > 0 else 'downwards'}, measured target {target:,.2f}"
    )
    if sign * (target - close) <= 0:
        return f"{told}, which has been reached."
    if sign * (close - wrong) <= 0:
        return f"{told}; it has failed, the close is {'below' if sign > 0 else 'above'} {wrong:,.2f}."
    return f"{told}."


def chart_patterns(chosen: ChartPatterns) -> Strategy:
    """The strategy with these numbers."""
    return Strategy(
        name="chart_patterns",
        title="Chart patterns",
        description="With a triangle, head and shoulders, double top or bottom or flag from the bar that confirms it, for "
        f"{chosen.hold} bars or until its target is reached.",
        horizon="medium",
        decide=partial(decide, chosen=chosen),
        explain=partial(explain, chosen=chosen),
        parameters=chosen,
    )


CHART_PATTERNS = chart_patterns(ChartPatterns())
