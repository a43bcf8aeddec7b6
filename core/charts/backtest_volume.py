"""Volume under the candles of a backtest."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.candles import volume_trace
from core.charts.palette import Look, faded
from core.charts.time_axis import plain_times

_MOST_BARS = 300
"""Above it the bars are thinner than two pixels: one line then draws them in a fraction of the time."""


def volume_strip(bars: pd.DataFrame, look: Look) -> go.Bar | go.Scatter:
    """Bars in the colour of their candles where they can be told apart, else one line of sticks.

    A browser needs seconds for a thousand bars, each an element of its own, and a blink for one line.

    Args:
        bars: open, close, volume, as drawn.
    """
    if len(bars) <= _MOST_BARS:
        return volume_trace(bars, look)
    volume, times = bars["volume"].to_numpy(), plain_times(bars.index)
    x: list[Any] = [time for time in times for _ in range(3)]
    nothing = np.full(len(bars), np.nan)
    return go.Scatter(
        x=x, y=np.column_stack([np.zeros(len(bars)), volume, nothing]).ravel(), yaxis="y2", mode="lines", name="volume",
        line={"width": 1, "color": faded(look.tokens.muted, 0.7)}, showlegend=False, connectgaps=False,
        customdata=np.repeat(volume, 3), hovertemplate="%{customdata:,.4s}",
    )  # fmt: skip
