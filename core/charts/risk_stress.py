"""What each scenario would cost the book of now."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.charts.palette import Look, money_colour
from core.charts.template import empty_figure, finished, hatched
from core.charts.words import percent_text, shortened, wrapped
from core.records import StressLoss

_ROW = 28


def stress_losses_chart(
    losses: Sequence[StressLoss], look: Look = Look.LIGHT, title: str = "What would break it?"
) -> go.Figure:
    """P&L of each scenario in money, with its share of equity; worst at the top."""
    if not losses:
        return empty_figure("Nothing is held, so no scenario can hurt. Run a cycle that opens a position.", look, title)  # fmt: skip
    tokens = look.tokens
    ranked = sorted(losses, key=lambda loss: loss.pnl)
    rows = [shortened(loss.name, 30) for loss in ranked]
    figure = go.Figure(
        go.Bar(
            orientation="h", y=rows, x=[loss.pnl for loss in ranked], name="profit or loss",
            marker={"color": [money_colour(loss.pnl, look) for loss in ranked], "line": {"width": 0},
                    "pattern": hatched(["/" if loss.pnl < 0 else "" for loss in ranked], look)},
            text=[f"{_money(loss.pnl)}  {percent_text(loss.share, 2)}" for loss in ranked], textposition="outside",
            cliponaxis=False, constraintext="none", textfont={"size": 11, "color": tokens.text},
            customdata=[_hover(loss) for loss in ranked], hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    low, high = min(0.0, ranked[0].pnl), max(0.0, ranked[-1].pnl)
    room = (high - low or 1.0) * 0.3
    figure.update_layout(
        xaxis={"title": {"text": "profit or loss at once (USD)"}, "tickformat": "$~s", "nticks": 7,
               "range": [low - room if low < 0 else -room * 0.1, high + room if high > 0 else room * 0.1]},
        yaxis={"type": "category", "autorange": "reversed", "showgrid": False, "ticks": "", "ticklabelstandoff": 6},
    )  # fmt: skip
    worst = ranked[0]
    meaning = (
        f"Worst: {worst.name}, {_money(worst.pnl)}, {percent_text(worst.share, 2)} of equity. {worst.words}"
    )
    return finished(figure, look, title, _ROW * len(rows) + 64, meaning)


def _money(amount: float) -> str:
    return f"{'−' if amount < 0 else ''}${abs(amount):,.0f}"


def _hover(loss: StressLoss) -> str:
    parts = "<br>".join(f"{shortened(symbol)} {_money(part)}" for symbol, part in loss.parts[:6])
    return f"<b>{shortened(loss.name, 60)}</b><br>{wrapped(loss.words, 56)}<br>{parts}"
