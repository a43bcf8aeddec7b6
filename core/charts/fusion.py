"""How the signals add up: each source's say, the sum, and the threshold it must cross."""

import plotly.graph_objects as go

from core.charts.palette import (
    Look,
    direction_colour,
    direction_label,
    direction_pattern,
    direction_symbol,
    faded,
)
from core.charts.template import empty_figure, finished, hatched
from core.charts.words import percent_text, shortened, signed_text, wrapped
from core.records import Direction, FusedSignal, SignalWeight

_ROW = 34


def fusion_chart(
    fused: FusedSignal | None,
    threshold: float,
    look: Look = Look.LIGHT,
    title: str = "Who says what, and who wins?",
) -> go.Figure:
    """Signed contribution of each source (weight × direction × confidence), then their sum against ±threshold.

    Args:
        fused: the signals put together; None draws the empty state.
        threshold: |sum| that a trade needs, 0…1.
    """
    if fused is None or not fused.parts:
        return empty_figure(
            "No signal yet. Run a cycle, or switch a strategy on in the settings.", look, title
        )
    parts = sorted(fused.parts, key=lambda part: abs(part.contribution))
    rows = [f"{number}" for number in range(len(parts) + 1)]
    values = [fused.score, *(part.contribution for part in parts)]
    ways = [_sign(value) for value in values]
    figure = go.Figure(
        go.Bar(
            orientation="h", y=rows, x=values, name="contribution", showlegend=False,
            marker={"color": [direction_colour(way, look) for way in ways],
                    "line": {"width": [2, *[0] * len(parts)], "color": look.tokens.text},
                    "pattern": hatched([direction_pattern(way) for way in ways], look)},
            text=[signed_text(value, 2) for value in values], textposition="outside", cliponaxis=False,
            textfont={"size": 11, "color": look.tokens.text},
            customdata=[_sum_words(fused, threshold), *(_part_words(part) for part in parts)],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    _mark_threshold(figure, threshold, look)
    reach = max(threshold, *(abs(value) for value in values)) * 1.3
    figure.update_layout(
        xaxis={"title": {"text": "contribution (−1 down … +1 up)"}, "range": [-reach, reach], "zeroline": True,
               "nticks": 7},
        yaxis={"type": "category", "tickmode": "array", "tickvals": rows, "showgrid": False,
               "ticktext": ["<b>sum</b>", *(_label(part) for part in parts)], "ticklabelstandoff": 6},
        bargap=0.35,
    )  # fmt: skip
    meaning = f"Signals add up to {signed_text(fused.score)}, threshold {threshold:g}: {fused.reason}"
    return finished(figure, look, title, _ROW * len(rows) + 70, meaning, legend_rows=1)


def _mark_threshold(figure: go.Figure, threshold: float, look: Look) -> None:
    for number, place in enumerate((-threshold, threshold)):
        figure.add_shape(
            type="line", xref="x", x0=place, x1=place, yref="paper", y0=0, y1=1, layer="below",
            line={"width": 1.5, "dash": "dash", "color": faded(look.tokens.text, 0.6)},
            name=f"threshold ±{threshold:g}", showlegend=number == 0,
        )  # fmt: skip


def _label(part: SignalWeight) -> str:
    return f"{direction_symbol(part.signal.direction)} {shortened(part.signal.source, 24)}"


def _sign(value: float) -> Direction:
    return Direction((value > 0) - (value < 0))


def _sum_words(fused: FusedSignal, threshold: float) -> str:
    reached = "reaches" if abs(fused.score) >= threshold else "stays below"
    return (
        f"sum {signed_text(fused.score)} {reached} the threshold of {threshold:g}<br>"
        f"confidence {percent_text(fused.confidence, 0, signed=False)}, "
        f"disagreement {percent_text(fused.disagreement, 0, signed=False)}<br>{wrapped(fused.reason)}"
    )


def _part_words(part: SignalWeight) -> str:
    signal = part.signal
    return (
        f"<b>{shortened(signal.source, 40)}</b>: {direction_label(signal.direction)}<br>"
        f"weight {percent_text(part.weight, 1, signed=False)} × confidence "
        f"{percent_text(signal.confidence, 1, signed=False)} = {signed_text(part.contribution)}<br>"
        f"magnitude {percent_text(signal.magnitude, 0, signed=False)}<br>"
        f"{wrapped(signal.reason)}<br><i>{wrapped(part.note)}</i>"
    )
