"""Which features matter in general, and which way their values push."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.charts.explain_words import feature_text, low_to_high, rank_of
from core.charts.palette import Look
from core.charts.template import empty_figure, finished
from core.charts.words import shortened, signed_text

NOTHING = "Nothing to compare yet. Run a cycle: it trains the models and explains what they say."
_ROW = 26
_DOTS = 260
"""Dots of a feature; more lie on top of each other."""


def importance_chart(
    names: Sequence[str],
    importance: np.ndarray,
    look: Look = Look.LIGHT,
    title: str = "Which features matter most?",
    *,
    most: int = 15,
) -> go.Figure:
    """Bars of mean |contribution|, largest on top, and what the others add up to.

    Args:
        names: of the features, in words.
        importance: (f,) in log-odds.
        most: features shown singly.
    """
    if not len(importance) or not importance.any():
        return empty_figure(NOTHING, look, title)
    order = np.argsort(-importance, kind="stable")
    top, rest = order[:most], order[most:]
    labels = [names[i] for i in top]
    sizes = [float(importance[i]) for i in top]
    shares = importance / importance.sum()
    hover = [f"{names[i]}<br>{shares[i]:.1%} of all contributions" for i in top]
    rows = [str(place) for place in range(len(sizes))]
    figure = go.Figure(
        go.Bar(
            orientation="h", x=sizes, y=rows, marker={"color": look.tokens.accent, "line": {"width": 0}},
            text=[f"{size:.3f}" for size in sizes], textposition="outside", cliponaxis=False,
            textfont={"size": 11, "color": look.tokens.text}, customdata=hover,
            hovertemplate="%{customdata}<br>mean |contribution| %{x:.4f} log-odds<extra></extra>", name="importance",
        )
    )  # fmt: skip
    figure.update_layout(
        xaxis={
            "title": {"text": "mean |contribution| (log-odds)"},
            "range": [0, max(sizes) * 1.16],
            "nticks": 6,
        },
        yaxis=_names_axis(rows, labels),
    )
    if len(rest):
        figure.add_annotation(
            text=f"the other {len(rest)} together: {shares[rest].sum():.0%} of all contributions", xref="paper", yref="paper",
            x=1, y=0.02, xanchor="right", yanchor="bottom", font={"size": 11, "color": look.tokens.muted},
        )  # fmt: skip
    meaning = f"Mean |contribution| of {len(names)} features; largest: {labels[0]} with {sizes[0]:.3f}."
    return finished(figure, look, title, _ROW * len(rows) + 60, meaning)


def beeswarm_chart(
    names: Sequence[str],
    units: Sequence[str],
    values: np.ndarray,
    shares: np.ndarray,
    target: str,
    look: Look = Look.LIGHT,
    title: str = "Which way do they push?",
    *,
    most: int = 12,
) -> go.Figure:
    """A row of dots for each of the strongest features, one dot a forecast, coloured by the feature's value.

    Args:
        names, units: of the features.
        values: (n, f) inputs.
        shares: (n, f) contributions.
        target: what is explained, in words.
    """
    if not len(shares) or not shares.any():
        return empty_figure(NOTHING, look, title)
    order = np.argsort(-np.abs(shares).mean(axis=0), kind="stable")[:most]
    picked = _spread_out(len(shares))
    figure = go.Figure()
    for place, feature in enumerate(order.tolist()):
        push, value = shares[picked, feature], values[picked, feature].astype(np.float64)
        rank = rank_of(value)
        figure.add_trace(
            go.Scatter(
                x=push, y=place + _stacked(push, float(np.ptp(shares[:, order]))), mode="markers", name=names[feature], showlegend=False,
                marker={"size": 5, "color": np.where(np.isnan(rank), -0.001, rank), "cmin": 0, "cmax": 1, "opacity": 0.85,
                        "colorscale": [list(stop) for stop in low_to_high(look)],
                        "line": {"width": 0}, **(_colour_bar(look) if place == 0 else {})},
                customdata=[f"{names[feature]} = {feature_text(float(v), units[feature])}" for v in value],
                hovertemplate="%{customdata}<br>%{x:+.4f} log-odds<extra></extra>",
            )
        )  # fmt: skip
    rows = list(range(len(order)))
    figure.update_layout(
        xaxis={"title": {"text": f"contribution (log-odds; right: towards «{target}»)"}, "zeroline": True, "nticks": 7},
        yaxis=_names_axis(rows, [names[i] for i in order]) | {"type": "linear", "range": [len(order) - 0.4, -0.6],
                                                               "autorange": False, "zeroline": False},
    )  # fmt: skip
    strongest = int(order[0])
    meaning = (
        f"Contributions of the {len(order)} strongest features to «{target}» over {len(shares):,} forecasts; "
        f"{names[strongest]} reaches from {signed_text(float(shares[:, strongest].min()))} to "
        f"{signed_text(float(shares[:, strongest].max()))}."
    )
    return finished(figure, look, title, _ROW * len(order) + 90, meaning)


def _names_axis(rows: Sequence[str | int], labels: Sequence[str]) -> dict[str, object]:
    return {
        "autorange": "reversed", "type": "category", "tickmode": "array", "tickvals": list(rows),
        "ticktext": [shortened(label, 44) for label in labels], "showgrid": False, "ticklabelstandoff": 6,
    }  # fmt: skip


def _spread_out(rows: int) -> np.ndarray:
    """Rows to draw, evenly over time."""
    return np.unique(np.linspace(0, rows - 1, min(rows, _DOTS)).astype(int))


def _stacked(push: np.ndarray, span: float) -> np.ndarray:
    """Offsets (−0.38 … 0.38) that keep dots of one place apart: each pile grows from its middle outwards."""
    bins = np.floor(push / (span / 90 or 1.0)).astype(int)
    offset = np.zeros(len(push))
    deepest = max(int(np.unique(bins, return_counts=True)[1].max()), 8)
    for pile in np.unique(bins):
        members = np.flatnonzero(bins == pile)
        count = np.arange(len(members))
        offset[members] = np.where(count % 2, 1, -1) * ((count + 1) // 2) * 0.76 / deepest
    return offset


def _colour_bar(look: Look) -> dict[str, object]:
    return {
        "showscale": True,
        "colorbar": {"title": {"text": "value", "side": "right", "font": {"size": 11, "color": look.tokens.muted}},
                     "tickmode": "array", "tickvals": [0.03, 0.97], "ticktext": ["low", "high"], "thickness": 8, "len": 0.9,
                     "outlinewidth": 0, "tickfont": {"size": 11, "color": look.tokens.muted}},
    }  # fmt: skip
