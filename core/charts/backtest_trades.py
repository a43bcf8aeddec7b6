"""What a backtest traded, on the candles of the part that is looked at: as many bars as a screen has room for."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.backtest_volume import volume_strip
from core.charts.candles import candle_traces
from core.charts.palette import Look, faded
from core.charts.strips import note, stack_strips
from core.charts.template import empty_figure, finished
from core.charts.thin_points import weightiest
from core.charts.thinning import thin_bars, thin_series
from core.charts.time_axis import plain_time, plain_times, range_breaks, spacing
from core.charts.words import percent_text, price_text, quantity_text

MOST_CANDLES = 1_200
"""Candles sent at once, whatever the length of the run."""
MOST_TRADES = 200
_HEIGHTS = {"price": 380, "volume": 60, "equity": 90}
_HANDLES = 60
"""Invisible points that let a drag over the figure select a range."""


def backtest_trades_chart(
    bars: pd.DataFrame,
    trades: pd.DataFrame,
    equity: pd.Series,
    view: tuple[int, int] | None = None,
    look: Look = Look.LIGHT,
    currency: str = "USD",
    title: str = "What did it trade?",
    zoom_by_drag: bool = True,
) -> go.Figure:
    """Candles, volume and equity of a range of bars with the trades that touch it.

    Args:
        bars: of the whole run.
        trades: quantity, entry and exit time and price, pnl, return_, exit_reason.
        equity: at each close, on the index of `bars`.
        view: first and last bar (numbers, both included); everything when None. The more bars, the coarser: at most
            MOST_CANDLES candles and the MOST_TRADES largest trades are drawn, and the figure says so.
        zoom_by_drag: a drag selects a range, for a page that then asks for it; else it pans.
    """
    if bars.empty:
        return empty_figure(
            "The bars of this run were not kept. Run it again to see its trades on the chart.",
            look,
            title,
            300,
        )
    first, last = (0, len(bars) - 1) if view is None else (max(view[0], 0), min(view[1], len(bars) - 1))
    shown = bars.iloc[first : last + 1]
    drawn, every = thin_bars(shown, MOST_CANDLES)
    touching = _touching(trades, shown.index)
    kept = touching.iloc[_largest(touching)]
    figure = go.Figure(candle_traces(drawn, look, every))
    figure.add_trace(volume_strip(drawn, look))
    figure.add_trace(_equity(equity.iloc[first : last + 1], look, currency))
    figure.add_traces(_marks(kept, look, currency))
    if zoom_by_drag:
        figure.add_trace(_handles(shown))
    stack_strips(figure, list(_HEIGHTS.values()), [f"price ({currency})", "volume", "equity"], look)
    edge = spacing(drawn.index) * 1.5
    figure.update_xaxes(
        rangebreaks=range_breaks(shown.index),
        range=[plain_time(drawn.index[0]) - edge, plain_time(shown.index[-1]) + edge],
    )
    figure.update_yaxes(fixedrange=False)
    figure.update_layout(
        hovermode="x unified", bargap=0.1, dragmode="select" if zoom_by_drag else "pan", selectdirection="h"
    )
    if words := _left_out(every, len(kept), len(touching)):
        note(figure, words, look)
    meaning = (
        f"{len(shown):,} of {len(bars):,} bars from {shown.index[0]:%Y-%m-%d %H:%M} to {shown.index[-1]:%Y-%m-%d %H:%M}, "
        f"{len(touching):,} trades, {int((touching['pnl'] > 0).sum())} of them won."
    )
    return finished(figure, look, title, sum(_HEIGHTS.values()) + 40, meaning, legend_rows=1)


def _touching(trades: pd.DataFrame, index: pd.Index) -> pd.DataFrame:
    inside = (trades["entry_time"] <= index[-1]) & (trades["exit_time"] >= index[0])
    return trades[inside]


def _largest(trades: pd.DataFrame) -> np.ndarray:
    """Positions of the trades to draw: all, or in every moment and side those that mattered most."""
    return weightiest(
        pd.DatetimeIndex(trades["entry_time"]), trades["pnl"].abs().to_numpy(),
        (trades["quantity"] > 0).to_numpy(), MOST_TRADES,
    )  # fmt: skip


def _marks(trades: pd.DataFrame, look: Look, currency: str) -> list[Any]:
    """Entries (triangles the way of the bet), exits (crosses in the colour of the result), a dotted line between."""
    if trades.empty:
        return []
    tokens = look.tokens
    long, won = (trades["quantity"] > 0).to_numpy(), (trades["pnl"] > 0).to_numpy()
    entered, left = (
        plain_times(pd.DatetimeIndex(trades["entry_time"])),
        plain_times(pd.DatetimeIndex(trades["exit_time"])),
    )
    paid, got = trades["entry_price"].to_numpy(), trades["exit_price"].to_numpy()
    nothing = np.full(len(trades), np.nan)
    edge, size = {"width": 1, "color": tokens.background}, 11 if len(trades) <= 60 else 7
    # a break between two lines is a price that is no number, at the time of the exit
    path_x, path_y = (
        np.column_stack([entered, left, left]).ravel(),
        np.column_stack([paid, got, nothing]).ravel(),
    )
    traces: list[Any] = [
        go.Scatter(x=path_x, y=path_y, mode="lines", name="from entry to exit", showlegend=False, hoverinfo="skip",
                   line={"width": 1.2, "dash": "dot", "color": tokens.muted})
    ]  # fmt: skip
    for name, chosen, symbol, colour in (
        ("long entry", long, "triangle-up", tokens.long), ("short entry", ~long, "triangle-down", tokens.short),
    ):  # fmt: skip
        if chosen.any():
            traces.append(
                go.Scatter(x=entered[chosen], y=paid[chosen], mode="markers", name=name,
                           marker={"size": size, "symbol": symbol, "color": colour, "line": edge},
                           customdata=_entry_words(trades[chosen], currency),
                           hovertemplate="%{customdata}<extra></extra>")
            )  # fmt: skip
    for name, chosen, symbol, colour in (
        ("exit with gain", won, "circle", tokens.profit), ("exit with loss", ~won, "x", tokens.loss),
    ):  # fmt: skip
        if chosen.any():
            traces.append(
                go.Scatter(x=left[chosen], y=got[chosen], mode="markers", name=name,
                           marker={"size": size - 1, "symbol": symbol, "color": colour, "line": edge},
                           customdata=_exit_words(trades[chosen], currency),
                           hovertemplate="%{customdata}<extra></extra>")
            )  # fmt: skip
    return traces


def _entry_words(trades: pd.DataFrame, currency: str) -> list[str]:
    return [
        f"{'long' if quantity > 0 else 'short'} {quantity_text(abs(quantity))} at {price_text(price)} {currency}"
        for quantity, price in zip(trades["quantity"], trades["entry_price"], strict=True)
    ]


def _exit_words(trades: pd.DataFrame, currency: str) -> list[str]:
    columns = (trades[name] for name in ("exit_reason", "exit_price", "pnl", "return_"))
    return [
        f"{str(reason).replace('_', ' ')} at {price_text(price)}: {pnl:+,.2f} {currency} ({percent_text(share, 2)})".replace("-", "−")
        for reason, price, pnl, share in zip(*columns, strict=True)
    ]  # fmt: skip


def _equity(equity: pd.Series, look: Look, currency: str) -> go.Scatter:
    line = thin_series(equity, MOST_CANDLES)
    return go.Scatter(
        x=plain_times(line.index), y=line.to_numpy(), yaxis="y3", mode="lines", name="equity", showlegend=False,
        line={"width": 1.6, "color": look.tokens.accent}, hovertemplate="equity %{y:,.2f} " + currency + "<extra></extra>",
    )  # fmt: skip


def _handles(bars: pd.DataFrame) -> go.Scatter:
    places = np.unique(np.linspace(0, len(bars) - 1, _HANDLES).astype(int))
    return go.Scatter(
        x=plain_times(bars.index[places]), y=bars["close"].to_numpy()[places], mode="markers", name="range",
        showlegend=False, hoverinfo="skip", marker={"opacity": 0, "size": 1, "color": faded("#000000", 0)},
        selected={"marker": {"opacity": 0}}, unselected={"marker": {"opacity": 0}},
    )  # fmt: skip


def _left_out(every: int, kept: int, touching: int) -> str:
    parts = [f"each candle joins {every} bars"] if every > 1 else []
    parts += [f"the {kept} largest of {touching:,} trades"] if kept < touching else []
    return f"{' and '.join(parts)}; narrow the range to see all" if parts else ""
