"""What a scorer says of sentences whose label is known."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.charts.palette import Look
from core.charts.scales import Stops, colour_at, ink_on
from core.charts.template import empty_figure, finished

NOTHING_MEASURED = "Nothing measured yet. Give sentences with labels, and the scorer is compared with them."


def confusion_chart(
    labels: Sequence[str],
    counts: Sequence[Sequence[int]],
    look: Look = Look.LIGHT,
    title: str = "What does it say of good, neutral and bad news?",
) -> go.Figure:
    """Heat map of counts with each cell's share of its row; what is told right lies on the diagonal.

    Args:
        labels: names of rows and columns, in the same order.
        counts: a row a true label, a column a label given.
    """
    total = sum(map(sum, counts))
    if not total:
        return empty_figure(NOTHING_MEASURED, look, title, 240)
    shares = [[count / sum(row) if sum(row) else 0.0 for count in row] for row in counts]
    scale = _scale(look)
    figure = go.Figure(
        go.Heatmap(
            z=shares, x=list(labels), y=list(labels), zmin=0, zmax=1, xgap=3, ygap=3, showscale=False,
            colorscale=[list(stop) for stop in scale], customdata=_hovers(labels, counts, shares),
            hovertemplate="%{customdata}<extra></extra>", name="share of the row",
        )
    )  # fmt: skip
    cells = [(row, column) for row in range(len(labels)) for column in range(len(labels))]
    figure.add_trace(
        go.Scatter(
            x=[labels[column] for _, column in cells], y=[labels[row] for row, _ in cells], mode="text", name="counts",
            text=[f"<b>{counts[row][column]:,}</b><br>{100 * shares[row][column]:.0f} %" for row, column in cells],
            textfont={"size": 13, "color": [ink_on(colour_at(scale, shares[row][column])) for row, column in cells]},
            hoverinfo="skip", showlegend=False,
        )
    )  # fmt: skip
    axis = {
        "type": "category",
        "showgrid": False,
        "ticks": "",
        "categoryorder": "array",
        "categoryarray": list(labels),
    }
    figure.update_layout(
        xaxis=axis | {"title": {"text": "said (count, share of the row)"}},
        yaxis=axis | {"title": {"text": "is"}, "autorange": "reversed"},
    )
    right = sum(counts[at][at] for at in range(len(labels)))
    told = ", ".join(
        f"{label} {counts[at][at]:,} of {sum(counts[at]):,}"
        for at, label in enumerate(labels)
        if sum(counts[at])
    )
    return finished(figure, look, title, 300, f"Told right: {right:,} of {total:,}; {told}.")


def _scale(look: Look) -> Stops:
    """From nothing (the quiet ground) to the whole row."""
    return [(0.0, look.tokens.surface), (1.0, look.tokens.accent)]


def _hovers(
    labels: Sequence[str], counts: Sequence[Sequence[int]], shares: Sequence[Sequence[float]]
) -> list[list[str]]:
    return [
        [
            f"<b>{is_label}</b> news, said to be <b>{said}</b><br>{counts[row][column]:,} of {sum(counts[row]):,} "
            f"({100 * shares[row][column]:.0f} %)"
            for column, said in enumerate(labels)
        ]
        for row, is_label in enumerate(labels)
    ]
