"""The fan of random paths, with the run itself drawn through it."""

import numpy as np
import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished, spikes
from core.charts.words import percent_text
from core.records import Fan

NO_PATHS = "No simulation yet. Choose a backtest above, and its paths appear here."


def fan_chart(
    fan: Fan | None,
    step: str = "bar",
    look: Look = Look.LIGHT,
    ruin: float | None = None,
    goal: float | None = None,
    title: str = "Where could the account have gone?",
) -> go.Figure:
    """Bands 5–95 % and 25–75 % and the median of equity relative to the start; the run itself as a line.

    Args:
        fan: levels relative to the start (1 = start).
        step: bar or trade, of the horizontal axis.
        ruin, goal: levels to draw a line at, where they lie near the fan.
    """
    if fan is None or len(fan.steps) < 2:
        return empty_figure(NO_PATHS, look, title, 380)
    tokens = look.tokens
    figure = go.Figure()
    for lower, upper, words, alpha in (
        (fan.p5, fan.p95, "9 of 10 paths", 0.16),
        (fan.p25, fan.p75, "half of the paths", 0.26),
    ):
        figure.add_trace(_edge(fan.steps, upper, words))
        figure.add_trace(
            _edge(fan.steps, lower, words).update(
                fill="tonexty", fillcolor=faded(tokens.accent, alpha), showlegend=True
            )
        )
    figure.add_trace(
        go.Scatter(
            x=fan.steps, y=fan.p50, mode="lines", name=f"median {_gain(fan.p50[-1])}",
            line={"color": tokens.accent, "width": 2}, customdata=np.column_stack([fan.p5, fan.p25, fan.p75, fan.p95]),
            hovertemplate="median %{y:.1%}<br>half between %{customdata[1]:.1%} and %{customdata[2]:.1%}<br>"
            "9 of 10 between %{customdata[0]:.1%} and %{customdata[3]:.1%}<extra></extra>",
        )
    )  # fmt: skip
    if len(fan.actual) > 1:
        figure.add_trace(
            go.Scatter(
                x=fan.steps[: len(fan.actual)], y=fan.actual, mode="lines", name=f"actual run {_gain(fan.actual[-1])}",
                line={"color": tokens.text, "width": 1.8}, hovertemplate="actual run %{y:.1%}<extra></extra>",
            )
        )  # fmt: skip
    low, high = _reach(fan)
    for level, words in ((ruin, "ruin"), (goal, "goal"), (1.0, "")):
        if level is not None and low <= level <= high:
            _line_at(figure, level, words, look)
    figure.update_layout(
        xaxis={"title": {"text": f"{step}s from the start"}, "tickformat": ",", "zeroline": False,
               "range": [0, fan.steps[-1]], **spikes(look)},
        yaxis={"title": {"text": "equity, % of the start"}, "tickformat": ".0%", "range": [low, high]},
        hovermode="x unified",
    )  # fmt: skip
    return finished(figure, look, title, 360, _meaning(fan, step), legend_rows=2)


def _edge(steps: tuple[int, ...], levels: tuple[float, ...], words: str) -> go.Scatter:
    return go.Scatter(
        x=steps, y=levels, mode="lines", name=words, legendgroup=words, showlegend=False, hoverinfo="skip",
        line={"width": 0},
    )  # fmt: skip


def _line_at(figure: go.Figure, level: float, words: str, look: Look) -> None:
    tokens = look.tokens
    colour = {"ruin": tokens.loss, "goal": tokens.profit}.get(words, faded(tokens.text, 0.45))
    figure.add_hline(level, line={"color": colour, "width": 1.2, "dash": "dot"})
    if words:
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", y=level, yanchor="bottom", text=f"{words} {level:.0%}", showarrow=False,
            font={"size": 11, "color": colour},
        )  # fmt: skip


def _reach(fan: Fan) -> tuple[float, float]:
    """What the vertical axis shows: all of the fan and the run, with a margin."""
    low, high = min(*fan.p5, *fan.actual), max(*fan.p95, *fan.actual)
    margin = max(0.06 * (high - low), 0.01)
    return max(low - margin, 0.0) if low >= 0 else low - margin, high + margin


def _gain(level: float) -> str:
    return percent_text(level - 1)


def _meaning(fan: Fan, step: str) -> str:
    words = (
        f"After {fan.steps[-1]:,} {step}s the median path stands at {_gain(fan.p50[-1])}, "
        f"9 of 10 between {_gain(fan.p5[-1])} and {_gain(fan.p95[-1])}"
    )
    return words + (f"; the actual run at {_gain(fan.actual[-1])}." if len(fan.actual) > 1 else ".")
