"""What a bad day may cost by each method, and whether that promise was kept in the past."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished, hatched, spikes
from core.charts.time_axis import plain_times
from core.charts.words import wrapped
from core.records import VarBacktest, VarEstimate, VarMethod

_ROW = 58


def var_chart(
    estimates: Sequence[VarEstimate],
    chosen: VarMethod,
    limit: float | None,
    equity: float,
    look: Look = Look.LIGHT,
    title: str = "What may a bad day cost?",
) -> go.Figure:
    """VaR (plain) and CVaR (hatched) of the book over one day by method; the one that the limit is held against is marked.

    Args:
        limit: of the VaR, as a share of equity; None for none.
        equity: of the book, for amounts.
    """
    spoken = [item for item in estimates if not item.refused]
    if not spoken:
        return empty_figure(_why(estimates), look, title)
    tokens = look.tokens
    rows = [_row(item, chosen) for item in estimates]
    figure = go.Figure()
    for name, values, colour, pattern in (
        ("VaR", [item.var for item in estimates], tokens.accent, ""),
        ("CVaR: mean beyond it", [item.es for item in estimates], tokens.loss, "/"),
    ):
        figure.add_trace(
            go.Bar(
                orientation="h", y=rows, x=[_loss(value) for value in values], name=name,
                marker={"color": colour, "line": {"width": 0}, "pattern": hatched(pattern, look),
                        "opacity": [1.0 if item.method is chosen else 0.6 for item in estimates]},
                text=[f"{_loss(value):.2%}  ${_loss(value) * equity:,.0f}" if value is not None else "" for value in values],
                textposition="outside", cliponaxis=False, constraintext="none", textfont={"size": 11, "color": tokens.text},
                customdata=[wrapped(item.words, 60) for item in estimates],
                hovertemplate="%{x:.3%} of equity<br>%{customdata}<extra>" + name + "</extra>",
            )
        )  # fmt: skip
    for row, item in zip(rows, estimates, strict=True):
        if item.refused:
            figure.add_annotation(
                x=0, y=row, xanchor="left", xshift=8, text="refuses: " + wrapped(item.words, 64), showarrow=False,
                font={"size": 11, "color": tokens.muted}, align="left",
            )  # fmt: skip
    reach = max(_loss(item.es) for item in spoken) * 1.4
    if limit:
        figure.add_shape(
            type="line", x0=limit, x1=limit, yref="paper", y0=0, y1=1, showlegend=True, name=f"limit of the VaR {limit:.1%}",
            line={"color": tokens.text, "dash": "dash", "width": 1.6}, visible=limit <= reach * 2.5,
        )  # fmt: skip
        reach = max(reach, limit * 1.08) if limit <= reach * 2.5 else reach
    figure.update_layout(
        barmode="group", bargap=0.3, bargroupgap=0.06,
        xaxis={"title": {"text": "loss over one day, share of equity"}, "tickformat": ".2~%", "range": [0, max(reach, 1e-6)], "nticks": 7},
        yaxis={"type": "category", "autorange": "reversed", "showgrid": False, "ticks": "", "categoryorder": "array",
               "categoryarray": rows, "ticklabelstandoff": 6},
    )  # fmt: skip
    said = ", ".join(f"{item.method.label} {_loss(item.var):.2%}" for item in spoken)
    return finished(figure, look, title, _ROW * len(rows) + 64, f"VaR over one day: {said}.", legend_rows=2)


def var_backtest_chart(
    found: VarBacktest,
    times: pd.DatetimeIndex,
    look: Look = Look.LIGHT,
    title: str = "Was the promise kept?",
) -> go.Figure:
    """The book of now carried through the past: its return each day, the VaR known before, and the days beyond it.

    Args:
        times: end of each judged day, UTC, one for each of `found.rows`.
    """
    if found.test is None or len(times) == 0:
        return empty_figure(found.words, look, title, 300)
    tokens = look.tokens
    x, beyond = plain_times(times), np.asarray(found.exceeded, dtype=bool)
    figure = go.Figure()
    figure.add_trace(
        go.Bar(x=x, y=found.returns, name="return of the day", marker={"color": faded(tokens.muted, 0.75), "line": {"width": 0}},
               hovertemplate="%{y:+.2%}<extra>return</extra>")
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(x=x, y=-found.var, mode="lines", name=f"{found.method.label} VaR, known before", connectgaps=False,
                   line={"color": tokens.accent, "width": 2, "shape": "hv"}, hovertemplate="%{y:.2%}<extra>−VaR</extra>")
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(x=x[beyond], y=found.returns[beyond], mode="markers", name=f"beyond it: {int(beyond.sum())} of {found.test.n:,}",
                   marker={"symbol": "x", "size": 9, "color": tokens.loss}, hovertemplate="lost more: %{y:+.2%}<extra>exception</extra>")
    )  # fmt: skip
    figure.update_layout(
        bargap=0.1,
        xaxis={"title": {"text": "end of the day (UTC)"}, **spikes(look)},
        yaxis={"title": {"text": "return of the book of now"}, "tickformat": ".2~%", "nticks": 7},
        hovermode="x unified",
    )  # fmt: skip
    return finished(figure, look, title, 320, found.words, legend_rows=2)


def _loss(value: float | None) -> float:
    return max(value or 0.0, 0.0)


def _row(item: VarEstimate, chosen: VarMethod) -> str:
    return f"<b>★ {item.method.label}</b><br>decides" if item.method is chosen else item.method.label


def _why(estimates: Sequence[VarEstimate]) -> str:
    return estimates[0].words if estimates else "Nothing is held, so there is no loss to estimate."
