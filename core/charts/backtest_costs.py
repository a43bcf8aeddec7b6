"""What trading cost: from what the market gave to what was kept."""

import numpy as np
import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished
from core.records import CostSplit


def costs_chart(
    costs: CostSplit | None,
    profit: float,
    look: Look = Look.LIGHT,
    currency: str = "USD",
    title: str = "How much of the profit did trading cost?",
) -> go.Figure:
    """Waterfall from the profit before costs to the profit after them.

    Args:
        costs: of the whole run.
        profit: last equity less the initial cash; same currency.
    """
    if costs is None:
        return empty_figure(
            "The costs of this run were not split. Run it again to see where the money went.", look, title
        )
    tokens = look.tokens
    steps = (
        ("fees", costs.fee), ("half-spread", costs.half_spread), ("slippage", costs.slippage), ("borrow", costs.borrow),
    )  # fmt: skip
    gross = profit + costs.total
    levels = np.cumsum([gross, *(-value for _, value in steps)])
    changes = [gross, *(-value for _, value in steps), profit]
    good, bad = tokens.profit, tokens.loss
    colours = [
        good if gross > 0 else bad,
        *(faded(tokens.warning, 0.85) if value >= 0 else good for _, value in steps),
        good if profit > 0 else bad,
    ]
    figure = go.Figure(
        go.Bar(
            x=["before costs", *(name for name, _ in steps), "after costs"], y=changes,
            base=[0.0, *levels[:-1], 0.0], marker={"color": colours, "line": {"width": 0}},
            text=[_amount(value) for value in changes], textposition="outside", cliponaxis=False, customdata=changes,
            hovertemplate="%{x}: %{customdata:,.2f} " + currency + "<extra></extra>", showlegend=False,
        )
    )  # fmt: skip
    for place in range(len(steps) + 1):
        figure.add_shape(
            type="line", x0=place, x1=place + 1, y0=levels[place], y1=levels[place], layer="below",
            line={"color": tokens.muted, "width": 1, "dash": "dot"},
        )  # fmt: skip
    figure.update_layout(
        xaxis={"type": "category"},
        yaxis={"title": {"text": currency}, "tickformat": "~s", "zeroline": True, "nticks": 6},
    )
    share = f", {costs.total / gross:.0%} of it" if gross > 0 else ""
    meaning = f"Before costs {_amount(gross)} {currency}, costs {_amount(costs.total)} {currency}{share}, after costs {_amount(profit)} {currency}."
    return finished(figure, look, title, 300, meaning)


def _amount(value: float) -> str:
    return f"{value:,.0f}".replace("-", "−") if abs(value) >= 100 else f"{value:,.2f}".replace("-", "−")
