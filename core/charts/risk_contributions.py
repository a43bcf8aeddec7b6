"""Which position brings the risk: its part of the volatility beside its part of what is held."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished, hatched
from core.charts.words import percent_text, shortened
from core.records import Contributions

_ROW = 46


def contribution_chart(
    symbols: Sequence[str],
    weights: Sequence[float],
    found: Contributions | None,
    look: Look = Look.LIGHT,
    title: str = "Which position brings the risk?",
) -> go.Figure:
    """Share of the book's volatility that each position brings, and its share of the money held; a hedge is negative.

    Args:
        weights: signed shares of equity, in the order of the symbols and parts.
        found: None where too little history is at hand.
    """
    if found is None or not symbols or found.volatility <= 0:
        return empty_figure(
            "The positions have too little history in common to tell which brings the risk.", look, title
        )
    tokens = look.tokens
    gross = sum(abs(weight) for weight in weights) or 1.0
    order = sorted(range(len(symbols)), key=lambda place: -found.parts[place])
    rows = [shortened(symbols[place], 20) for place in order]
    risk = [found.parts[place] / found.volatility for place in order]
    money = [abs(weights[place]) / gross for place in order]
    figure = go.Figure()
    for name, shares, colour, pattern in (
        ("part of the risk", risk, tokens.accent, [("x" if share < 0 else "") for share in risk]),
        ("part of the money held", money, faded(tokens.muted, 0.8), ["/"] * len(money)),
    ):
        figure.add_trace(
            go.Bar(
                orientation="h", y=rows, x=shares, name=name,
                marker={"color": colour, "line": {"width": 0}, "pattern": hatched(pattern, look)},
                text=[percent_text(share, 0, signed=False) for share in shares], textposition="outside", cliponaxis=False,
                textfont={"size": 11, "color": tokens.text},
                customdata=[f"{shortened(symbols[place])}: {found.parts[place]:.3%} of {found.volatility:.3%} a day, "
                            f"weight {percent_text(weights[place], 1)}" for place in order],
                hovertemplate="%{customdata}<extra>" + name + "</extra>",
            )
        )  # fmt: skip
    figure.update_layout(
        barmode="group", bargap=0.3, bargroupgap=0.06,
        xaxis={"title": {"text": "share of the whole"}, "tickformat": ".0%", "nticks": 6,
               "range": [min(0.0, *risk) - (0.14 if min(risk) < 0 else 0.0), max(*risk, *money) * 1.2]},
        yaxis={"type": "category", "autorange": "reversed", "showgrid": False, "ticks": "", "ticklabelstandoff": 6},
    )  # fmt: skip
    meaning = (
        f"The book's return varies by {found.volatility:.2%} a day; {rows[0]} brings {risk[0]:.0%} of it."
    )
    return finished(figure, look, title, _ROW * len(rows) + 64, meaning, legend_rows=1)
