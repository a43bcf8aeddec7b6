"""What the fan of a forecast says in words, and the dates of its bars."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.charts.palette import direction_label
from core.charts.time_axis import plain_index, spacing
from core.charts.words import percent_text, price_text
from core.records import Direction, Forecast


class BarDates:
    """When a bar so many steps from the last one closes, or about when."""

    def __init__(self, index: pd.Index) -> None:
        self._step = spacing(index)
        self._closes = plain_index(index) + self._step

    def at(self, bar: int) -> pd.Timestamp:
        """Ahead, as long after the last bar as it once was from the same hour of an earlier week, or else day.

        So nights and weekends are left out without asking for a market's calendar.
        """
        last = len(self._closes) - 1
        if bar <= 0:
            return self._closes[max(last + bar, 0)]
        past = self._closes[: max(last + 1 - bar, 0)]
        for cycle in (pd.Timedelta(weeks=1), pd.Timedelta(days=1)):
            alike = np.flatnonzero((self._closes[last] - past) % cycle == pd.Timedelta(0))
            if len(alike):
                then = int(alike[-1])
                return self._closes[last] + (self._closes[then + bar] - self._closes[then])
        return self._closes[last] + bar * self._step

    def words(self, bar: int) -> str:
        """The same to the minute."""
        return f"{self.at(bar):%Y-%m-%d %H:%M} UTC"


def hover_words(item: Forecast, price: float, dates: BarDates) -> str:
    """Everything that one horizon says: date, interval, probabilities."""
    low, lower, middle, upper, high = (f"{price_text(p)}" for p in price * np.exp(item.quantiles))
    changes = [percent_text(float(np.expm1(q))) for q in item.quantiles]
    chances = "<br>".join(
        f"{direction_label(way)} {percent_text(chance, 0, signed=False)} (base rate {percent_text(base, 0, signed=False)})"
        for way, chance, base in (
            (Direction.UP, item.p_up, item.base_up),
            (Direction.FLAT, item.p_flat, item.base_flat),
            (Direction.DOWN, item.p_down, item.base_down),
        )
    )
    return (
        f"<b>{item.horizon}</b>: in {item.bars} bars, about {dates.words(item.bars)}<br>"
        f"median {middle} ({changes[2]})<br>half between {lower} ({changes[1]}) and {upper} ({changes[3]})<br>"
        f"9 of 10 between {low} ({changes[0]}) and {high} ({changes[4]})<br>{chances}"
        + ("" if item.edge else "<br><b>no evidence of edge</b>")
    )


def caveat(told: Sequence[Forecast]) -> list[str]:
    """What to believe, in lines that fit a phone."""
    unproven = [item.horizon for item in told if not item.edge]
    lines = []
    if unproven:
        which = "" if len(unproven) == len(told) else f" ({', '.join(unproven)})"
        lines.append(f"<b>No evidence of edge</b>{which}: read the width, not the lean.")
    held = [
        f"{percent_text(item.coverage, 0, signed=False)} {item.horizon}"
        for item in told
        if item.coverage is not None
    ]
    if held:
        lines.append(f"The 90% band has held {', '.join(held)}.")
    return lines


def missing_words(bars: pd.DataFrame, forecasts: Sequence[Forecast]) -> str:
    """Why there is no fan, and what to do."""
    if not forecasts:
        return "No forecast yet. Run a cycle: it trains the models if need be."
    if bars.empty:
        return "No bars to draw from. Fetch the history of this asset."
    return "These forecasts carry no return quantiles. Turn them on under Settings, Predict, heads, and train again."


def meaning(told: Sequence[Forecast], price: float) -> str:
    """The fan for those who cannot see it."""
    parts = [
        f"{item.horizon} ({item.bars} bars): nine of ten between {price_text(price * float(np.exp(item.quantiles[0])))} "
        f"and {price_text(price * float(np.exp(item.quantiles[-1])))}"
        + ("" if item.edge else ", no evidence of edge")
        for item in told
    ]
    return f"From {price_text(price)}: {'; '.join(parts)}."
