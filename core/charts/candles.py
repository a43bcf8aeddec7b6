"""Candles, volume and ready-made indicators of one asset."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.gaps import Span, breaks_without, shade_gaps, spans_within
from core.charts.marks import trade_traces
from core.charts.overlays import Band, Line, Overlay, Panel, known, overlay_traces, panel_of, panel_traces
from core.charts.palette import Look, faded
from core.charts.patterns import level_traces, pattern_traces, pattern_words, seen_patterns
from core.charts.strips import note, stack_strips
from core.charts.template import empty_figure, finished
from core.charts.thinning import MOST_BARS, thin_bars, thin_columns
from core.charts.time_axis import holes, plain_time, plain_times, range_breaks, spacing
from core.charts.trust import Runs, candle_runs, mark_traces, mark_words, strip_runs, trust_key, trust_trace
from core.patterns import ChartPattern, PriceLevel
from core.records import Trade

NO_BARS = "No bars to draw. Choose an asset and a range that its source covers, or the sample."
_PRICE_HEIGHT, _VOLUME_HEIGHT, _PANEL_HEIGHT, _TRUST_HEIGHT = 340, 70, 105, 16
_PALE = 0.45


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
    forming: pd.DataFrame | None = None,
    flags: pd.DataFrame | None = None,
    missing: Sequence[tuple[datetime, datetime]] | None = None,
    patterns: Sequence[ChartPattern] = (),
    levels: Sequence[PriceLevel] = (),
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
        forming: bars that have not closed, drawn paler; those not after `bars` are ignored.
        flags: on the bars' index: any of gap_before, spike, flat, no_volume, repaired, disagrees (bool), `was`
            (text: what was repaired) and `trust` (0 … 100), which is drawn as a strip below.
        missing: spans in which bars were due and are not there; when None they are guessed from the bars.
        patterns: drawn with their lines, the bar that confirms each and its target; those not wholly in view are left out.
        levels: drawn from their first touch to the last bar.
    """
    bars, open_bars = _in_view(bars, forming, view)
    if bars.empty:
        return empty_figure(NO_BARS, look, title, _PRICE_HEIGHT)
    breaks, gaps = _breaks_and_gaps(bars, missing)
    drawn, every = thin_bars(bars, most)
    rows = pd.DataFrame(index=bars.index) if flags is None else flags.reindex(bars.index)
    runs, cells = candle_runs(rows, every), strip_runs(rows, every, gaps)
    columns = None if features is None else thin_columns(features.reindex(bars.index), every)
    strips = [item for item in known([panel_of(p) for p in panels], features) if isinstance(item, Panel)]
    lines = [item for item in known(overlays, features) if isinstance(item, Line | Band)]

    told = None if flags is None else mark_words(rows, runs)
    figure = go.Figure(candle_traces(drawn, look, every, told=told))
    if not open_bars.empty:
        figure.add_traces(forming_traces(open_bars, look))
    if columns is not None:
        figure.add_traces(overlay_traces(lines, columns, look))
    seen = [t for t in trades if bars.index[0] <= t.entry_time and t.exit_time <= bars.index[-1]]
    figure.add_traces(trade_traces(seen, look, currency))
    shapes = seen_patterns(patterns, bars.index)
    figure.add_traces([*level_traces(levels, bars.index, look), *pattern_traces(shapes, bars.index, look)])
    marks = mark_traces(runs, drawn, look)
    figure.add_traces(marks)
    heights, titles = [_PRICE_HEIGHT], [f"price ({currency})" if currency else "price"]
    has_volume = bool(drawn["volume"].any())
    if has_volume:
        heights.append(_VOLUME_HEIGHT)
        titles.append("volume")
        figure.add_trace(volume_trace(drawn, look))
        if not open_bars.empty:
            figure.add_trace(volume_trace(open_bars, look, strength=0.45 * _PALE))
    for strip in strips:
        heights.append(_PANEL_HEIGHT)
        titles.append(strip.title)
        assert columns is not None
        figure.add_traces(panel_traces(strip, columns, f"y{len(heights)}", look))
    has_trust = bool(np.isfinite(cells.trust).any())
    if has_trust:
        heights.append(_TRUST_HEIGHT)
        titles.append("")
    stack_strips(figure, heights, titles, look)
    figure.update_layout(hovermode="x unified", bargap=0.1)
    _scale_panels(figure, strips, first=2 + has_volume, look=look)
    if has_trust:
        _draw_trust(figure, bars.index, cells, every, f"y{len(heights)}", look)
    shade_gaps(figure, gaps, look)
    figure.update_xaxes(rangebreaks=breaks, range=_range(drawn, open_bars))
    if every > 1:
        note(figure, f"each candle joins {every} bars; narrow the range to see them singly", look)
    meaning = _meaning(bars, currency, len(open_bars), gaps, marks, cells, pattern_words(shapes, levels))
    entries = (
        len(lines)
        + len(marks)
        + 2 * has_trust
        + bool(gaps)
        + (not open_bars.empty)
        + 2 * bool(seen)
        + 2 * bool(shapes)
        + 2 * bool(levels)
    )
    return finished(figure, look, title, sum(heights) + 40, meaning, -(-entries // 4))


def candle_traces(
    bars: pd.DataFrame, look: Look, every: int = 1, name: str = "price", strength: float = 1.0,
    told: Sequence[str] | None = None,
) -> list[Any]:  # fmt: skip
    """One candlestick trace; `strength` below 1 draws it paler; `told` ends the hover of each candle."""
    tokens = look.tokens
    up, down = faded(tokens.up, strength), faded(tokens.down, strength)
    joined = f"<br>joins {every} bars" if every > 1 else ""
    marks = "" if told is None else "%{customdata}"
    return [
        go.Candlestick(
            x=plain_times(bars.index), open=bars["open"].to_numpy(), high=bars["high"].to_numpy(),
            low=bars["low"].to_numpy(), close=bars["close"].to_numpy(), name=name, showlegend=False, whiskerwidth=0,
            customdata=told,
            increasing={"line": {"color": up, "width": 1.2}, "fillcolor": "rgba(0,0,0,0)"},
            decreasing={"line": {"color": down, "width": 1.2}, "fillcolor": down},
            hovertemplate="open %{open:,.8~g}<br>high %{high:,.8~g}<br>low %{low:,.8~g}<br>"
            f"close %{{close:,.8~g}}{joined}{marks}<extra></extra>",
        )
    ]  # fmt: skip


def forming_traces(bars: pd.DataFrame, look: Look) -> list[Any]:
    """Bars that have not closed, paler and named in the legend."""
    traces = candle_traces(
        bars, look, name="not closed yet", strength=_PALE, told=["<br>not closed yet"] * len(bars)
    )
    return [trace.update(showlegend=True) for trace in traces]


def volume_trace(bars: pd.DataFrame, look: Look, axis: str = "y2", strength: float = 0.45) -> go.Bar:
    """Volume under the candles, in the colour of its candle."""
    tokens = look.tokens
    rose = (bars["close"] >= bars["open"]).to_numpy()
    return go.Bar(
        x=plain_times(bars.index), y=bars["volume"].to_numpy(), yaxis=axis, name="volume", showlegend=False,
        marker={"color": rose.astype("int8"), "cmin": 0, "cmax": 1, "line": {"width": 0}, "cornerradius": 0,
                "colorscale": [[0, faded(tokens.down, strength)], [1, faded(tokens.up, strength)]]},
        hovertemplate="%{y:,.4s}",
    )  # fmt: skip


def _in_view(
    bars: pd.DataFrame, forming: pd.DataFrame | None, view: tuple[datetime, datetime] | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Closed bars, and forming ones after them, both within the view."""
    later = bars.iloc[:0] if forming is None else forming
    if view is not None:
        first, last = pd.Timestamp(view[0]), pd.Timestamp(view[1])
        bars, later = bars.loc[first:last], later.loc[first:last]
    return bars, later.loc[later.index > bars.index[-1]] if len(bars) else later


def _breaks_and_gaps(
    bars: pd.DataFrame, missing: Sequence[tuple[datetime, datetime]] | None
) -> tuple[list[dict[str, Any]], list[Span]]:
    breaks = range_breaks(bars.index)
    if missing is None:
        return breaks, holes(bars.index, breaks)
    gaps = spans_within(missing, plain_time(bars.index[0]), plain_time(bars.index[-1]))
    return breaks_without(breaks, gaps), gaps


def _scale_panels(figure: go.Figure, strips: Sequence[Panel], first: int, look: Look) -> None:
    for number, strip in enumerate(strips, start=first):
        if strip.span:
            figure.update_layout({f"yaxis{number}": {"range": list(strip.span)}})
        for level in strip.levels:
            figure.add_shape(
                type="line", xref="paper", x0=0, x1=1, yref=f"y{number}", y0=level, y1=level, layer="below",
                line={"width": 1, "dash": "dot", "color": faded(look.tokens.text, 0.4)},
            )  # fmt: skip


def _draw_trust(figure: go.Figure, index: pd.Index, cells: Runs, every: int, axis: str, look: Look) -> None:
    figure.add_trace(trust_trace(index, cells, axis, spacing(index) * every, look))
    figure.add_traces(trust_key(look, float(np.nanmin(cells.trust))))
    figure.update_layout(
        {f"yaxis{axis[1:]}": {"range": [0, 1], "tickvals": [0.5], "ticktext": ["trust"], "showgrid": False,
                              "fixedrange": True, "ticks": ""}}
    )  # fmt: skip


def _range(bars: pd.DataFrame, forming: pd.DataFrame) -> list[pd.Timestamp]:
    first, last = plain_time(bars.index[0]), plain_time((bars if forming.empty else forming).index[-1])
    pad = spacing(bars.index) * 1.5
    return [first - pad, last + pad]


def _meaning(
    bars: pd.DataFrame, currency: str, forming: int, gaps: Sequence[Span], marks: Sequence[Any], cells: Runs,
    shapes: str = "",
) -> str:  # fmt: skip
    last = bars["close"].iloc[-1]
    words = f"{len(bars)} bars from {bars.index[0]:%Y-%m-%d} to {bars.index[-1]:%Y-%m-%d}, last close {last:,.6g} {currency}".rstrip()
    parts = [f"{forming} not closed yet"] if forming else []
    parts += [f"{len(gaps)} spans without data"] if gaps else []
    parts += [mark.name for mark in marks]
    if np.isfinite(cells.trust).any():
        parts.append(f"lowest trust {np.nanmin(cells.trust):.0f} of 100")
    parts += [shapes] if shapes else []
    return f"{words}{'; ' if parts else ''}{', '.join(parts)}."
