"""Do the horizons agree? Each horizon's probabilities as one bar, with its lean."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.charts.palette import Look, direction_colour, direction_label, faded
from core.charts.subtitle import subtitled
from core.charts.template import empty_figure, finished
from core.charts.words import percent_text, wrapped
from core.records import Direction, Forecast, Outlook

LEAN = 0.02
"""Advantage of up over down, beyond the base rates', from which an arrow is drawn."""

_ROW = 46


def outlook_chart(
    forecasts: Sequence[Forecast],
    outlook: Outlook | None,
    look: Look = Look.LIGHT,
    title: str = "Do the horizons agree?",
) -> go.Figure:
    """Down to the left, up to the right, flat across the middle; beside each bar where it leans against its base.

    A horizon without evidence of edge is drawn pale and says so.
    """
    if not forecasts or outlook is None:
        return empty_figure("No forecast yet. Run a cycle: it trains the models if need be.", look, title)
    figure = go.Figure()
    for way in (Direction.DOWN, Direction.FLAT, Direction.UP):
        _add_bars(figure, forecasts, way, look)
    reach = max(max(item.p_down, item.p_up) + item.p_flat / 2 for item in forecasts) * 1.04
    figure.update_layout(
        barmode="overlay", bargap=0.34,
        xaxis={"range": [-reach, reach], "tickmode": "array", "zeroline": False, "showgrid": False,
               "tickvals": [-reach * 0.96, 0, reach * 0.96], "ticktext": ["▼ down", "■ flat", "up ▲"]},
        yaxis={"autorange": "reversed", "type": "category", "tickmode": "array", "showgrid": False,
               "tickvals": [item.horizon for item in forecasts], "ticktext": [_row(item) for item in forecasts],
               "tickfont": {"color": look.tokens.text, "size": 12}, "ticklabelstandoff": 6},
    )  # fmt: skip
    for item in forecasts:
        figure.add_annotation(
            x=1, xref="paper", xanchor="left", xshift=10, y=item.horizon, text=_lean_words(item, look),
            align="left", showarrow=False, font={"size": 12, "color": look.tokens.text},
        )  # fmt: skip
    figure = finished(figure, look, title, _ROW * len(forecasts) + 40, _meaning(outlook))
    figure.update_layout(margin_r=136)
    agreement = f"<b>{direction_label(Direction(outlook.direction))}</b> · agreement {percent_text(outlook.agreement, 0, signed=False)}"
    return subtitled(figure, [agreement, *wrapped(outlook.words, 58).split("<br>")], look)


def _add_bars(figure: go.Figure, forecasts: Sequence[Forecast], way: Direction, look: Look) -> None:
    bases = {
        Direction.DOWN: lambda item: -item.p_flat / 2 - item.p_down,
        Direction.FLAT: lambda item: -item.p_flat / 2,
        Direction.UP: lambda item: item.p_flat / 2,
    }
    chances = [_chance(item, way) for item in forecasts]
    figure.add_trace(
        go.Bar(
            y=[item.horizon for item in forecasts], x=chances, base=[bases[way](item) for item in forecasts],
            orientation="h", name=direction_label(way), text=[percent_text(p, 0, signed=False) for p in chances],
            textposition="inside", insidetextanchor="middle", textangle=0, constraintext="none",
            textfont={"size": 11, "color": look.tokens.text},
            marker={"color": [faded(direction_colour(way, look), 0.6 if item.edge else 0.28) for item in forecasts],
                    "line": {"width": 1, "color": look.tokens.background}},
            customdata=[_hover(item, way) for item in forecasts], hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip


def _lean(item: Forecast) -> float:
    return (item.p_up - item.base_up) - (item.p_down - item.base_down)


def _way(item: Forecast) -> Direction:
    lead = _lean(item)
    return Direction.FLAT if abs(lead) < LEAN else Direction.UP if lead > 0 else Direction.DOWN


def _lean_words(item: Forecast, look: Look) -> str:
    way = _way(item)
    points = f"{abs(_lean(item)) * 100:.0f} points"
    said = "■ no lean" if way is Direction.FLAT else f"<b>{direction_label(way)}</b> by {points}"
    colour = direction_colour(way, look) if item.edge else look.tokens.muted
    below = "" if item.edge else "<br><span style='font-size:10px'>no evidence of edge</span>"
    return f"<span style='color:{colour}'>{said}{below}</span>"


def _row(item: Forecast) -> str:
    return f"<b>{item.horizon}</b><br>{item.bars} bars"


def _chance(item: Forecast, way: Direction) -> float:
    return {Direction.DOWN: item.p_down, Direction.FLAT: item.p_flat, Direction.UP: item.p_up}[way]


def _base(item: Forecast, way: Direction) -> float:
    return {Direction.DOWN: item.base_down, Direction.FLAT: item.base_flat, Direction.UP: item.base_up}[way]


def _hover(item: Forecast, way: Direction) -> str:
    return (
        f"{item.horizon} ({item.bars} bars): {direction_label(way)} {percent_text(_chance(item, way), 1, signed=False)}<br>"
        f"base rate {percent_text(_base(item, way), 1, signed=False)}<br>"
        f"{'evidence of edge' if item.edge else 'no evidence of edge'} out of sample"
    )


def _meaning(outlook: Outlook) -> str:
    return f"Agreement {percent_text(outlook.agreement, 0, signed=False)}. {outlook.words}"
