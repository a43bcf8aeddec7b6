"""The layout that all figures share: grounds of the theme, quiet grid, legend on top, spikes, margins."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.words import wrapped

FONT = "Inter, 'Segoe UI', Roboto, 'Helvetica Neue', 'Liberation Sans', Arial, sans-serif"
"""System fonts only: no figure asks the network for a font."""

FIGURE_CONFIG: Mapping[str, Any] = {
    "displaylogo": False,
    "displayModeBar": "hover",
    "responsive": True,
    "scrollZoom": False,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "sendDataToCloud"],
    "toImageButtonOptions": {"format": "png", "scale": 2},
}
"""Pass as `config=` wherever a figure is shown (with `theme=None` in Streamlit, so that this template counts)."""

_TITLE_HEIGHT = 34
_LEGEND_ROW = 21


@cache
def template(look: Look) -> go.layout.Template:
    """The plotly template of one look; a figure takes a copy of it."""
    tokens = look.tokens
    axis = {
        "gridcolor": faded(tokens.text, 0.08),
        "linecolor": faded(tokens.text, 0.22),
        "zerolinecolor": faded(tokens.text, 0.28),
        "zerolinewidth": 1,
        "tickfont": {"size": 11, "color": tokens.muted},
        "title": {"font": {"size": 12, "color": tokens.muted}, "standoff": 8},
        "automargin": True,
    }
    ground = {"bgcolor": tokens.surface, "bordercolor": faded(tokens.text, 0.18)}
    layout = go.Layout(
        font={"family": FONT, "size": 12, "color": tokens.text},
        title={"font": {"size": 15, "color": tokens.text, "weight": 600}, "x": 0, "xref": "container",
               "xanchor": "left", "y": 1, "yref": "container", "yanchor": "top", "pad": {"t": 6, "l": 6}},
        paper_bgcolor="rgba(0,0,0,0)",
        # Not transparent: plotly would put white under the hair lines.
        plot_bgcolor=tokens.background,
        colorway=list(tokens.series),
        margin={"l": 8, "r": 8, "t": 16, "b": 8},
        xaxis=axis,
        yaxis=axis,
        hoverlabel=ground | {"font": {"family": FONT, "size": 12, "color": tokens.text}, "align": "left",
                             "namelength": -1},
        legend={"orientation": "h", "xref": "container", "x": 0, "xanchor": "left", "yref": "container",
                "yanchor": "top", "font": {"size": 11, "color": tokens.text}, "bgcolor": "rgba(0,0,0,0)", "itemsizing": "trace"},
        modebar={"bgcolor": "rgba(0,0,0,0)", "color": faded(tokens.text, 0.35), "activecolor": tokens.accent,
                 "orientation": "v"},
        bargap=0.28,
        barcornerradius=3,
        separators=".,",
        annotationdefaults={"font": {"size": 11, "color": tokens.text}, "showarrow": False},
    )  # fmt: skip
    return go.layout.Template(layout=layout)


def finished(
    figure: go.Figure, look: Look, title: str, height: int, meaning: str, legend_rows: int = 0
) -> go.Figure:
    """Put the shared layout on a figure and return it.

    Args:
        title: question over the figure; empty when the page asks it.
        height: of the plot with its axes, in pixels; room for title and legend is added to it.
        meaning: what the figure says in one sentence, for those who cannot see it; kept in `layout.meta`.
        legend_rows: rows that the legend needs on a narrow screen.
    """
    top = 16 + (_TITLE_HEIGHT if title else 0) + legend_rows * _LEGEND_ROW
    figure.update_layout(
        template=template(look),
        height=height + top,
        margin_t=top,
        meta=meaning,
        showlegend=legend_rows > 0,
        legend_y=1 - (_TITLE_HEIGHT if title else 4) / (height + top),
    )
    if title:
        figure.update_layout(title_text=title)
    return figure


def hatched(shape: str | list[str], look: Look) -> dict[str, Any]:
    """Fill pattern over a bar's own colour, drawn in the colour of the ground."""
    return {"shape": shape, "fillmode": "overlay", "size": 6, "solidity": 0.22, "fgcolor": look.tokens.background,
            "fgopacity": 0.6}  # fmt: skip


def spikes(look: Look) -> dict[str, Any]:
    """Axis settings of the hair line that follows the pointer."""
    return {
        "showspikes": True, "spikemode": "across", "spikesnap": "cursor", "spikethickness": 1,
        "spikedash": "dot", "spikecolor": faded(look.tokens.text, 0.45),
    }  # fmt: skip


def empty_figure(sentence: str, look: Look, title: str = "", height: int = 220) -> go.Figure:
    """A figure without data: one centred sentence that says what to do."""
    figure = go.Figure()
    figure.add_annotation(
        text=wrapped(sentence), xref="paper", yref="paper", x=0.5, y=0.5, showarrow=False,
        font={"size": 13, "color": look.tokens.muted},
    )  # fmt: skip
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    return finished(figure, look, title, height, sentence)
