"""How far below its peak the book was, against the lines at which it is stopped."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished, spikes
from core.charts.thinning import thin_series
from core.charts.time_axis import plain_time, plain_times
from core.charts.words import percent_text, wrapped
from core.records import RiskEvent, RiskEventKind

_MARK = {
    RiskEventKind.TRIP: ("tripped", "x"),
    RiskEventKind.HALT: ("halted by hand", "square"),
    RiskEventKind.RESET: ("reset", "circle"),
}


def breaker_chart(
    fall: pd.Series,
    breakers: Sequence[tuple[str, float]],
    events: Sequence[RiskEvent] = (),
    look: Look = Look.LIGHT,
    title: str = "How far is it from the breakers?",
) -> go.Figure:
    """Loss from the peak since the book began or was reset, the limits as lines, trips, halts and resets as marks.

    Args:
        fall: fraction below the peak, 0 … −1, UTC index.
        breakers: what happens there, and the loss at which it does (> 0).
        events: of the risk log.
    """
    if len(fall) < 2:
        return empty_figure(
            "The book has lived too short to have fallen. Run a cycle at a later moment.", look, title, 260
        )
    tokens = look.tokens
    drawn = thin_series(fall)
    figure = go.Figure(
        go.Scatter(
            x=plain_times(drawn.index), y=drawn.to_numpy(), mode="lines", name="below the peak",
            line={"color": tokens.loss, "width": 1.6}, fill="tozeroy", fillcolor=faded(tokens.loss, 0.14),
            hovertemplate="%{y:.2%}<extra>below the peak</extra>",
        )
    )  # fmt: skip
    for place, (words, loss) in enumerate(breakers):
        figure.add_shape(
            type="line", xref="paper", x0=0, x1=1, y0=-loss, y1=-loss, showlegend=True, name=f"{words} at {loss:.1%}",
            line={"color": tokens.warning if place == 0 and len(breakers) > 1 else tokens.failure,
                  "dash": "dash" if place == 0 and len(breakers) > 1 else "solid", "width": 1.8},
        )  # fmt: skip
    for kind, (word, symbol) in _MARK.items():
        mine = [event for event in events if event.kind is kind]
        if mine:
            figure.add_trace(
                go.Scatter(
                    x=[plain_time(event.at) for event in mine], y=[-event.drawdown for event in mine], mode="markers", name=word,
                    marker={"symbol": symbol, "size": 10, "color": tokens.text},
                    customdata=[f"{wrapped(event.reason)}<br>by {wrapped(event.who)}" for event in mine],
                    hovertemplate="%{customdata}<extra>" + word + "</extra>",
                )
            )  # fmt: skip
    deepest = min([float(fall.min()), *(-loss for _, loss in breakers)])
    figure.update_layout(
        xaxis={"title": {"text": "time (UTC)"}, **spikes(look)},
        yaxis={"title": {"text": "below the peak"}, "tickformat": ".1~%", "range": [deepest * 1.12 - 0.002, 0.004], "nticks": 6},
        hovermode="x unified",
    )  # fmt: skip
    now, worst = float(fall.iloc[-1]), float(fall.min())
    meaning = f"Now {percent_text(now)} from the peak, at worst {percent_text(worst)}" + "".join(
        f"; {words} at {percent_text(-loss)}" for words, loss in breakers
    )
    return finished(figure, look, title, 280, meaning + ".", legend_rows=2)
