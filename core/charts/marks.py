"""Trades and fills as marks on a price chart; shape says what happened, colour how it ended."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from core.charts.palette import Look, money_colour
from core.charts.time_axis import plain_time
from core.charts.words import percent_text, price_text, quantity_text
from core.records import Fill, Side, Trade


def trade_traces(trades: Sequence[Trade], look: Look, currency: str = "") -> list[Any]:
    """Entries (triangles pointing the way of the bet), exits (crosses) and a dotted line between the two."""
    if not trades:
        return []
    tokens = look.tokens
    ordered = sorted(trades, key=lambda trade: trade.entry_time)
    path_x = [x for t in ordered for x in (plain_time(t.entry_time), plain_time(t.exit_time), None)]
    path_y = [y for t in ordered for y in (t.entry_price, t.exit_price, None)]
    edge = {"width": 1, "color": tokens.background}
    return [
        go.Scatter(x=path_x, y=path_y, mode="lines", name="trade path", showlegend=False, hoverinfo="skip",
                   line={"width": 1.2, "dash": "dot", "color": tokens.muted}),
        go.Scatter(
            x=[plain_time(t.entry_time) for t in ordered], y=[t.entry_price for t in ordered],
            mode="markers", name="entry",
            marker={"size": 11, "line": edge,
                    "symbol": ["triangle-up" if t.quantity > 0 else "triangle-down" for t in ordered],
                    "color": [tokens.long if t.quantity > 0 else tokens.short for t in ordered]},
            customdata=[_entry_words(t, currency) for t in ordered],
            hovertemplate="%{customdata}<extra>entry</extra>",
        ),
        go.Scatter(
            x=[plain_time(t.exit_time) for t in ordered], y=[t.exit_price for t in ordered],
            mode="markers", name="exit",
            marker={"size": 9, "symbol": "x", "line": edge, "color": [money_colour(t.pnl, look) for t in ordered]},
            customdata=[_exit_words(t, currency) for t in ordered],
            hovertemplate="%{customdata}<extra>exit</extra>",
        ),
    ]  # fmt: skip


def fill_trace(fills: Sequence[Fill], look: Look, currency: str = "") -> go.Scatter:
    """Fills as diamonds (entry) and crosses (exit)."""
    tokens = look.tokens
    return go.Scatter(
        x=[plain_time(fill.time) for fill in fills], y=[fill.price for fill in fills],
        mode="markers", name="fill",
        marker={"size": 11, "line": {"width": 1.5, "color": tokens.background},
                "symbol": ["diamond" if fill.reason == "entry" else "x" for fill in fills],
                "color": [tokens.long if fill.side is Side.BUY else tokens.short for fill in fills]},
        customdata=[_fill_words(fill, currency) for fill in fills],
        hovertemplate="%{customdata}<extra>fill</extra>",
    )  # fmt: skip


def _entry_words(trade: Trade, currency: str) -> str:
    side = "long" if trade.quantity > 0 else "short"
    return (
        f"{side} {quantity_text(abs(trade.quantity))} at {price_text(trade.entry_price)} {currency}".rstrip()
    )


def _exit_words(trade: Trade, currency: str) -> str:
    reason = trade.exit_reason.value.replace("_", " ")
    money = f"{trade.pnl:+,.2f} {currency}".rstrip().replace("-", "−")
    return f"{reason} at {price_text(trade.exit_price)}<br>{money} ({percent_text(trade.return_, 2)}) after costs"


def _fill_words(fill: Fill, currency: str) -> str:
    head = f"{fill.side.value} {quantity_text(fill.quantity)} at {price_text(fill.price)} {currency}".rstrip()
    cost = percent_text(fill.price / fill.reference - 1, 3)
    return (
        f"{head} ({fill.reason.replace('_', ' ')})<br>"
        f"reference {price_text(fill.reference)}, moved {cost} by spread and slippage<br>fee {price_text(fill.fee)}"
    )
