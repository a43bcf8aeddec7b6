"""How much did not have to be asked again?"""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished, hatched
from core.charts.time_axis import plain_times

NO_ANSWERS = "No answer yet. Once the model was asked, the share that came from the record appears here."
_FEWEST = 7
"""Bars for which there is room, so that a single one is not as wide as the figure."""


def hit_rate_chart(
    hits: pd.DataFrame, look: Look = Look.LIGHT, title: str = "How much did not have to be asked again?"
) -> go.Figure:
    """Share of units that were answered from the record, a bar a span, filled up by those that were asked.

    Args:
        hits: index start of the span (UTC); cached and asked (units), share (0 … 1).
    """
    if hits.empty:
        return empty_figure(NO_ANSWERS, look, title)
    tokens = look.tokens
    times = plain_times(hits.index)
    counts = np.column_stack([hits["cached"], hits["asked"]])
    span = "%Y-%m-%d" if (pd.DatetimeIndex(hits.index).hour == 0).all() else "%Y-%m-%d %H:%M"
    figure = go.Figure()
    for name, share, colour, pattern in (
        (f"from the record: {int(hits['cached'].sum()):,}", hits["share"], tokens.accent, ""),
        (f"asked: {int(hits['asked'].sum()):,}", 1 - hits["share"], faded(tokens.neutral, 0.45), "/"),
    ):
        figure.add_trace(
            go.Bar(
                x=[pd.Timestamp(time).strftime(span) for time in times], y=share.to_numpy(), name=name,
                marker={"color": colour, "line": {"width": 0}, "pattern": hatched(pattern, look)}, customdata=counts,
                hovertemplate="%{x} UTC: %{customdata[0]:,} from the record, %{customdata[1]:,} asked<extra></extra>",
            )
        )  # fmt: skip
    figure.update_layout(
        barmode="stack", bargap=0.35, hovermode="closest", legend={"traceorder": "normal"},
        xaxis={"type": "category", "title": {"text": "time (UTC)"}, "nticks": 8,
               "range": [-0.5, max(len(hits), _FEWEST) - 0.5]},
        yaxis={"title": {"text": "share of units"}, "tickformat": ".0%", "range": [0, 1], "fixedrange": True, "nticks": 5},
    )  # fmt: skip
    both = float(hits["cached"].sum() + hits["asked"].sum())
    meaning = f"{float(hits['cached'].sum()) / both:.0%} of {both:,.0f} units were answered from the record without asking."
    return finished(figure, look, title, 240, meaning, legend_rows=1)
