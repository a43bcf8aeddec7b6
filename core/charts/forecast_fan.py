"""Where the price may go: the last bars, and the quantiles of the return over each horizon as a fan."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.forecast_fan_words import BarDates, caveat, hover_words, meaning, missing_words
from core.charts.palette import Look, faded
from core.charts.subtitle import subtitled
from core.charts.template import empty_figure, finished, spikes
from core.charts.words import percent_text, price_text
from core.records import Direction, Forecast

_HEIGHT = 360
_STEPS = 24
"""Points of a band's edge between two horizons."""


def forecast_fan(
    bars: pd.DataFrame,
    forecasts: Sequence[Forecast],
    look: Look = Look.LIGHT,
    title: str = "Where may the price go?",
    *,
    currency: str = "",
    side: Direction = Direction.FLAT,
    shown: int = 120,
) -> go.Figure:
    """Closes until now and, from the last one, the bands that hold half and nine of ten returns.

    Between the horizons the bands widen with the square root of time. The horizontal axis counts bars, so that nights
    and weekends take no room; the ticks and the hover tell the dates.

    Args:
        bars: closed bars up to the forecast, core.tables columns.
        forecasts: with quantiles; those without are left out.
        currency: unit of the price.
        side: long (up) or short (down): draws the stop and target distances for it; flat: none.
        shown: bars drawn before now, at most; never more than the longest horizon, and at least 40.
    """
    told = sorted((item for item in forecasts if item.quantiles), key=lambda item: item.bars)
    if bars.empty or not told:
        return empty_figure(missing_words(bars, forecasts), look, title, _HEIGHT)
    price, longest = float(bars["close"].iloc[-1]), told[-1].bars
    past = bars["close"].tail(min(shown, max(longest, 40)) + 1)
    dates = BarDates(bars.index)
    figure = go.Figure()
    _draw_bands(figure, told, price, look)
    _draw_past(figure, past, dates, look)
    _draw_horizons(figure, told, price, dates, look)
    if side is not Direction.FLAT:
        _draw_levels(figure, told, price, side, look)
    first = -(len(past) - 1)
    figure.update_layout(
        xaxis={"range": [first, longest * 1.03], "tickmode": "array", "tickangle": 0, "zeroline": False, **_ticks(first, told, dates),
               "title": {"text": "bars from now (UTC)"}, "showgrid": False, **spikes(look)},
        yaxis={"side": "right", "tickformat": ",", "zeroline": False, "nticks": 8,
               "title": {"text": f"price ({currency})" if currency else "price"}, **spikes(look)},
        hovermode="closest",
    )  # fmt: skip
    _mark_now(figure, price, look)
    figure = finished(figure, look, title, _HEIGHT, meaning(told, price), 1 if side is Direction.FLAT else 2)
    return subtitled(figure, caveat(told), look)


def _draw_bands(figure: go.Figure, told: Sequence[Forecast], price: float, look: Look) -> None:
    colour = look.tokens.accent if any(item.edge for item in told) else look.tokens.neutral
    steps, levels = _paths(told, price)
    for low, high, words, alpha in ((0, 4, "9 of 10", 0.16), (1, 3, "half", 0.28)):
        for edge, fill in ((high, None), (low, "tonexty")):
            figure.add_trace(
                go.Scatter(
                    x=steps, y=levels[edge], mode="lines", line={"width": 0}, hoverinfo="skip", fill=fill,
                    fillcolor=faded(colour, alpha), name=f"{words} returns", legendgroup=words,
                    showlegend=fill is not None,
                )
            )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=steps, y=levels[2], mode="lines", name="median", hoverinfo="skip",
            line={"color": colour, "width": 2, "dash": "dash"},
        )
    )  # fmt: skip


def _paths(told: Sequence[Forecast], price: float) -> tuple[np.ndarray, np.ndarray]:
    """Bars ahead (k,) and prices (5, k) of the quantiles, straight in √time from one horizon to the next."""
    knots = np.array([0, *(item.bars for item in told)], dtype=np.float64)
    returns = np.array([(0.0,) * 5, *(item.quantiles for item in told)])
    root = np.concatenate(
        [np.linspace(a, b, _STEPS) for a, b in zip(np.sqrt(knots[:-1]), np.sqrt(knots[1:]), strict=True)]
    )
    return root**2, price * np.exp([np.interp(root, np.sqrt(knots), level) for level in returns.T])


