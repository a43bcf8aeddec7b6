"""Was a model good all the time, and did its intervals hold?"""

import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished, spikes
from core.charts.thinning import thin_series
from core.charts.time_axis import plain_times

_POINTS = 1_500


def skill_time_chart(
    rolling: pd.DataFrame, window: int, look: Look = Look.LIGHT, title: str = "Was it good all the time?"
) -> go.Figure:
    """Brier skill over a moving window and over all forecasts so far; above zero is better than knowing nothing.

    Args:
        rolling: columns skill and running, indexed by the open of each scored bar.
        window: forecasts of the moving window.
    """
    if rolling.empty or rolling["skill"].notna().sum() < 2:
        return empty_figure(
            "Too few scored forecasts for a moving window. Train on a longer history.", look, title
        )
    tokens = look.tokens
    figure = go.Figure()
    for name, label, colour, dash, width in (
        ("running", "all so far", tokens.muted, "dot", 1.6), ("skill", f"last {window:,} forecasts", tokens.accent, "solid", 2.0),
    ):  # fmt: skip
        line = thin_series(rolling[name].dropna(), _POINTS)
        figure.add_trace(
            go.Scatter(x=plain_times(line.index), y=line.to_numpy(), mode="lines", name=label,
                       line={"color": colour, "dash": dash, "width": width},
                       hovertemplate="%{y:+.2%}<extra>" + label + "</extra>")
        )  # fmt: skip
    ends = plain_times(rolling.index[[0, -1]])
    figure.add_trace(
        go.Scatter(x=ends, y=[0.0, 0.0], mode="lines", name="knowing nothing", hoverinfo="skip",
                   line={"color": tokens.loss, "width": 1.4})
    )  # fmt: skip
    figure.update_layout(
        xaxis={"title": {"text": "open of the forecast bar (UTC)"}, **spikes(look)},
        yaxis={"title": {"text": "Brier skill"}, "tickformat": "+.1%", "zeroline": False},
        hovermode="x unified",
    )
    known = rolling["skill"].dropna()
    meaning = (
        f"Skill of the last {window} forecasts, above zero {float((known > 0).mean()):.0%} of the time, between "
        f"{known.min():+.1%} and {known.max():+.1%}."
    )
    return finished(figure, look, title, 280, meaning, legend_rows=1)


def coverage_time_chart(
    rolling: pd.DataFrame,
    window: int,
    look: Look = Look.LIGHT,
    title: str = "Did its intervals hold?",
) -> go.Figure:
    """Share of returns inside the 5 … 95 % and the 25 … 75 % interval over a moving window.

    Args:
        rolling: columns coverage, half, low, high, indexed by the open of each scored bar.
        window: forecasts of the moving window.
    """
    if rolling.empty or rolling["coverage"].notna().sum() < 2:
        return empty_figure("This model forecasts no intervals, or too few were scored.", look, title)
    tokens = look.tokens
    figure = go.Figure()
    ends = rolling.iloc[[0, -1]]
    for name in ("high", "low"):
        figure.add_trace(
            go.Scatter(x=plain_times(ends.index), y=ends[name].to_numpy(), mode="lines", line={"width": 0}, hoverinfo="skip",
                       name="where 9 of 10 windows of a perfect 90 % lie", showlegend=name == "low",
                       fill="tonexty" if name == "low" else None, fillcolor=faded(tokens.neutral, 0.18))
        )  # fmt: skip
    for name, label, target, colour in (
        ("coverage", "5 … 95 %, meant: 90 %", 0.9, tokens.accent), ("half", "25 … 75 %, meant: 50 %", 0.5, tokens.series[1]),
    ):  # fmt: skip
        line = thin_series(rolling[name].dropna(), _POINTS)
        figure.add_trace(
            go.Scatter(x=plain_times(line.index), y=line.to_numpy(), mode="lines", name=label,
                       line={"color": colour, "width": 2.0}, hovertemplate="%{y:.1%}<extra>" + label + "</extra>")
        )  # fmt: skip
        figure.add_hline(target, line={"color": colour, "width": 1.2, "dash": "dash"})
    figure.update_layout(
        xaxis={"title": {"text": "open of the forecast bar (UTC)"}, **spikes(look)},
        yaxis={
            "title": {"text": f"inside, last {window:,}"},
            "tickformat": ".0%",
            "range": [0, 1.02],
            "zeroline": False,
        },
        hovermode="x unified",
    )
    known = rolling["coverage"].dropna()
    meaning = f"The 90 % interval held {known.iloc[-1]:.0%} of the last {window} returns, at worst {known.min():.0%}, at best {known.max():.0%}."
    return finished(figure, look, title, 280, meaning, legend_rows=2)
