"""The bars of one day in their context, with levels, averages and trades."""

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import plotly.graph_objects as go

from core.charts.candles import candle_chart
from core.charts.overlays import Line
from core.charts.palette import Look, faded
from core.charts.time_axis import plain_time
from core.patterns import PriceLevel
from core.records import Trade

_MARGIN = 0.25
"""Levels within this share of the drawn range beyond it are drawn too."""


def day_chart(
    bars: pd.DataFrame,
    levels: Sequence[PriceLevel],
    trades: Sequence[Trade],
    start: datetime,
    until: datetime,
    look: Look = Look.LIGHT,
    title: str = "What did the price do?",
    currency: str = "",
) -> go.Figure:
    """Candles before and on the day, which is shaded; levels far off are left out.

    Args:
        bars: core.tables bars with the columns fast and slow, averages of 20 and 50 bars.
        start, until: the day.
    """
    averages = bars[["fast", "slow"]] if len(bars) else None
    figure = candle_chart(
        bars, averages, [Line("fast", "average of 20 bars"), Line("slow", "average of 50 bars")], (), trades, look,
        title, currency=currency, levels=_near(levels, bars),
    )  # fmt: skip
    if len(bars):
        figure.add_shape(
            type="rect", xref="x", yref="paper", x0=plain_time(start), x1=plain_time(until), y0=0, y1=1, layer="below",
            line={"width": 0}, fillcolor=faded(look.tokens.accent, 0.08),
        )  # fmt: skip
        figure.add_annotation(
            x=plain_time(start), xanchor="left", xshift=4, yref="paper", y=1, yanchor="top", showarrow=False,
            text=f"{start:%d %b}", font={"size": 11, "color": look.tokens.muted},
        )  # fmt: skip
    return figure


def _near(levels: Sequence[PriceLevel], bars: pd.DataFrame) -> list[PriceLevel]:
    if bars.empty:
        return []
    low, high = float(bars["low"].min()), float(bars["high"].max())
    beyond = _MARGIN * (high - low)
    return [level for level in levels if low - beyond <= level.price <= high + beyond]
