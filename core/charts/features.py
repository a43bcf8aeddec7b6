"""One feature below the price that it was computed from, and how usual its value is."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.strips import note, stack_strips
from core.charts.template import empty_figure, finished
from core.charts.thinning import thin_series
from core.charts.time_axis import plain_times, range_breaks
from core.charts.words import value_text

NO_VALUES = "This feature is null on all bars shown. Choose more bars, or see the table for what it needs."
_PRICE_HEIGHT, _FEATURE_HEIGHT = 250, 210
_BINS = 48
_LINES = {"0 … 100": (30.0, 70.0), "−100 … 0": (-80.0, -20.0)}
"""Levels that are called oversold and overbought, by unit."""


def feature_chart(
    bars: pd.DataFrame,
    values: pd.Series,
    words: str,
    unit: str,
    look: Look = Look.LIGHT,
    *,
    currency: str = "",
) -> go.Figure:
    """The closing price, and below it one feature with the band that holds nine of ten of its values.

    Args:
        bars: core.tables bars.
        values: the feature on the same index; nulls are left out.
        words: what it says, e.g. close above its 20-bar average.
        unit: what it is measured in.
        currency: unit of the price.
    """
    title = "When was it unusual?"
    given = values.dropna()
    if bars.empty or given.empty:
        return empty_figure(NO_VALUES, look, title, _PRICE_HEIGHT)
    tokens = look.tokens
    close, shown = thin_series(bars["close"]), thin_series(given)
    low, high = np.quantile(given.to_numpy(), [0.05, 0.95])
    figure = go.Figure(
        [
            go.Scatter(
                x=plain_times(close.index), y=close.to_numpy(), mode="lines", name="close", showlegend=False,
                line={"width": 1.6, "color": tokens.text}, hovertemplate="close %{y:,.8~g}<extra></extra>",
            ),
            _band(shown.index, low, high, look),
            go.Scatter(
                x=plain_times(shown.index), y=shown.to_numpy(), yaxis="y2", mode="lines", name=f"{words} ({unit})",
                line={"width": 1.5, "color": tokens.accent}, hovertemplate=f"%{{y:,.4~g}} {unit}<extra></extra>",
            ),
            go.Scatter(
                x=plain_times(given.index[-1:]), y=given.to_numpy()[-1:], yaxis="y2", mode="markers", cliponaxis=False,
                name=f"last known: {value_text(float(given.iloc[-1]))}", hoverinfo="skip",
                marker={"size": 9, "color": tokens.warning, "line": {"width": 1.5, "color": tokens.background}},
            ),
        ]
    )  # fmt: skip
    stack_strips(
        figure, [_PRICE_HEIGHT, _FEATURE_HEIGHT], [f"price ({currency})" if currency else "price", unit], look
    )
    for level in _LINES.get(unit, (0.0,) if low < 0.0 < high else ()):
        figure.add_shape(type="line", xref="paper", x0=0, x1=1, yref="y2", y0=level, y1=level, layer="below",
                         line={"width": 1, "dash": "dot", "color": faded(tokens.text, 0.45)})  # fmt: skip
    figure.update_layout(hovermode="x unified", xaxis={"rangebreaks": range_breaks(bars.index)})
    if len(given) < len(values):
        note(figure, f"{len(values) - len(given):,} of {len(values):,} values are null and left out", look)
    meaning = (
        f"{words}, in {unit}, below the price: last {value_text(float(given.iloc[-1]))}; nine of ten values lie between "
        f"{value_text(float(low))} and {value_text(float(high))}."
    )
    return finished(figure, look, title, _PRICE_HEIGHT + _FEATURE_HEIGHT + 40, meaning, legend_rows=2)


def _band(index: pd.Index, low: float, high: float, look: Look) -> go.Scatter:
    ends = plain_times(index[[0, -1]])
    return go.Scatter(
        x=[*ends, *ends[::-1]], y=[low, low, high, high], yaxis="y2", fill="toself", mode="lines", line={"width": 0},
        fillcolor=faded(look.tokens.accent, 0.13), name=f"nine of ten: {value_text(low)} to {value_text(high)}", hoverinfo="skip",
    )  # fmt: skip


def feature_distribution(values: pd.Series, words: str, unit: str, look: Look = Look.LIGHT) -> go.Figure:
    """How often which value came, with the last one marked; the outermost bins also hold what lies beyond.

    Args:
        values: the feature, oldest first; nulls are left out.
        words: what it says.
        unit: what it is measured in.
    """
    title, given = "How unusual is it now?", values.dropna().to_numpy()
    if not len(given):
        return empty_figure(NO_VALUES, look, title, 220)
    tokens, last = look.tokens, float(given[-1])
    low, high = np.quantile(given, [0.005, 0.995])
    if low == high:
        low, high = low - 0.5, high + 0.5
    different = np.unique(given)
    bins = len(different) if len(different) <= 5 else _BINS
    counts, edges = np.histogram(np.clip(given, low, high), bins=bins, range=(float(low), float(high)))
    share = counts / counts.sum()
    rank = ((given < last).sum() + 0.5 * (given == last).sum()) / len(given)
    inside = (edges[:-1] <= last) & (last <= edges[1:])
    figure = go.Figure(
        go.Bar(
            x=(edges[:-1] + edges[1:]) / 2, y=share, width=np.diff(edges) * 0.92, name="values", showlegend=False,
            marker={"color": [tokens.warning if here else tokens.accent for here in inside], "opacity": 0.8, "line": {"width": 0}},
            customdata=np.column_stack([edges[:-1], edges[1:]]),
            hovertemplate=f"%{{customdata[0]:,.4~g}} to %{{customdata[1]:,.4~g}} {unit}<br>%{{y:.1%}} of the bars<extra></extra>",
        )
    )  # fmt: skip
    known = "now" if pd.notna(values.iloc[-1]) else "last known"
    for name, place, dash, width in (
        ("median", float(np.median(given)), "dot", 1.6),
        (f"{known} {value_text(last)}, above {rank:.0%}", last, "solid", 2.4),
    ):
        figure.add_shape(
            type="line", xref="x", x0=np.clip(place, low, high), x1=np.clip(place, low, high), yref="paper", y0=0, y1=1,
            name=f"median {value_text(place)}" if name == "median" else name, showlegend=True,
            line={"width": width, "dash": dash, "color": tokens.text},
        )  # fmt: skip
    figure.update_layout(
        xaxis={"title": {"text": unit}, "nticks": 8, "zeroline": False},
        yaxis={"title": {"text": "share of bars"}, "tickformat": ".0%", "rangemode": "tozero", "nticks": 5},
    )
    meaning = f"{words}: {known} {value_text(last)} {unit}, above {rank:.0%} of {len(given):,} bars."
    return finished(figure, look, title, 300, meaning, legend_rows=2)
