"""What would the model say if the values were others?"""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.charts.palette import Look, direction_colour, direction_label, direction_pattern, faded
from core.charts.template import finished, hatched
from core.charts.words import percent_text
from core.records import Direction

_ORDER = (Direction.DOWN, Direction.FLAT, Direction.UP)


def what_if_chart(
    before: Sequence[float],
    after: Sequence[float],
    base: Sequence[float],
    look: Look = Look.LIGHT,
    title: str = "What would it say then?",
) -> go.Figure:
    """Calibrated probabilities as they are (pale) and as they would be (filled), each with a tick at its base rate.

    Args:
        before, after: down, flat, up.
        base: shares in training: what knowing nothing says.
    """
    tokens = look.tokens
    colours = [direction_colour(way, look) for way in _ORDER]
    shapes = [direction_pattern(way) for way in _ORDER]
    figure = go.Figure()
    for name, chances, fill in (
        ("as it is", before, [faded(c, 0.35) for c in colours]),
        ("with your values", after, colours),
    ):
        figure.add_trace(
            go.Bar(
                x=[0, 1, 2], y=list(chances), name=name, offsetgroup=name,
                marker={"color": fill, "line": {"width": 1, "color": colours}, "pattern": hatched(shapes, look)},
                text=[percent_text(chance, 1, signed=False) for chance in chances], textposition="outside", cliponaxis=False,
                textfont={"size": 12, "color": tokens.text}, hovertemplate=f"{name}: %{{y:.2%}}<extra></extra>",
            )
        )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=[0, 1, 2], y=list(base), mode="markers", name="base rate",
            marker={"symbol": "line-ew", "size": 46, "line": {"width": 2.5, "color": tokens.text}},
            hovertemplate="base rate %{y:.1%}<extra></extra>",
        )
    )  # fmt: skip
    highest = max(*before, *after, *base)
    figure.update_layout(
        barmode="group", bargap=0.32, bargroupgap=0.1,
        xaxis={"tickmode": "array", "tickvals": [0, 1, 2], "ticktext": [direction_label(way) for way in _ORDER], "showgrid": False,
               "tickfont": {"size": 13, "color": tokens.text}},
        yaxis={"title": {"text": "probability"}, "tickformat": ".0%", "range": [0, min(1.1, highest * 1.22)], "nticks": 6},
    )  # fmt: skip
    moved = ", ".join(
        f"{way.word} {percent_text(a, 1, signed=False)} → {percent_text(b, 1, signed=False)}"
        for way, a, b in zip(_ORDER, before, after, strict=True)
    )
    return finished(figure, look, title, 320, f"With the chosen values: {moved}.", legend_rows=1)
