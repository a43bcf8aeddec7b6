"""One figure over all paths as a histogram: the bad part hatched, the run itself marked."""

import numpy as np
import plotly.graph_objects as go

from core.charts.palette import Look
from core.charts.template import empty_figure, finished, hatched
from core.charts.words import percent_text
from core.records import Distribution

QUESTIONS = {
    "end": "Where does it end?",
    "drawdown": "How deep does it fall?",
    "under_water": "How long below a former peak?",
    "under_water_share": "How much time below a peak?",
    "losing_run": "How many losses in a row?",
    "sharpe": "How sure is the Sharpe ratio?",
}
"""Title by the name of the distribution."""
_AXES = {
    "level": ("equity at the end, change from the start", ".0%"),
    "fraction": ("largest fall from a peak", ".0%"),
    "share": ("share of time", ".0%"),
    "ratio": ("Sharpe ratio a year", ".1f"),
    "bars": ("bars", ",d"),
    "trades": ("trades", ",d"),
}
"""Axis title and tick format by unit."""


def distribution_chart(
    item: Distribution | None, look: Look = Look.LIGHT, limit: float | None = None, title: str = ""
) -> go.Figure:
    """Paths by bin; lines at the median, at the bad end of nine paths in ten, and at the run.

    Args:
        item: of a MonteCarloRun.
        limit: what lies below it is hatched as bad (1 for the end, −0.3 for a drawdown limit of 30 %).
        title: the question; default by name.
    """
    if item is None:
        return empty_figure("This figure is not defined for these paths: they do not vary.", look, title, 220)
    title = title or QUESTIONS.get(item.name, item.meaning)
    if item.p1 == item.p99 and len(item.counts) == 1:
        return empty_figure(f"The same on every path: {value_words(item.p50, item.unit)}.", look, title, 220)
    tokens, shift = look.tokens, 1.0 if item.unit == "level" else 0.0
    edges, counts = np.array(item.edges) - shift, np.array(item.counts)
    share = counts / counts.sum()
    middle, width = (edges[:-1] + edges[1:]) / 2, np.diff(edges)
    bad = middle < (limit - shift) if limit is not None else np.zeros(len(middle), dtype=bool)
    figure = go.Figure()
    for words, chosen, colour, pattern in (
        ("bad", bad, tokens.loss, "/"), ("paths", ~bad, tokens.accent, ""),
    ):  # fmt: skip
        if chosen.any():
            figure.add_trace(
                go.Bar(
                    x=middle[chosen], y=share[chosen], width=width[chosen] * 0.92, name=words, showlegend=False,
                    marker={"color": colour, "opacity": 0.75, "line": {"width": 0}, "pattern": hatched(pattern, look)},
                    customdata=np.column_stack([edges[:-1][chosen], edges[1:][chosen]]),
                    hovertemplate=_hover(item.unit),
                )
            )  # fmt: skip
    worse = item.p5 if item.unit in ("level", "fraction", "ratio") else item.p95
    for words, place, dash, thick in (
        ("median", item.p50, "dot", 1.6), ("one in twenty is worse than", worse, "dash", 1.6),
        ("actual run", item.actual, "solid", 2.4),
    ):  # fmt: skip
        if place is not None:
            figure.add_shape(
                type="line", xref="x", x0=place - shift, x1=place - shift, yref="paper", y0=0, y1=1, showlegend=True,
                name=f"{words} {value_words(place, item.unit)}{_rank_words(item) if words == 'actual run' else ''}",
                line={"width": thick, "dash": dash, "color": tokens.text if words != "one in twenty is worse than" else tokens.loss},
            )  # fmt: skip
    words, form = _AXES[item.unit]
    figure.update_layout(
        barmode="overlay",
        xaxis={"title": {"text": words}, "tickformat": form, "nticks": 8, "zeroline": item.unit == "level"},
        yaxis={"title": {"text": "share of paths"}, "tickformat": ".0%", "rangemode": "tozero", "nticks": 5},
    )
    return finished(figure, look, title, 240, _meaning(item, title), legend_rows=3)


def value_words(value: float, unit: str) -> str:
    """A value of a distribution in its unit."""
    if unit == "level":
        return percent_text(value - 1)
    if unit in ("fraction", "share"):
        return percent_text(value, signed=unit == "fraction")
    return f"{value:.2f}".replace("-", "−") if unit == "ratio" else f"{value:,.0f}"


def _rank_words(item: Distribution) -> str:
    return "" if item.rank is None else f", above {item.rank:.0%} of the paths"


def _hover(unit: str) -> str:
    form = {"level": ":.1%", "fraction": ":.1%", "share": ":.0%", "ratio": ":.2f"}.get(unit, ":,.1f")
    return f"%{{customdata[0]{form}}} to %{{customdata[1]{form}}}<br>%{{y:.2%}} of the paths<extra></extra>"


def _meaning(item: Distribution, title: str) -> str:
    words = (
        f"{title} {item.meaning} Median {value_words(item.p50, item.unit)}, 9 of 10 paths between "
        f"{value_words(item.p5, item.unit)} and {value_words(item.p95, item.unit)}"
    )
    return words + (
        "." if item.actual is None else f"; the actual run {value_words(item.actual, item.unit)}."
    )
