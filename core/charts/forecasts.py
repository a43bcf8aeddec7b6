"""What the models expect per horizon, beside what knowing nothing would say."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.charts.palette import Look, direction_colour, direction_label, direction_pattern
from core.charts.template import empty_figure, finished, hatched
from core.charts.words import percent_text, signed_text, wrapped
from core.records import Direction, Forecast

_ORDER = (Direction.DOWN, Direction.FLAT, Direction.UP)


def forecast_chart(
    forecasts: Sequence[Forecast], look: Look = Look.LIGHT, title: str = "What do the models expect?"
) -> go.Figure:
    """Bars of the three class probabilities per horizon, each with a tick at its base rate.

    Below each horizon stands whether there is evidence of edge, and how much better than the base rate its
    probabilities were out of sample (Brier skill score).
    """
    if not forecasts:
        return empty_figure("No forecast yet. Run a cycle: it trains the models if need be.", look, title)
    figure = go.Figure()
    places = list(range(len(forecasts)))
    for direction in _ORDER:
        chances = [_chance(item, direction) for item in forecasts]
        bases = [_base(item, direction) for item in forecasts]
        colour = direction_colour(direction, look)
        figure.add_trace(
            go.Bar(
                x=places,
                y=chances,
                name=direction_label(direction),
                offsetgroup=direction.word,
                marker={
                    "color": colour,
                    "line": {"width": 0},
                    "pattern": hatched(direction_pattern(direction), look),
                },
                customdata=[_hover(item, direction) for item in forecasts],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )
        figure.add_trace(
            go.Scatter(
                x=places,
                y=bases,
                mode="markers",
                name="base rate",
                legendgroup="base",
                showlegend=direction is Direction.UP,
                offsetgroup=direction.word,
                hoverinfo="skip",
                marker={"symbol": "line-ew", "size": 20, "line": {"width": 2.5, "color": look.tokens.text}},
            )
        )
        # Above bar and tick alike, so that neither strikes it through.
        figure.add_trace(
            go.Scatter(
                x=places, y=[max(pair) for pair in zip(chances, bases, strict=True)], mode="text",
                name=f"{direction.word} in words", showlegend=False, hoverinfo="skip", offsetgroup=direction.word,
                text=[percent_text(value, 0, signed=False) for value in chances], textposition="top center",
                textfont={"size": 11, "color": look.tokens.text}, cliponaxis=False,
            )
        )  # fmt: skip
    highest = max(max(_chance(i, d), _base(i, d)) for i in forecasts for d in _ORDER)
    figure.update_layout(
        barmode="group", scattermode="group", bargap=0.3, bargroupgap=0.12, scattergap=0.3,
        xaxis={"tickmode": "array", "tickvals": places, "ticktext": [_label(item) for item in forecasts],
               "range": [-0.5, len(forecasts) - 0.5], "showgrid": False, "tickfont": {"color": look.tokens.text}},
        yaxis={"title": {"text": "probability"}, "tickformat": ".0%", "range": [0, min(1.08, highest * 1.2)],
               "nticks": 6},
    )  # fmt: skip
    meaning = "; ".join(
        f"{item.horizon} ({item.bars} bars): {item.direction.word} with "
        f"{percent_text(_chance(item, item.direction), 0, signed=False)}"
        f"{'' if item.edge else ', no evidence of edge'}" for item in forecasts
    )  # fmt: skip
    return finished(figure, look, title, 300, f"Forecasts: {meaning}.", legend_rows=1)


def _chance(forecast: Forecast, direction: Direction) -> float:
    return {Direction.DOWN: forecast.p_down, Direction.FLAT: forecast.p_flat, Direction.UP: forecast.p_up}[
        direction
    ]


def _base(forecast: Forecast, direction: Direction) -> float:
    return {
        Direction.DOWN: forecast.base_down, Direction.FLAT: forecast.base_flat, Direction.UP: forecast.base_up,
    }[direction]  # fmt: skip


def _label(forecast: Forecast) -> str:
    verdict = "✓ evidence of edge" if forecast.edge else "! no evidence of edge"
    return f"<b>{forecast.horizon}</b><br>{forecast.bars} bars<br>{verdict}<br>skill {signed_text(forecast.skill)}"


def _hover(forecast: Forecast, direction: Direction) -> str:
    return (
        f"{forecast.horizon}: {direction_label(direction)} "
        f"{percent_text(_chance(forecast, direction), 1, signed=False)}<br>"
        f"base rate {percent_text(_base(forecast, direction), 1, signed=False)}<br>"
        f"skill {signed_text(forecast.skill)} on {forecast.skill_rows:,} rows out of sample"
        + (f"<br>{wrapped(forecast.edge_words, 60)}" if forecast.edge_words else "")
    )