def _draw_past(figure: go.Figure, past: pd.Series, dates: BarDates, look: Look) -> None:
    bar = np.arange(len(past)) - (len(past) - 1)
    figure.add_trace(
        go.Scatter(
            x=bar, y=past.to_numpy(), mode="lines", name="close", showlegend=False, line={"color": look.tokens.text, "width": 1.6},
            customdata=[dates.words(int(k)) for k in bar],
            hovertemplate="%{customdata}<br>close %{y:,.8~g}<extra></extra>",
        )
    )  # fmt: skip


def _draw_horizons(
    figure: go.Figure, told: Sequence[Forecast], price: float, dates: BarDates, look: Look
) -> None:
    """The five quantiles of each horizon as marks that tell everything when pointed at."""
    for item in told:
        prices = price * np.exp(item.quantiles)
        figure.add_trace(
            go.Scatter(
                x=[item.bars] * 5, y=prices, mode="lines+markers", name=item.horizon, showlegend=False,
                line={"color": faded(look.tokens.text, 0.35), "width": 1, "dash": "dot"},
                marker={"symbol": ["line-ew", "line-ew", "circle", "line-ew", "line-ew"], "size": [10, 10, 7, 10, 10],
                        "color": look.tokens.text, "line": {"width": 1.5, "color": look.tokens.text}},
                customdata=[hover_words(item, price, dates)] * 5, hovertemplate="%{customdata}<extra></extra>",
            )
        )  # fmt: skip
        figure.add_annotation(
            x=item.bars, y=prices[-1], yanchor="bottom", yshift=4, text=f"<b>{item.horizon}</b>", showarrow=False,
            font={"size": 11, "color": look.tokens.text},
        )  # fmt: skip


def _draw_levels(
    figure: go.Figure, told: Sequence[Forecast], price: float, side: Direction, look: Look
) -> None:
    """Stop and target of each horizon as stairs."""
    reached = [0, *(item.bars for item in told)]
    for words, colour, dash in (("stop", look.tokens.stop, "dot"), ("target", look.tokens.target, "dash")):
        x: list[float | None] = []
        y: list[float | None] = []
        spoken: list[str] = []
        for begin, item in zip(reached, told, strict=False):
            if item.levels is None:
                continue
            name = f"{words}_{'long' if side is Direction.UP else 'short'}"
            sign = float(side) * (-1.0 if words == "stop" else 1.0)
            change = sign * getattr(item.levels, name)
            x += [begin, item.bars, None]
            y += [price * (1.0 + change)] * 2 + [None]
            spoken += [
                f"{item.horizon}: {words} {price_text(price * (1.0 + change))} ({percent_text(change, 2)})"
            ] * 3
        if x:
            figure.add_trace(
                go.Scatter(
                    x=x, y=y, mode="lines", name=f"{words}, {'long' if side is Direction.UP else 'short'}",
                    line={"color": colour, "width": 1.8, "dash": dash}, customdata=spoken,
                    hovertemplate="%{customdata}<extra></extra>",
                )
            )  # fmt: skip


def _mark_now(figure: go.Figure, price: float, look: Look) -> None:
    figure.add_shape(
        type="line", x0=0, x1=0, yref="paper", y0=0, y1=1,
        line={"width": 1.2, "dash": "dash", "color": look.tokens.muted},
    )  # fmt: skip
    figure.add_annotation(
        x=0, xanchor="right", xshift=-5, yref="paper", y=1, yanchor="top", showarrow=False,
        text=f"now {price_text(price)}", font={"size": 11, "color": look.tokens.muted},
        bgcolor=faded(look.tokens.background, 0.8),
    )  # fmt: skip


def _ticks(first: int, told: Sequence[Forecast], dates: BarDates) -> dict[str, list]:
    """Past quarters, now and the horizons, as far as their labels have room."""
    span = told[-1].bars - first
    wanted = [
        0,
        *(item.bars for item in reversed(told)),
        *(round(first * share) for share in (1 / 3, 2 / 3, 1.0)),
    ]
    kept: list[int] = []
    for bar in wanted:
        if all(abs(bar - other) >= span * 0.12 for other in kept):
            kept.append(bar)
    kept.sort()
    names = ["now" if bar == 0 else f"{bar:+d}".replace("-", "−") for bar in kept]
    return {
        "tickvals": kept,
        "ticktext": [
            f"{name}<br>{dates.at(bar):%d %b<br>%H:%M}" for name, bar in zip(names, kept, strict=True)
        ],
    }
