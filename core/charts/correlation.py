"""How far assets move together."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look
from core.charts.scales import colour_at, correlation_scale, ink_on
from core.charts.template import empty_figure, finished
from core.charts.words import shortened

NO_CORRELATION = "No correlation to show. Choose at least two assets with bars over the same time."


def correlation_chart(
    correlations: pd.DataFrame,
    counts: pd.DataFrame,
    look: Look = Look.LIGHT,
    title: str = "Which move together?",
) -> go.Figure:
    """Heat map of correlations with the number in each cell; the diagonal is left empty.

    Args:
        correlations: −1 … +1, symbols as rows and columns in the order to draw; NaN where there were too few returns.
        counts: returns that both assets have, same rows and columns.
    """
    names = [str(name) for name in correlations.columns]
    many = len(names)
    if many < 2:
        return empty_figure(NO_CORRELATION, look, title, 260)
    values = correlations.to_numpy(dtype="float64").copy()
    common = counts.reindex(index=correlations.index, columns=correlations.columns).to_numpy()
    np.fill_diagonal(values, np.nan)
    small = many > 8
    hovers = [[_pair(names[row], names[column], values[row, column], common[row, column]) for column in range(many)]
              for row in range(many)]  # fmt: skip
    figure = go.Figure(
        go.Heatmap(
            z=values, x=names, y=names, zmin=-1, zmax=1, zmid=0, xgap=1 if small else 2, ygap=1 if small else 2,
            colorscale=[list(stop) for stop in correlation_scale(look)], showscale=False,
            customdata=hovers, hovertemplate="%{customdata}<extra></extra>", hoverongaps=True, name="correlation",
        )
    )  # fmt: skip
    figure.add_trace(_numbers(names, values, small, look))
    figure.update_layout(
        xaxis={"type": "category", "showgrid": False, "ticks": "", "tickfont": {"size": 10 if small else 11},
               "tickmode": "array", "tickvals": names, "ticktext": [shortened(name, 12) for name in names],
               "tickangle": -90 if many > 5 else 0, "title": {"text": "correlation of returns (−1 … +1)"}},
        yaxis={"type": "category", "showgrid": False, "ticks": "", "autorange": "reversed", "tickfont": {"size": 10 if small else 11},
               "tickmode": "array", "tickvals": names, "ticktext": [shortened(name, 12) for name in names]},
    )  # fmt: skip
    return finished(figure, look, title, many * (26 if small else 38) + 96, _strongest(names, values))


def _numbers(names: Sequence[str], values: np.ndarray, small: bool, look: Look) -> go.Scatter:
    """The numbers over the cells, each in the ink that is read on its cell."""
    rows, columns = np.nonzero(~np.eye(len(names), dtype=bool))
    scale = correlation_scale(look)
    cells = [float(value) for value in values[rows, columns]]
    inks = [
        ink_on(colour_at(scale, (value + 1) / 2)) if np.isfinite(value) else look.tokens.muted
        for value in cells
    ]
    return go.Scatter(
        x=[names[column] for column in columns.tolist()], y=[names[row] for row in rows.tolist()], mode="text", name="numbers",
        text=[_cell(value, small) for value in cells], textfont={"size": 9 if small else 12, "color": inks},
        hoverinfo="skip", showlegend=False,
    )  # fmt: skip


def _cell(value: float, small: bool) -> str:
    if not np.isfinite(value):
        return "–"
    if small and abs(value) >= 0.995:
        return "1" if value > 0 else "−1"
    if small:
        return f"{value:.2f}".replace("0.", ".").replace("-", "−")
    return f"{value:+.2f}".replace("-", "−")


def _pair(one: str, other: str, value: float, count: float) -> str:
    if one == other:
        return f"{shortened(one)}, {int(count):,} returns"
    number = f"{value:+.2f}".replace("-", "−") if np.isfinite(value) else "too few to tell"
    returns = int(count) if np.isfinite(count) else 0
    return f"<b>{shortened(one)}</b> with <b>{shortened(other)}</b>: {number}<br>{returns:,} common returns"


def _strongest(names: Sequence[str], values: np.ndarray) -> str:
    """The pairs that move together most and least, in words."""
    upper = np.where(np.triu(np.ones_like(values, dtype=bool), 1), values, np.nan)
    if not np.isfinite(upper).any():
        return f"Correlations of {len(names)} assets: too few common returns for any pair."
    found = [np.unravel_index(pick(upper), upper.shape) for pick in (np.nanargmax, np.nanargmin)]
    (a, b), (c, d) = [(int(row), int(column)) for row, column in found]
    return (
        f"Correlations of {len(names)} assets: highest {values[a, b]:+.2f} ({names[a]} with {names[b]}), "
        f"lowest {values[c, d]:+.2f} ({names[c]} with {names[d]})."
    ).replace("-0", "−0")
