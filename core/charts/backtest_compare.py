"""Several runs in one figure."""

import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look
from core.charts.template import empty_figure, finished, spikes
from core.charts.thinning import thin_series
from core.charts.time_axis import plain_times
from core.charts.words import percent_text

_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid")


def compared_runs_chart(
    equity: pd.DataFrame, look: Look = Look.LIGHT, title: str = "Which run did best?"
) -> go.Figure:
    """Equity curves, each 100 at its first bar; told apart by dash as well as by colour.

    Args:
        equity: a column per run, index of time.
    """
    if equity.empty:
        return empty_figure("Choose two or more runs that were not refused.", look, title)
    colours = look.tokens.series
    figure = go.Figure()
    for number, name in enumerate(equity.columns):
        line = thin_series(equity[name], 1_500)
        label = f"{name}: {percent_text(float(line.iloc[-1]) / 100 - 1)}"
        figure.add_trace(
            go.Scatter(x=plain_times(line.index), y=line.to_numpy(), mode="lines", name=label,
                       line={"width": 1.9, "color": colours[number % len(colours)], "dash": _DASHES[number % len(_DASHES)]},
                       hovertemplate="%{y:,.1f}<extra>" + str(name) + "</extra>")
        )  # fmt: skip
    figure.update_layout(
        xaxis={"title": {"text": "time (UTC)"}, **spikes(look)},
        yaxis={"title": {"text": "equity, first bar = 100"}},
        hovermode="x unified",
    )
    last = equity.ffill().iloc[-1]
    meaning = f"{len(equity.columns)} runs; the highest ends at {last.max():.1f} ({last.idxmax()}), the lowest at {last.min():.1f}."
    return finished(figure, look, title, 360, meaning, legend_rows=len(equity.columns))
