"""What the language model took: tokens, money, requests and waiting, by day, use, model or asset."""

import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look
from core.charts.template import empty_figure, finished, hatched
from core.charts.words import shortened, wrapped

NOTHING_SPENT = (
    "No request was sent in this time. Run a cycle with a language model, and what it takes appears here."
)
_UNITS = {
    "tokens": ("tokens", "Where do the tokens go?", ",.0f"),
    "cost": ("US dollars", "Where does the money go?", "$,.4f"),
    "calls": ("requests", "What is the model asked for?", ",.4~g"),
    "seconds": ("seconds waited", "Where does the time go?", ",.1f"),
}
_USES = ("sentiment", "forecast", "validation", "summary", "explanation")
_PATTERNS = ("", "/", ".", "x", "\\")
_MOST = 15
_ROW = 30


def spending_chart(
    spending: pd.DataFrame, by: str, measure: str, look: Look = Look.LIGHT, title: str | None = None
) -> go.Figure:
    """Stacked bars, a colour and pattern a use: standing by day, lying by anything else, the largest on top.

    Args:
        spending: group, use, and a column a measure.
        by: day, use, model or asset.
        measure: tokens, cost, calls or seconds.
    """
    unit, question, format_ = _UNITS[measure]
    title = question if title is None else title
    if spending.empty:
        return empty_figure(NOTHING_SPENT, look, title)
    totals = spending.groupby("group")[measure].sum()
    standing = by == "day"
    order = totals.sort_index() if standing else totals.sort_values(kind="stable").tail(_MOST)
    groups = [str(name) for name in order.index]
    figure = go.Figure()
    used = [use for use in _USES if use in set(spending["use"])]
    for use in used:
        part = spending[spending["use"] == use].set_index("group")[measure].reindex(groups, fill_value=0.0)
        along = {"x": groups, "y": part.to_numpy()} if standing else {"x": part.to_numpy(), "y": groups}
        place = _USES.index(use)
        figure.add_trace(
            go.Bar(
                **along, name=use, orientation="v" if standing else "h",
                marker={"color": look.tokens.series[place], "line": {"width": 0}, "pattern": hatched(_PATTERNS[place], look)},
                customdata=[(wrapped(name), total) for name, total in zip(groups, order, strict=True)],
                hovertemplate=f"<b>%{{customdata[0]}}</b>, {use}<br>%{{{'y' if standing else 'x'}:{format_}}} {unit} of "
                f"%{{customdata[1]:{format_}}}<extra></extra>",
            )
        )  # fmt: skip
    amounts = {
        "title": {"text": unit},
        "rangemode": "tozero",
        "nticks": 6,
        "tickformat": "$~g" if measure == "cost" else "~s",
    }
    labels = {
        "type": "category", "fixedrange": True, "title": {"text": "day (UTC)" if standing else ""},
        "categoryorder": "array", "categoryarray": groups, "tickmode": "array", "tickvals": groups,
        "ticktext": [shortened(name, 26) for name in groups],
    }  # fmt: skip
    if standing:
        labels["range"] = [
            -0.5,
            max(len(groups), 7) - 0.5,
        ]  # so that a single day is not as wide as the figure
    if standing and len(groups) > _MOST:
        labels |= {"tickmode": "auto", "nticks": _MOST}
    figure.update_layout(
        barmode="stack", bargap=0.35, hovermode="closest", legend={"traceorder": "normal"},
        xaxis=labels if standing else amounts, yaxis=amounts if standing else labels | {"ticklabelstandoff": 6},
    )  # fmt: skip
    left = (
        f" The largest {_MOST} of {len(totals)} are drawn."
        if len(totals) > len(order) and not standing
        else ""
    )
    meaning = f"{totals.sum():,.4g} {unit} in all, by {by}: most for {totals.idxmax()} with {totals.max():,.4g}.{left}"
    height = 280 if standing else max(150, _ROW * len(groups) + 70)
    return finished(figure, look, title, height, meaning, legend_rows=1 + (len(used) > 3))
