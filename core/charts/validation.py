"""What a second look found for a trade and against it, topic by topic."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.charts.palette import Look, direction_colour, direction_pattern
from core.charts.template import empty_figure, finished, hatched
from core.charts.words import wrapped
from core.records import Concern, Direction

_MIDDLE = 0.5
_ROW = 30


def validation_chart(
    concerns: Sequence[Concern],
    look: Look = Look.LIGHT,
    title: str = "What speaks for the trade, and what against it?",
) -> go.Figure:
    """Score of each topic from 0 (against) to 1 (for), drawn from the middle: left speaks against, right speaks for."""
    if not concerns:
        return empty_figure("No language model has judged this trade.", look, title)
    rows = list(concerns)[::-1]
    ways = [_way(concern.score) for concern in rows]
    figure = go.Figure(
        go.Bar(
            orientation="h", base=_MIDDLE, x=[concern.score - _MIDDLE for concern in rows],
            y=[concern.topic for concern in rows], showlegend=False, name="score",
            marker={"color": [direction_colour(way, look) for way in ways],
                    "pattern": hatched([direction_pattern(way) for way in ways], look)},
            text=[f"{concern.score:.2f}" for concern in rows], textposition="outside", cliponaxis=False,
            textfont={"size": 11, "color": look.tokens.text},
            customdata=[_hover(concern) for concern in rows], hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    figure.add_vline(x=_MIDDLE, line={"color": look.tokens.muted, "width": 1.5})
    figure.update_layout(
        xaxis={"title": {"text": "score"}, "range": [-0.1, 1.1], "tickmode": "array", "zeroline": False,
               "tickvals": [0, 0.5, 1], "ticktext": ["0 against", "0.5 open", "1 for"]},
        yaxis={"type": "category", "showgrid": False},
        bargap=0.35,
    )  # fmt: skip
    worst = min(concerns, key=lambda concern: concern.score)
    meaning = (
        f"{len(rows)} topics judged; {worst.topic} speaks most against the trade with {worst.score:.2f}."
    )
    return finished(figure, look, title, 60 + _ROW * len(rows), meaning)


def _way(score: float) -> Direction:
    return Direction((score > _MIDDLE) - (score < _MIDDLE))


def _hover(concern: Concern) -> str:
    side = {Direction.UP: "speaks for the trade", Direction.DOWN: "speaks against it"}.get(
        _way(concern.score), "leaves it open"
    )
    return f"<b>{concern.topic}</b>: {concern.score:.2f}, {side}<br>{wrapped(concern.words)}"
