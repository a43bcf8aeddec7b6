"""Is the AI worth it? The book and its shadows over time, and what each part of the cycle added."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look
from core.charts.template import empty_figure, finished, spikes
from core.charts.thinning import thin_series
from core.charts.time_axis import plain_times
from core.charts.words import percent_text, wrapped

TOO_SHORT = "The books have too few marks in common yet. Run more cycles."
_DASHES = {
    "no-llm": "dash",
    "no-sentiment": "dot",
    "no-agent": "dashdot",
    "equal-weight": "longdash",
    "hold": "solid",
}
_ROW = 46


def shadow_curves_chart(
    curves: pd.DataFrame, apart: tuple[str, ...], look: Look = Look.LIGHT,
    title: str = "Would the account be better off without a part of the machine?", currency: str = "USD",
) -> go.Figure:  # fmt: skip
    """Equity of the book and of every shadow that has left its step.

    Args:
        curves: equity at the marks, index UTC; column «book», then the shadows by name.
        apart: the shadows to draw; the others are the book itself.
    """
    if len(curves) < 2:
        return empty_figure(TOO_SHORT, look, title, 360)
    figure, tokens = go.Figure(), look.tokens
    for place, name in enumerate(_DASHES):
        if name in apart:
            colour = tokens.muted if name == "hold" else tokens.series[place + 1]
            figure.add_trace(_line(curves[name], name, colour, _DASHES[name], 1.7, currency))
    in_step = [name for name in _DASHES if name not in apart]
    label = "the book" + (f" (and {', '.join(in_step)})" if in_step else "")
    figure.add_trace(_line(curves["book"], label, tokens.accent, "solid", 2.4, currency))
    figure.update_layout(
        xaxis={"title": {"text": "time (UTC)"}, **spikes(look)},
        yaxis={"title": {"text": f"equity ({currency})"}, "tickformat": ",.0f", "nticks": 7},
        hovermode="x unified", legend={"traceorder": "reversed"},
    )  # fmt: skip
    ends = "; ".join(f"{name} {curves[name].iloc[-1]:,.2f}" for name in ("book", *apart))
    return finished(
        figure, look, title, 340, f"Equity at the end: {ends}.", legend_rows=1 + (len(apart) + 1) // 3
    )


def added_chart(
    added: Mapping[str, tuple[str, float, float | None, float | None, bool, str]], look: Look = Look.LIGHT,
    title: str = "What did each part add?",
) -> go.Figure:  # fmt: skip
    """A dot a part: money that the book made beyond its shadow, with its interval; right of zero it was worth it.

    Args:
        added: name → (what the book has and the shadow has not, difference, low, high, identical, verdict).
    """
    if not added:
        return empty_figure(TOO_SHORT, look, title, 240)
    figure, tokens = go.Figure(), look.tokens
    for label, symbol, sign in (
        ("worth it", "diamond", 1),
        ("not worth it", "square", -1),
        ("cannot be told", "circle-open", 0),
        ("identical", "circle", None),
    ):
        rows = [row for row in added.values() if _sign(row) == sign]
        if not rows:
            continue
        colour = tokens.profit if sign == 1 else tokens.loss if sign == -1 else tokens.neutral
        figure.add_trace(
            go.Scatter(
                x=[row[1] for row in rows], y=[row[0] for row in rows], mode="markers", name=label,
                marker={"symbol": symbol, "size": 12, "color": colour, "line": {"width": 2, "color": colour}},
                error_x={"type": "data", "symmetric": False, "color": colour, "thickness": 2, "width": 5,
                         "array": [0.0 if row[3] is None else row[3] - row[1] for row in rows],
                         "arrayminus": [0.0 if row[2] is None else row[1] - row[2] for row in rows]},
                customdata=[f"<b>{row[0]}</b><br>{wrapped(row[5])}" for row in rows],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )  # fmt: skip
    names = [row[0] for row in added.values()]
    figure.add_vline(x=0, line={"color": tokens.muted, "width": 1.5})
    figure.update_layout(
        xaxis={"title": {"text": "← less than its shadow   ·   the book made ($)   ·   more →"}, "tickformat": "~s", "nticks": 7,
               "zeroline": False},
        yaxis={"type": "category", "categoryorder": "array", "categoryarray": names[::-1], "showgrid": False,
               "fixedrange": True, "range": [-0.6, len(names) - 0.4]},
        hovermode="closest",
    )  # fmt: skip
    meaning = "; ".join(f"{row[0]}: {row[5]}" for row in added.values())
    return finished(figure, look, title, 70 + _ROW * len(names), meaning, legend_rows=2)


def _sign(row: tuple[str, float, float | None, float | None, bool, str]) -> int | None:
    if row[4]:
        return None
    low, high = row[2], row[3]
    return 0 if low is None or high is None else (low > 0) - (high < 0)


def _line(curve: pd.Series, name: str, colour: str, dash: str, width: float, currency: str) -> go.Scatter:
    drawn = thin_series(curve)
    total = float(curve.iloc[-1] / curve.iloc[0] - 1)
    return go.Scatter(
        x=plain_times(drawn.index), y=drawn.to_numpy(), mode="lines", name=f"{name} {percent_text(total)}",
        line={"color": colour, "dash": dash, "width": width, "shape": "hv"},
        hovertemplate="%{y:,.2f} " + currency + f"<extra>{name}</extra>",
    )  # fmt: skip
