"""Are a model's probabilities to be taken at their word?"""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.charts.palette import Look, direction_colour, direction_label, faded
from core.charts.template import empty_figure, finished
from core.charts.words import percent_text
from core.records import Direction, ReliabilityBin

_PANELS = ((Direction.DOWN, "x", "y"), (Direction.FLAT, "x2", "y2"), (Direction.UP, "x3", "y3"))
_GAP = 0.075


def reliability_chart(
    bins: Sequence[ReliabilityBin],
    look: Look = Look.LIGHT,
    title: str = "Does what it calls 30 % come true 30 times in a hundred?",
) -> go.Figure:
    """A panel for each class: forecast probability against the share that came true, with 95 % bands.

    On the dashed line the word is kept. Bins hold equally many forecasts; bands are Wilson intervals at the number of
    independent labels that a bin amounts to.
    """
    if not bins:
        return empty_figure("No scored forecast yet. Train the models first.", look, title)
    tokens = look.tokens
    figure = go.Figure()
    width = (1.0 - 2 * _GAP) / 3
    for place, (direction, x, y) in enumerate(_PANELS):
        mine = [item for item in bins if item.outcome == direction.word]
        across, along = _ranges(mine)
        figure.add_trace(
            go.Scatter(x=along, y=along, xaxis=x, yaxis=y, mode="lines", name="as said", showlegend=place == 0,
                       hoverinfo="skip", line={"color": tokens.muted, "dash": "dash", "width": 1.2})
        )  # fmt: skip
        for trace in _curve(mine, direction, x, y, look, place == 0):
            figure.add_trace(trace)
        begin = place * (width + _GAP)
        axis = {"tickformat": ".0%", "nticks": 6, "zeroline": False}
        figure.update_layout({
            f"xaxis{x[1:]}": axis | {"range": along, "domain": [begin, begin + width], "anchor": y,
                                      "title": {"text": f"said: {direction_label(direction)}"}},
            f"yaxis{y[1:]}": axis | {"range": across, "anchor": x, "title": {"text": "came true" if place == 0 else ""}},
        })  # fmt: skip
    worst = max(bins, key=lambda item: abs(item.forecast - item.observed))
    meaning = (
        f"The widest gap: {worst.outcome} was said to have {percent_text(worst.forecast, 0, False)} and came true "
        f"{percent_text(worst.observed, 0, False)} of the time over {worst.rows:,} forecasts."
    )
    return finished(figure, look, title, 300, meaning, legend_rows=1)


def _ranges(bins: Sequence[ReliabilityBin]) -> tuple[list[float], list[float]]:
    """What the panel shows: of shares from the lowest band to the highest, of forecasts what was said, and a margin."""
    if not bins:
        return [0.0, 1.0], [0.0, 1.0]
    said = [item.forecast for item in bins]
    margin = max(0.15 * (max(said) - min(said)), 0.02)
    low, high = min(item.low for item in bins), max(item.high for item in bins)
    room = 0.06 * (high - low)
    return [low - room, high + room], [max(min(said) - margin, 0.0), min(max(said) + margin, 1.0)]


def _curve(
    bins: Sequence[ReliabilityBin], direction: Direction, x: str, y: str, look: Look, shown: bool
) -> list[go.Scatter]:
    colour = direction_colour(direction, look)
    at = [item.forecast for item in bins]
    if len(bins) == 1:  # a band needs two points
        at = [at[0] - 0.004, at[0] + 0.004]
    low = [item.low for item in bins] * (2 if len(bins) == 1 else 1)
    high = [item.high for item in bins] * (2 if len(bins) == 1 else 1)
    band = {"xaxis": x, "yaxis": y, "mode": "lines", "hoverinfo": "skip", "line": {"width": 0}}
    words = [
        f"said {percent_text(item.forecast, 1, False)}, came true {percent_text(item.observed, 1, False)}<br>95 % band "
        f"{percent_text(item.low, 0, False)} to {percent_text(item.high, 0, False)}, {item.rows:,} forecasts"
        for item in bins
    ]
    return [
        go.Scatter(x=at, y=high, showlegend=False, name="band", **band),
        go.Scatter(x=at, y=low, fill="tonexty", fillcolor=faded(colour, 0.18), showlegend=shown, name="95 % band", **band),
        go.Scatter(
            x=[item.forecast for item in bins], y=[item.observed for item in bins], xaxis=x, yaxis=y, mode="lines+markers",
            name="came true", showlegend=shown, line={"color": colour, "width": 1.6},
            marker={"size": 7, "color": colour, "line": {"width": 1, "color": look.tokens.background}},
            customdata=words, hovertemplate="%{customdata}<extra>" + direction_label(direction) + "</extra>",
        ),
    ]  # fmt: skip
