"""Plots above each other on one time axis."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import spikes

_GAP = 0.025
"""Of the height, between two strips."""


def stack_strips(figure: go.Figure, heights: Sequence[int], titles: Sequence[str], look: Look) -> None:
    """One time axis at the bottom; the y axes y, y2, y3 … stand above each other.

    Args:
        heights: of each strip in pixels, from the top; the first one is the price.
        titles: of each y axis; an empty one is left out.
    """
    gap = _GAP if len(heights) > 1 else 0.0
    usable, top = 1 - gap * (len(heights) - 1), 1.0
    for number, (height, title) in enumerate(zip(heights, titles, strict=True), start=1):
        bottom = max(0.0, top - usable * height / sum(heights))
        axis = {
            "domain": [bottom, top], "side": "right", "zeroline": False, "anchor": "x",
            "nticks": 8 if number == 1 else 4, "tickformat": "," if number == 1 else "",
        } | (spikes(look) if number == 1 else {})  # fmt: skip
        if title:
            axis["title"] = {"text": title}
        figure.update_layout({f"yaxis{number if number > 1 else ''}": axis})
        top = bottom - gap
    figure.update_layout(
        xaxis={"rangeslider": {"visible": False}, "anchor": f"y{len(heights) if len(heights) > 1 else ''}",
               "title": {"text": "time (UTC)"}, **spikes(look)},
        hoversubplots="axis",
    )  # fmt: skip


def note(figure: go.Figure, words: str, look: Look) -> None:
    """A quiet remark in the upper left corner of the plot."""
    figure.add_annotation(
        text=words, xref="paper", yref="paper", x=0, y=1, xanchor="left", yanchor="top", align="left",
        font={"size": 11, "color": look.tokens.muted}, bgcolor=faded(look.tokens.background, 0.8),
    )  # fmt: skip
