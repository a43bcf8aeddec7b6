"""How money grew: equity against buy and hold, the drawdown below, and the same as a sparkline."""

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look, faded, money_colour
from core.charts.template import empty_figure, finished, spikes
from core.charts.thinning import thin_series
from core.charts.time_axis import plain_time, plain_times
from core.charts.words import percent_text

NO_EQUITY = "No equity yet. Run a cycle that trades, or a backtest."


def drawdown(equity: pd.Series) -> pd.Series:
    """Fraction below the highest equity so far, 0 … −1, at every point; the textbook definition."""
    return equity / equity.cummax() - 1


def equity_chart(
    equity: pd.Series,
    hold: pd.Series | None = None,
    look: Look = Look.LIGHT,
    currency: str = "USD",
    title: str = "Did it beat holding?",
) -> go.Figure:
    """Equity and buy and hold over time, with the drawdowns of both below.

    Args:
        equity: money over time, UTC index.
        hold: what buying at the start and holding would be worth; same unit.
        currency: unit of both.
    """
    equity = equity.dropna()
    if len(equity) < 2:
        return empty_figure(NO_EQUITY, look, title, 360)
    tokens = look.tokens
    figure = go.Figure()
    curves = [("strategy", equity, tokens.accent, "solid", 2.0)]
    if hold is not None and len(hold.dropna()) > 1:
        curves.append(("buy and hold", hold.dropna(), tokens.muted, "dash", 1.5))
    for name, curve, colour, dash, width in curves:
        line = _line(curve, "y", name, name, colour, dash, width, "%{y:,.2f} " + currency)
        figure.add_trace(line.update(name=_ended(name, curve)))
        fall = _line(
            drawdown(curve), "y2", f"{name} drawdown", name, colour, dash, width / 2 + 0.2, "%{y:.2%}"
        )
        figure.add_trace(fall.update(showlegend=False))
    figure.update_traces(
        fill="tozeroy", fillcolor=faded(tokens.loss, 0.14), selector={"name": "strategy drawdown"}
    )
    figure.update_traces(line_color=tokens.loss, selector={"name": "strategy drawdown"})
    figure.add_trace(_worst(equity, look))
    figure.update_layout(
        xaxis={"title": {"text": "time (UTC)"}, "anchor": "y2", **spikes(look)},
        yaxis={"domain": [0.34, 1], "title": {"text": f"equity ({currency})"}, "tickformat": "~s", "nticks": 7},
        yaxis2={"domain": [0, 0.28], "title": {"text": "drawdown"}, "tickformat": ".3~%", "nticks": 4,
                "anchor": "x", "zeroline": False},
        hovermode="x unified", hoversubplots="axis",
    )  # fmt: skip
    meaning = _ended("Strategy", equity)
    if len(curves) > 1:
        meaning += f"; {_ended('buy and hold', curves[1][1])}"
    return finished(figure, look, title, 400, meaning + ".", legend_rows=len(curves))


def sparkline(values: Sequence[float] | pd.Series, look: Look = Look.LIGHT, height: int = 48) -> go.Figure:
    """A line without axes for a card; its end is dotted in the colour of gain or loss since its start."""
    series = thin_series(pd.Series(values, dtype="float64").reset_index(drop=True), 200)
    figure = go.Figure()
    meaning = "no values"
    if len(series) > 1:
        change = float(series.iloc[-1] - series.iloc[0])
        colour = money_colour(change, look)
        figure.add_trace(
            go.Scatter(
                x=series.index,
                y=series.to_numpy(),
                mode="lines",
                name="value",
                line={"width": 1.8, "color": colour},
                hoverinfo="skip",
            )
        )
        figure.add_trace(
            go.Scatter(x=[series.index[-1]], y=[series.iloc[-1]], mode="markers", name="last", hoverinfo="skip",
                       cliponaxis=False, marker={"size": 6, "color": colour,
                                                 "symbol": "triangle-up" if change > 0 else "triangle-down" if change < 0 else "square"})
        )  # fmt: skip
        meaning = f"from {series.iloc[0]:,.6g} to {series.iloc[-1]:,.6g}"
    figure.update_xaxes(visible=False, fixedrange=True)
    figure.update_yaxes(visible=False, fixedrange=True)
    finished(figure, look, "", height, meaning)
    return figure.update_layout(margin={"l": 2, "r": 6, "t": 4, "b": 4}, height=height)


def _line(
    curve: pd.Series, axis: str, name: str, group: str, colour: str, dash: str, width: float, form: str
) -> go.Scatter:
    drawn = thin_series(curve)
    return go.Scatter(
        x=plain_times(drawn.index), y=drawn.to_numpy(), yaxis=axis, mode="lines", name=name, legendgroup=group,
        line={"color": colour, "dash": dash, "width": width}, hovertemplate=form + f"<extra>{name}</extra>",
    )  # fmt: skip


def _ended(name: str, curve: pd.Series) -> str:
    total, worst = float(curve.iloc[-1] / curve.iloc[0] - 1), float(drawdown(curve).min())
    return f"{name} {percent_text(total)}, worst fall {percent_text(worst)}"


def _worst(equity: pd.Series, look: Look) -> go.Scatter:
    """A mark at the deepest point of the drawdown."""
    fall = drawdown(equity)
    return go.Scatter(
        x=[plain_time(fall.idxmin())], y=[float(fall.min())], yaxis="y2", mode="markers", name="worst drawdown",
        showlegend=False, hoverinfo="skip", marker={"symbol": "triangle-up", "size": 9, "color": look.tokens.loss},
    )  # fmt: skip
