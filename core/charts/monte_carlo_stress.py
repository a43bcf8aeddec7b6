"""Costs and delays against the result, as a heat map."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.charts.palette import Look
from core.charts.scales import colour_at, ink_on
from core.charts.template import empty_figure, finished
from core.charts.words import percent_text
from core.records import StressCell


def stress_chart(
    cells: Sequence[StressCell], look: Look = Look.LIGHT, title: str = "How much friction does it survive?"
) -> go.Figure:
    """Total return of the actual trades by multiple of the costs and delay of the entry; the run itself is outlined."""
    if not cells:
        return empty_figure(
            "Too few closed trades to price again. Run a backtest with at least five trades.",
            look,
            title,
            220,
        )
    tokens = look.tokens
    costs = sorted({cell.cost_multiple for cell in cells})
    delays = sorted({cell.delay for cell in cells})
    found = {(cell.delay, cell.cost_multiple): cell for cell in cells}
    rows = [[found[delay, cost] for cost in costs] for delay in delays]
    returns = np.array([[cell.total_return for cell in row] for row in rows])
    reach = float(np.abs(returns).max()) or 0.01
    x, y = [f"{cost:g} ×" for cost in costs], [f"{delay} bar{'s' * (delay != 1)}" for delay in delays]
    figure = go.Figure(
        go.Heatmap(
            z=returns, x=x, y=y, zmin=-reach, zmax=reach, zmid=0, xgap=2, ygap=2, showscale=False, name="return",
            colorscale=[[0, tokens.loss], [0.5, tokens.surface], [1, tokens.profit]],
            customdata=[[[percent_text(cell.total_return), percent_text(cell.max_drawdown), f"{cell.loss:.1%}"] for cell in row] for row in rows],
            hovertemplate="costs %{x}, entries %{y} late<br>return %{customdata[0]}, worst fall %{customdata[1]}<br>"
            "drawn with replacement %{customdata[2]} of the paths lose<extra></extra>",
        )
    )  # fmt: skip
    figure.add_trace(_numbers(rows, x, y, reach, look))
    if 1.0 in costs and 0 in delays:
        column, row = costs.index(1.0), delays.index(0)
        figure.add_shape(
            type="rect", x0=column - 0.49, x1=column + 0.49, y0=row - 0.48, y1=row + 0.48,
            line={"color": tokens.text, "width": 2.2},
        )  # fmt: skip
    figure.update_layout(
        xaxis={"type": "category", "showgrid": False, "ticks": "", "title": {"text": "costs, multiple of those of the run (outlined: the run)"}},
        yaxis={"type": "category", "showgrid": False, "ticks": "", "title": {"text": "entries late by"}, "autorange": "reversed"},
    )  # fmt: skip
    return finished(figure, look, title, 46 * len(delays) + 76, _meaning(cells))


def _numbers(
    rows: Sequence[Sequence[StressCell]], x: Sequence[str], y: Sequence[str], reach: float, look: Look
) -> go.Scatter:
    """The numbers over the cells, each in the ink that is read on its cell."""
    tokens = look.tokens
    scale = [(0.0, tokens.loss), (0.5, tokens.surface), (1.0, tokens.profit)]
    cells = [cell for row in rows for cell in row]
    return go.Scatter(
        x=list(x) * len(y), y=[name for name in y for _ in x], mode="text", name="numbers",
        text=[f"<b>{percent_text(cell.total_return, 0)}</b><br>loss {cell.loss:.0%}" for cell in cells],
        textfont={"size": 11, "color": [ink_on(colour_at(scale, 0.5 + cell.total_return / reach / 2)) for cell in cells]},
        hoverinfo="skip", showlegend=False,
    )  # fmt: skip


def _meaning(cells: Sequence[StressCell]) -> str:
    now = min(cells, key=lambda cell: (cell.delay, abs(cell.cost_multiple - 1.0)))
    surviving = [cell.cost_multiple for cell in cells if cell.delay == 0 and cell.total_return > 0]
    most = (
        f"it still earns at {max(surviving):g} times the costs"
        if surviving
        else "it earns at no costs at all shown"
    )
    return f"As it was: {percent_text(now.total_return)}; in time, {most}."
