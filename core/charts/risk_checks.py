"""Which risk checks bound lately."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished, hatched
from core.charts.words import shortened, wrapped
from core.records import CheckTally

_ROW = 28


def binding_chart(
    tallies: Sequence[CheckTally], look: Look = Look.LIGHT, title: str = "Which rule stops trades?"
) -> go.Figure:
    """How often each check refused, and how often it was the nearest to its limit where all passed."""
    bound = [item for item in tallies if item.refused or item.nearest]
    if not bound:
        return empty_figure("No risk check has been run yet: they run when a cycle proposes a trade.", look, title)  # fmt: skip
    tokens = look.tokens
    rows = [shortened(item.name.replace("_", " "), 26) for item in bound]
    figure = go.Figure()
    for name, counts, colour, pattern in (
        ("refused", [item.refused for item in bound], tokens.loss, "x"),
        ("passed, nearest to its limit", [item.nearest for item in bound], faded(tokens.muted, 0.8), ""),
    ):
        figure.add_trace(
            go.Bar(
                orientation="h", y=rows, x=counts, name=name,
                marker={"color": colour, "line": {"width": 0}, "pattern": hatched(pattern, look)},
                text=[f"{count}" if count else "" for count in counts], textposition="inside", insidetextanchor="end",
                textfont={"size": 11},
                customdata=[f"{item.refused} of {item.runs} refused" + (f", median use {item.usage:.0%}" if item.usage is not None else "")
                            + f"<br>last: {wrapped(item.last, 56)}" for item in bound],
                hovertemplate="<b>%{y}</b>: %{customdata}<extra>" + name + "</extra>",
            )
        )  # fmt: skip
    figure.update_layout(
        barmode="stack",
        xaxis={"title": {"text": "decisions"}, "rangemode": "tozero", "tickformat": ",d", "nticks": 6},
        yaxis={"type": "category", "autorange": "reversed", "showgrid": False, "ticks": "", "ticklabelstandoff": 6},
    )  # fmt: skip
    first = bound[0]
    meaning = f"{first.name.replace('_', ' ')} refused {first.refused} of {first.runs} decisions and was nearest in {first.nearest}."
    return finished(figure, look, title, _ROW * len(rows) + 64, meaning, legend_rows=1)
