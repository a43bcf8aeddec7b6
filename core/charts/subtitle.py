"""Quiet lines under a figure's title: what one has to know before believing the figure."""

import plotly.graph_objects as go

from core.charts.palette import Look

_LINE = 17
"""Pixels."""


def subtitled(figure: go.Figure, lines: list[str], look: Look) -> go.Figure:
    """Push legend and plot of a finished figure down, and write the lines under its title, or where it would stand.

    Args:
        lines: short enough for a phone; may hold plotly's own HTML, so whatever others wrote must be escaped.
    """
    if not lines:
        return figure
    layout, text = figure.layout, "<br>".join(lines)
    above, room = (1 - layout.legend.y) * layout.height, _LINE * len(lines) + 4
    height = layout.height + room
    figure.update_layout(height=height, margin_t=layout.margin.t + room, legend_y=1 - (above + room) / height)
    quiet = {"size": 12, "color": look.tokens.muted, "weight": 400}
    if layout.title.text:
        figure.update_layout(title_subtitle={"text": text, "font": quiet})
    else:
        figure.update_layout(title={"text": text, "font": quiet})
    return figure
