"""Position size against growth and ruin."""

import plotly.graph_objects as go

from core.charts.palette import Look
from core.charts.template import empty_figure, finished, spikes
from core.charts.words import percent_text
from core.records import SizeCurve


def size_chart(
    curve: SizeCurve | None,
    look: Look = Look.LIGHT,
    ruin: float = 0.5,
    title: str = "How large a position can it bear?",
) -> go.Figure:
    """Median growth above, chances of ruin and of halving below, over multiples of the position as traded.

    Args:
        curve: all sizes on the same random steps.
        ruin: level that counts as ruin, for the legend.
    """
    if curve is None or not curve.points:
        return empty_figure("No simulation yet, so there is no size to compare.", look, title, 300)
    tokens = look.tokens
    sizes = [point.multiple for point in curve.points]
    figure = go.Figure()
    rows = (
        ("median growth", [p.growth for p in curve.points], "y", tokens.accent, "solid"),
        ("ever halved", [p.halving for p in curve.points], "y2", tokens.warning, "dash"),
        (f"ruined (ever at {ruin:.0%})", [p.ruin for p in curve.points], "y2", tokens.loss, "solid"),
    )  # fmt: skip
    for words, values, axis, colour, dash in rows:
        figure.add_trace(
            go.Scatter(
                x=sizes, y=values, yaxis=axis, mode="lines", name=words,
                line={"color": colour, "dash": dash, "width": 2},
                hovertemplate=f"%{{x:.2f}} × the position: {words} %{{y:.1%}}<extra></extra>",
            )
        )  # fmt: skip
    _marks(figure, curve, look)
    highest = max(max(point.halving, point.ruin) for point in curve.points)
    figure.update_layout(
        xaxis={"title": {"text": "position, multiple of the one traded"}, "anchor": "y2",
               "range": [0, sizes[-1]], "zeroline": False, **spikes(look)},
        yaxis={"domain": [0.52, 1.0], "title": {"text": "median growth"}, "tickformat": ".0%", "nticks": 5},
        yaxis2={"domain": [0.0, 0.42], "title": {"text": "chance"}, "tickformat": ".0%", "nticks": 5,
                "range": [0, max(1.08 * highest, 0.1)], "zeroline": False},
        hoversubplots="axis",
    )  # fmt: skip
    return finished(figure, look, title, 340, _meaning(curve), legend_rows=3)


def _marks(figure: go.Figure, curve: SizeCurve, look: Look) -> None:
    """Lines at the size that was traded, at the Kelly fraction, and at half of it."""
    tokens, last = look.tokens, curve.points[-1].multiple
    places = [("as traded", 1.0, "solid", tokens.text)]
    if curve.kelly is not None:
        places += [
            ("half Kelly", curve.kelly / 2, "dot", tokens.muted),
            ("Kelly", curve.kelly, "dash", tokens.muted),
        ]
    for words, place, dash, colour in places:
        if place <= last:
            figure.add_shape(
                type="line", xref="x", x0=place, x1=place, yref="paper", y0=0, y1=1, showlegend=True,
                name=f"{words} {place:.2f} ×", line={"width": 1.6, "dash": dash, "color": colour},
            )  # fmt: skip


def _meaning(curve: SizeCurve) -> str:
    traded = min(curve.points, key=lambda point: abs(point.multiple - 1.0))
    words = (
        f"At the size traded the median growth over {curve.horizon:,} {curve.step}s is {percent_text(traded.growth)} "
        f"and the risk of ruin {percent_text(traded.ruin, signed=False)}."
    )
    if curve.kelly is None:
        return words + " No size grows: the mean return is not positive."
    return words + f" Growth is largest at about {curve.kelly:.2f} times that size (Kelly)."
