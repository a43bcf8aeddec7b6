"""Candles, volume and ready-made indicators of one asset."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.charts.marks import trade_traces
from core.charts.overlays import Band, Line, Overlay, Panel, known, overlay_traces, panel_of, panel_traces
from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished, spikes
from core.charts.thinning import MOST_BARS, thin_bars, thin_columns
from core.charts.time_axis import holes, plain_time, plain_times, range_breaks, spacing
from core.records import Trade

NO_BARS = "No bars to draw. Choose an asset and a range that its source covers, or the sample."
_PRICE_HEIGHT, _VOLUME_HEIGHT, _PANEL_HEIGHT = 340, 70, 105
_MOST_HOLES = 30


def candle_chart(
    bars: pd.DataFrame,
    features: pd.DataFrame | None = None,
    overlays: Sequence[Overlay] = (),
    panels: Sequence[str | Panel] = (),
    trades: Sequence[Trade] = (),
    look: Look = Look.LIGHT,
    title: str = "",
    *,
    currency: str = "",
    view: tuple[datetime, datetime] | None = None,
    most: int = MOST_BARS,
) -> go.Figure:
    """Candles with volume, overlays on the price and panels below.

    Rising candles are hollow, falling ones filled. Overlays and panels whose columns are missing are left out.

    Args:
        bars: core.tables bars.
        features: ready columns on rows of the bars' index.
        overlays: column names, `Line`s and `Band`s drawn over the candles, in price units.
        panels: column names or `Panel`s drawn below.
        trades: marked at entry and exit.
        currency: unit of the price.
        view: first and last time to draw; everything when None. Zoom in by asking for a narrower view.
        most: more candles than this are joined into coarser ones, and the figure says so.
    """
    if view is not None:
        bars = bars.loc[pd.Timestamp(view[0]) : pd.Timestamp(view[1])]
    if bars.empty:
        return empty_figure(NO_BARS, look, title, _PRICE_HEIGHT)
    breaks = range_breaks(bars.index)
    gaps = holes(bars.index, breaks)
    drawn, every = thin_bars(bars, most)
    columns = None if features is None else thin_columns(features.reindex(bars.index), every)
    strips = [item for item in known([panel_of(p) for p in panels], features) if isinstance(item, Panel)]
    lines = [item for item in known(overlays, features) if isinstance(item, Line | Band)]

    figure = go.Figure(candle_traces(drawn, look, every))
    if columns is not None:
        figure.add_traces(overlay_traces(lines, columns, look))
    seen = [t for t in trades if bars.index[0] <= t.entry_time and t.exit_time <= bars.index[-1]]
    figure.add_traces(trade_traces(seen, look, currency))
    heights = [_PRICE_HEIGHT]
    if drawn["volume"].any():
        heights.append(_VOLUME_HEIGHT)
        figure.add_trace(volume_trace(drawn, look))
    for strip in strips:
        heights.append(_PANEL_HEIGHT)
        assert columns is not None
        figure.add_traces(panel_traces(strip, columns, f"y{len(heights)}", look))
    _stack(figure, heights, look, currency)
    _name_panels(figure, strips, first=len(heights) - len(strips) + 1, look=look)
    _mark_holes(figure, gaps, look)
    figure.update_xaxes(rangebreaks=breaks, range=_range(drawn))
    if every > 1:
        _note(figure, f"each candle joins {every} bars; narrow the range to see them singly", look)
    last = drawn["close"].iloc[-1]
    meaning = f"{len(bars)} bars from {bars.index[0]:%Y-%m-%d} to {bars.index[-1]:%Y-%m-%d}, last close {last:,.6g} {currency}"
    rows = 1 + (len(lines) > 2) + (len(lines) > 5)
    return finished(figure, look, title, sum(heights) + 40, meaning, rows if lines or seen or gaps else 0)


def candle_traces(
    bars: pd.DataFrame, look: Look, every: int = 1, name: str = "price", strength: float = 1.0
) -> list[Any]:
    """One candlestick trace; `strength` below 1 draws it paler."""
    tokens = look.tokens
    up, down = faded(tokens.up, strength), faded(tokens.down, strength)
    joined = f"<br>joins {every} bars" if every > 1 else ""
    return [
        go.Candlestick(
            x=plain_times(bars.index), open=bars["open"].to_numpy(), high=bars["high"].to_numpy(),
            low=bars["low"].to_numpy(), close=bars["close"].to_numpy(), name=name, showlegend=False, whiskerwidth=0,
            increasing={"line": {"color": up, "width": 1.2}, "fillcolor": "rgba(0,0,0,0)"},
            decreasing={"line": {"color": down, "width": 1.2}, "fillcolor": down},
            hovertemplate="open %{open:,.8~g}<br>high %{high:,.8~g}<br>low %{low:,.8~g}<br>"
            f"close %{{close:,.8~g}}{joined}<extra></extra>",
        )
    ]  # fmt: skip


def volume_trace(bars: pd.DataFrame, look: Look, axis: str = "y2", strength: float = 0.45) -> go.Bar:
    """Volume under the candles, in the colour of its candle."""
    tokens = look.tokens
    rose = (bars["close"] >= bars["open"]).to_numpy()
    return go.Bar(
        x=plain_times(bars.index), y=bars["volume"].to_numpy(), yaxis=axis, name="volume", showlegend=False,
        marker={"color": [faded(tokens.up if up else tokens.down, strength) for up in rose], "line": {"width": 0},
                "cornerradius": 0},
        hovertemplate="%{y:,.4s}",
    )  # fmt: skip


def _stack(figure: go.Figure, heights: Sequence[int], look: Look, currency: str) -> None:
    """One time axis; the y axes stand above each other with the given heights in pixels."""
    gap = 0.025 if len(heights) > 1 else 0.0
    usable, top = 1 - gap * (len(heights) - 1), 1.0
    titles = [f"price ({currency})" if currency else "price", "volume"]
    for number, height in enumerate(heights, start=1):
        bottom = max(0.0, top - usable * height / sum(heights))
        is_volume = number == 2 and figure.data and any(t.name == "volume" for t in figure.data)
        axis = {
            "domain": [bottom, top], "side": "right", "zeroline": False, "anchor": "x",
            "nticks": 8 if number == 1 else 4, "tickformat": "," if number == 1 else "",
        } | (spikes(look) if number == 1 else {})  # fmt: skip
        if number == 1 or is_volume:
            axis["title"] = {"text": titles[number - 1]}
        figure.update_layout({f"yaxis{number if number > 1 else ''}": axis})
        top = bottom - gap
    figure.update_layout(
        xaxis={"rangeslider": {"visible": False}, "anchor": f"y{len(heights) if len(heights) > 1 else ''}",
               "title": {"text": "time (UTC)"}, **spikes(look)},
        hovermode="x unified", hoversubplots="axis", bargap=0.1,
    )  # fmt: skip


def _name_panels(figure: go.Figure, strips: Sequence[Panel], first: int, look: Look) -> None:
    for number, strip in enumerate(strips, start=first):
        axis = {"title": {"text": strip.title}} | ({"range": list(strip.span)} if strip.span else {})
        figure.update_layout({f"yaxis{number}": axis})
        for level in strip.levels:
            figure.add_shape(
                type="line", xref="paper", x0=0, x1=1, yref=f"y{number}", y0=level, y1=level, layer="below",
                line={"width": 1, "dash": "dot", "color": faded(look.tokens.text, 0.4)},
            )  # fmt: skip


def _mark_holes(figure: go.Figure, gaps: Sequence[tuple[pd.Timestamp, pd.Timestamp]], look: Look) -> None:
    for number, (start, end) in enumerate(gaps[:_MOST_HOLES]):
        figure.add_shape(
            type="rect", xref="x", x0=start, x1=end, yref="paper", y0=0, y1=1, layer="below", line_width=0,
            fillcolor=faded(look.tokens.warning, 0.16), name=f"no data ({len(gaps)})", showlegend=number == 0,
        )  # fmt: skip


def _note(figure: go.Figure, words: str, look: Look) -> None:
    figure.add_annotation(
        text=words, xref="paper", yref="paper", x=0, y=1, xanchor="left", yanchor="top",
        font={"size": 11, "color": look.tokens.muted}, bgcolor=faded(look.tokens.background, 0.8),
    )  # fmt: skip


def _range(bars: pd.DataFrame) -> list[pd.Timestamp]:
    first, last = plain_time(bars.index[0]), plain_time(bars.index[-1])
    pad = spacing(bars.index) * 1.5
    return [first - pad, last + pad]
