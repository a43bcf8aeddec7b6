"""Do enough signals win, and does a signal earn anything after costs?"""

from collections.abc import Mapping

import plotly.graph_objects as go

from core.charts.palette import Look
from core.charts.template import empty_figure, finished
from core.charts.words import percent_text
from core.records import ModelScores


def hit_rate_chart(
    scores: Mapping[str, ModelScores],
    look: Look = Look.LIGHT,
    title: str = "Do enough signals win to pay for the others?",
) -> go.Figure:
    """Hit rate of each horizon with its interval against break-even; beside it the mean return with its interval.

    Args:
        scores: by the name of the horizon, nearest first.
    """
    known = {name: item for name, item in scores.items() if item.hit_rate is not None}
    if not known:
        return empty_figure(
            "No model leaned up or down beyond its base rate, so there is no signal to judge.", look, title
        )
    tokens = look.tokens
    names = list(known)
    figure = go.Figure()
    for trace in (
        _points(names, known, look, "hits"),
        go.Scatter(
            x=[item.break_even for item in known.values()], y=names, mode="markers", name="break-even after costs",
            marker={"symbol": "line-ns", "size": 22, "line": {"width": 3, "color": tokens.loss}},
            hovertemplate="%{y}: break-even at %{x:.1%}<extra></extra>",
        ),
        _points(names, known, look, "money"),
    ):  # fmt: skip
        figure.add_trace(trace)
    figure.add_shape(
        type="line",
        x0=0.0,
        x1=0.0,
        xref="x2",
        y0=0.0,
        y1=1.0,
        yref="y2 domain",
        line={"color": tokens.loss, "width": 1.5},
    )
    every = list(scores)
    for name in every:
        if name not in known:
            figure.add_annotation(
                x=0.04, xref="x domain", xanchor="left", y=name, text="never leaned beyond the base rate: no signal",
                font={"color": tokens.muted},
            )  # fmt: skip
    axis = {"type": "category", "categoryorder": "array", "categoryarray": every, "range": [len(every) - 0.5, -0.5],
            "showgrid": False}  # fmt: skip
    figure.update_layout(
        xaxis={"domain": [0, 0.47], "tickformat": ".0%", "title": {"text": "hit rate, 95 % interval"}, "nticks": 7},
        xaxis2={"domain": [0.55, 1], "anchor": "y2", "tickformat": "+.2%", "title": {"text": "mean return of a signal after costs"},
                "nticks": 5, "zeroline": False},
        yaxis=axis,
        yaxis2=axis | {"anchor": "x2", "showticklabels": False},
    )  # fmt: skip
    meaning = "; ".join(
        f"{name}: {percent_text(item.hit_rate or 0.0, 1, False)} of signals win, break-even {percent_text(item.break_even or 0.0, 1, False)}"
        for name, item in known.items()
    )
    return finished(figure, look, title, 80 + 46 * len(scores), f"{meaning}.", legend_rows=1)


def _points(names: list[str], known: Mapping[str, ModelScores], look: Look, what: str) -> go.Scatter:
    hits = what == "hits"
    rows = [
        (item.hit_rate, item.hit_low, item.hit_high)
        if hits
        else (item.expectancy, item.expectancy_low, item.expectancy_high)
        for item in known.values()
    ]
    middle = [mean or 0.0 for mean, _, _ in rows]
    up = [(high if high is not None else mean or 0.0) - (mean or 0.0) for mean, _, high in rows]
    down = [(mean or 0.0) - (low if low is not None else mean or 0.0) for mean, low, _ in rows]
    colour = look.tokens.accent
    return go.Scatter(
        x=middle, y=names, mode="markers", name="hit rate and mean return, 95 %", legendgroup="points", showlegend=hits,
        xaxis="x" if hits else "x2", yaxis="y" if hits else "y2",
        marker={"size": 10, "color": colour},
        error_x={"type": "data", "array": up, "arrayminus": down, "color": colour, "thickness": 2, "width": 6},
        customdata=[_hover(name, item, hits) for name, item in known.items()],
        hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip


def _hover(name: str, item: ModelScores, hits: bool) -> str:
    if hits:
        return (
            f"{name}: {percent_text(item.hit_rate or 0.0, 1, False)} of {item.signals:,} signals<br>worth {item.effective_signals:,.0f} "
            f"independent ones: {percent_text(item.hit_low or 0.0, 1, False)} to {percent_text(item.hit_high or 0.0, 1, False)}"
        )
    if item.expectancy_low is None or item.expectancy_high is None:
        return f"{name}: {percent_text(item.expectancy or 0.0, 3)} a signal; too few for an interval"
    return (
        f"{name}: {percent_text(item.expectancy or 0.0, 3)} a signal after costs<br>"
        f"{percent_text(item.expectancy_low, 3)} to {percent_text(item.expectancy_high, 3)}"
    )
