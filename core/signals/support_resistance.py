"""Support and resistance: with a bounce off a level or a break of one, while the close stays on that side."""

from functools import partial

import numpy as np
import pandas as pd
from pydantic import Field

from core.patterns import LevelRules, level_events, levels_of
from core.signals.indicators import last_event
from core.signals.strategy import Opinion, Parameters, Strategy, opinion


class SupportResistance(Parameters):
    """What counts as a level, a bounce and a break."""

    span: int = Field(5, ge=2, le=30, description="Bars on either side that a turn stands out from, in bars.")
    width: float = Field(
        0.6, gt=0, le=5, description="Turns within this distance are one level, in mean ranges of 14 bars."
    )
    touches: int = Field(3, ge=2, le=20, description="Least number of turns at a level.")
    reach: int = Field(250, ge=50, le=1000, description="Bars after which a turn is forgotten.")
    near: float = Field(0.25, ge=0, le=3, description="How near a bar must come to bounce, in mean ranges.")
    beyond: float = Field(0.5, ge=0, le=5, description="How far past a level a close must be to break it, in mean ranges.")  # fmt: skip
    hold: int = Field(10, ge=1, le=200, description="Bars that a bounce or break counts.")

    @property
    def rules(self) -> LevelRules:
        """As the search for levels takes them."""
        return LevelRules(span=self.span, width=self.width, reach=self.reach, touches=self.touches)


def decide(bars: pd.DataFrame, features: pd.DataFrame, chosen: SupportResistance) -> Opinion:
    """Up after a bounce off support or a break of resistance, down the other way round, for `hold` bars while the close
    stays on that side of the level.

    Confidence is 0.5 and up to 0.4 more with the level's strength, fading to 0.5 at the end of `hold`.
    """
    close = bars["close"].to_numpy()
    if not len(close):
        return opinion(np.zeros(0), np.zeros(0), np.zeros(0))
    events = level_events(bars, chosen.rules, chosen.near, chosen.beyond)
    place, age = last_event(events.way != 0)
    at = np.maximum(place, 0)
    way = events.way[at]
    stands = (place >= 0) & (age < chosen.hold) & (way * (close - events.price[at]) > 0)
    stands[: chosen.rules.memory + chosen.hold] = False
    fade = events.strength[at] * (1.0 - age / chosen.hold)
    return opinion(np.where(stands, way, 0.0), fade, 0.5 + 0.4 * fade)


def explain(bars: pd.DataFrame, features: pd.DataFrame, chosen: SupportResistance) -> str:
    """The nearest levels, and what the price last did at one."""
    warm = chosen.rules.memory + chosen.hold
    if len(bars) <= warm:
        return f"Too few bars to look for levels: {len(bars)} of {warm + 1}."
    close = float(bars["close"].iloc[-1])
    known = levels_of(bars, -1, chosen.rules)
    under = max((level.price for level in known if level.price < close), default=None)
    over = min((level.price for level in known if level.price >= close), default=None)
    events = level_events(bars.iloc[-warm - 1 :], chosen.rules, chosen.near, chosen.beyond)
    place, age = last_event(events.way != 0)
    told = f"no bounce or break in the last {chosen.hold} bars"
    if place[-1] >= 0 and age[-1] < chosen.hold:
        what = "broke" if events.broke[place[-1]] else "bounced off"
        told = f"{age[-1]} bars ago the price {what} {events.price[place[-1]]:,.2f}"
    levels = f"Support {under:,.2f}" if under is not None else f"No support within {chosen.reach} bars"
    levels += f", resistance {over:,.2f}" if over is not None else ", no resistance"
    return f"{levels} (close {close:,.2f}): {told}."


def support_resistance(chosen: SupportResistance) -> Strategy:
    """The strategy with these numbers."""
    return Strategy(
        name="support_resistance",
        title="Support and resistance (bounce and break)",
        description=f"With a bounce off a price that has turned the market {chosen.touches} times or more, or with a close "
        "beyond it.",
        horizon="short",
        decide=partial(decide, chosen=chosen),
        explain=partial(explain, chosen=chosen),
        parameters=chosen,
    )


SUPPORT_RESISTANCE = support_resistance(SupportResistance())
