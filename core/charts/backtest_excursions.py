"""How far trades went before they ended: would another stop or target have been better?"""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look
from core.charts.template import empty_figure, finished
from core.charts.thin_points import weightiest
from core.charts.words import percent_text

_MOST = 1_500


def excursion_chart(
    trades: pd.DataFrame,
    stop: float | None = None,
    target: float | None = None,
    look: Look = Look.LIGHT,
    title: str = "Would another stop or target have been better?",
) -> go.Figure:
    """Result of each trade against how far it went wrong (left) and right (right) on its way.

    Args:
        trades: mae, mfe and return_ as fractions, entry_time, pnl.
        stop, target: of the risk profile, drawn as lines; None for none.
    """
    if trades.empty or "mae" not in trades:
        return empty_figure(
            "No closed trade yet. Each trade appears here with the best and worst price on its way.",
            look,
            title,
        )
    tokens = look.tokens
    won = (trades["return_"] > 0).to_numpy()
    drawn = trades.iloc[
        weightiest(pd.DatetimeIndex(trades["entry_time"]), trades["pnl"].abs().to_numpy(), won, _MOST)
    ]
    figure = go.Figure()
    for column, axis, words in (("mae", "x", "worst on the way"), ("mfe", "x2", "best on the way")):
        for name, gain, symbol, colour in (
            ("gain", True, "circle", tokens.profit), ("loss", False, "x", tokens.loss),
        ):  # fmt: skip
            part = drawn[(drawn["return_"] > 0) == gain]
            figure.add_trace(
                go.Scatter(x=part[column].to_numpy(), y=part["return_"].to_numpy(), xaxis=axis,
                           yaxis="y" if axis == "x" else "y2", mode="markers", name=name, legendgroup=name,
                           showlegend=axis == "x", marker={"size": 6, "symbol": symbol, "color": colour, "opacity": 0.65},
                           hovertemplate=words + " %{x:.2%}<br>ended with %{y:.2%}<extra></extra>")
            )  # fmt: skip
    for level, axis, name in ((None if stop is None else -stop, "x", "stop"), (target, "x2", "target")):
        if level is not None:
            figure.add_shape(
                type="line", xref=axis, x0=level, x1=level, yref="paper", y0=0, y1=1, showlegend=True,
                name=f"{name} {percent_text(level)}", line={"width": 1.6, "dash": "dash", "color": tokens.text},
            )  # fmt: skip
    figure.update_layout(
        xaxis={"domain": [0, 0.47], "title": {"text": "worst on the way (MAE)"}, "tickformat": ".1%", "nticks": 6},
        xaxis2={"domain": [0.53, 1], "title": {"text": "best on the way (MFE)"}, "tickformat": ".1%", "nticks": 6,
                "anchor": "y2"},
        yaxis={"title": {"text": "net return of the trade"}, "tickformat": ".1%"},
        yaxis2={"anchor": "x2", "matches": "y", "showticklabels": False},
        hovermode="closest",
    )  # fmt: skip
    losers = trades[~won]
    given = float(np.median(losers["mfe"])) if len(losers) else 0.0
    meaning = (
        f"Median worst point {percent_text(float(trades['mae'].median()), 2)}, median best point "
        f"{percent_text(float(trades['mfe'].median()), 2)}; losing trades had been {percent_text(given, 2)} ahead at their best (median)."
    )
    return finished(figure, look, title, 320, meaning, legend_rows=2)
