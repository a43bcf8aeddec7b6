"""A backtest over time: rolling Sharpe ratio, exposure and turnover."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished, spikes
from core.charts.thinning import thin_series
from core.charts.time_axis import plain_times


def rolling_sharpe_chart(
    rolling: pd.DataFrame, window: int, look: Look = Look.LIGHT, title: str = "Was it good all the time?"
) -> go.Figure:
    """Sharpe ratio over a moving window.

    Args:
        rolling: columns strategy and hold, NaN before the first whole window.
        window: its length in bars.
    """
    if rolling["strategy"].notna().sum() < 2:
        return empty_figure(
            f"The run is shorter than the window of {window} bars, or nothing moved. Test a longer range.",
            look,
            title,
        )
    tokens = look.tokens
    figure = go.Figure()
    for name, colour, dash, width in (
        ("hold", tokens.muted, "dash", 1.4), ("strategy", tokens.accent, "solid", 2.0),
    ):  # fmt: skip
        line = thin_series(rolling[name], 2_000)
        label = "buy and hold" if name == "hold" else name
        figure.add_trace(
            go.Scatter(x=plain_times(line.index), y=line.to_numpy(), mode="lines", name=label,
                       line={"color": colour, "dash": dash, "width": width},
                       hovertemplate="%{y:.2f}<extra>" + label + "</extra>")
        )  # fmt: skip
    figure.update_layout(
        xaxis={"title": {"text": "time (UTC)"}, **spikes(look)},
        yaxis={"title": {"text": f"Sharpe, last {window:,} bars"}, "zeroline": True},
        hovermode="x unified",
    )
    known = rolling["strategy"].dropna()
    meaning = f"Sharpe ratio of the last {window} bars, above zero {float((known > 0).mean()):.0%} of the time, between {known.min():.2f} and {known.max():.2f}."
    return finished(figure, look, title, 260, meaning, legend_rows=1)


def exposure_chart(
    exposure: pd.Series,
    turnover: pd.Series,
    look: Look = Look.LIGHT,
    title: str = "How much was at stake, and how often was it turned over?",
) -> go.Figure:
    """Value of the position as a share of equity, long above and short below zero, and each month's turnover.

    Args:
        exposure: signed share at each close.
        turnover: traded value over mean equity, by the first moment of the month.
    """
    exposure = exposure.dropna()
    if exposure.empty or not exposure.any():
        return empty_figure(
            "No position was ever open. Choose another strategy or a longer range.", look, title
        )
    tokens = look.tokens
    figure = go.Figure()
    for name, part, colour in (
        ("long", exposure.clip(lower=0), tokens.long), ("short", exposure.clip(upper=0), tokens.short),
    ):  # fmt: skip
        if part.any():
            line = thin_series(part, 2_000)
            figure.add_trace(
                go.Scatter(x=plain_times(line.index), y=line.to_numpy(), mode="lines", name=name, line_shape="hv",
                           line={"width": 0.8, "color": colour}, fill="tozeroy", fillcolor=faded(colour, 0.35),
                           hovertemplate="%{y:.1%} of equity<extra>" + name + "</extra>")
            )  # fmt: skip
    figure.add_trace(
        go.Bar(x=plain_times(turnover.index), y=turnover.to_numpy(), yaxis="y2", name="turnover", showlegend=False,
               marker={"color": faded(tokens.neutral, 0.7)}, xperiod="M1", xperiodalignment="middle",
               hovertemplate="%{x|%b %Y}: %{y:.2f} × equity traded<extra></extra>")
    )  # fmt: skip
    figure.update_layout(
        xaxis={"title": {"text": "time (UTC)"}, "anchor": "y2", **spikes(look)},
        yaxis={"domain": [0.42, 1], "title": {"text": "position / equity"}, "tickformat": ".0%", "nticks": 6},
        yaxis2={"domain": [0, 0.32], "title": {"text": "× a month"}, "nticks": 4, "rangemode": "tozero"},
    )
    held = np.abs(exposure.to_numpy())
    meaning = f"In the market {float((held > 0).mean()):.0%} of the time, at most with {held.max():.0%} of equity; traded {turnover.mean():.2f} times the equity in a mean month."
    return finished(figure, look, title, 320, meaning, legend_rows=1)
