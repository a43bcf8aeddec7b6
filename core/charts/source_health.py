"""How the calls to each provider went, and how long they took."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.stages import seconds_text
from core.charts.strips import note
from core.charts.template import empty_figure, finished
from core.charts.thin_points import MOST_MARKS, weightiest
from core.charts.time_axis import plain_index, plain_times
from core.charts.words import shortened, wrapped

NO_CALLS = "No provider has been asked yet. Fetch bars or news, and every call appears here."
_ROW = 34
_KEY = (0.1, 1.0, 10.0)
"""Seconds whose sizes the legend shows."""


def calls_chart(
    calls: pd.DataFrame, look: Look = Look.LIGHT, title: str = "Do the sources answer, and how fast?",
    *, most: int = MOST_MARKS,
) -> go.Figure:  # fmt: skip
    """A strip per source over time: a dot per call, larger the longer it took, crosses for those that failed.

    Args:
        calls: columns `source`, `at` (UTC), `seconds`, `outcome` ("ok" or the kind of failure), optionally `reason`.
        most: of more calls than this the slowest of each moment are drawn, and the figure says so.
    """
    if calls.empty:
        return empty_figure(NO_CALLS, look, title)
    tokens = look.tokens
    failed = (calls["outcome"] != "ok").to_numpy()
    sources = sorted(calls["source"].unique(), key=str.casefold, reverse=True)
    groups: np.ndarray = (calls["source"].astype(str) + np.where(failed, "!", "")).to_numpy()
    shown = weightiest(pd.DatetimeIndex(calls["at"]), calls["seconds"].to_numpy(), groups, most)
    figure = go.Figure()
    for name, wanted, colour, symbol in (
        ("ok", False, faded(tokens.accent, 0.75), "circle"), ("failed", True, tokens.failure, "x"),
    ):  # fmt: skip
        part = calls.iloc[shown[failed[shown] == wanted]]
        if part.empty:
            continue
        figure.add_trace(
            go.Scatter(
                x=plain_times(pd.DatetimeIndex(part["at"])), y=part["source"].astype(str).to_numpy(), mode="markers",
                name=f"{name} ({int((failed == wanted).sum()):,})",
                marker={"symbol": symbol, "color": colour, "size": _sizes(part["seconds"].to_numpy()),
                        "line": {"width": 1, "color": tokens.background}},
                customdata=[_hover(call) for _, call in part.iterrows()],
                hovertemplate="%{customdata}<extra></extra>",
            )
        )  # fmt: skip
    for seconds, size in zip(_KEY, _sizes(np.array(_KEY)), strict=True):
        figure.add_trace(
            go.Scatter(x=[None], y=[None], mode="markers", name=seconds_text(seconds), hoverinfo="skip",
                       marker={"symbol": "circle-open", "size": [size], "color": tokens.muted, "line": {"width": 1.5}})
        )  # fmt: skip
    figure.update_layout(
        xaxis={"title": {"text": "asked (UTC)"}},
        yaxis={"type": "category", "categoryorder": "array", "categoryarray": sources, "tickmode": "array",
               "tickvals": sources, "ticktext": [shortened(source, 18) for source in sources],
               "range": [-0.6, len(sources) - 0.4], "ticklabelstandoff": 6, "fixedrange": True},
        hovermode="closest", legend={"itemsizing": "trace"},
    )  # fmt: skip
    if len(shown) < len(calls):
        note(figure, f"{len(shown):,} of {len(calls):,} calls: the slowest of each moment", look)
    times = plain_index(pd.Index(calls["at"]))
    meaning = (
        f"{len(calls):,} calls to {len(sources)} sources from {times.min():%Y-%m-%d %H:%M} to {times.max():%Y-%m-%d %H:%M} "
        f"UTC, {int(failed.sum()):,} failed, the slowest took {seconds_text(float(calls['seconds'].max()))}."
    )
    return finished(figure, look, title, _ROW * len(sources) + 70, meaning, legend_rows=2)


def _sizes(seconds: np.ndarray) -> np.ndarray:
    """Pixels across: 12 for one second, 5 more for each ten times as long, between 7 and 22."""
    return np.clip(12 + 5 * np.log10(np.maximum(seconds, 1e-3)), 7, 22)


def _hover(call: pd.Series) -> str:
    how = "ok in" if call["outcome"] == "ok" else f"<b>{shortened(str(call['outcome']))}</b> after"
    reason = call.get("reason")
    told = f"<br>{wrapped(str(reason))}" if isinstance(reason, str) and reason else ""
    return f"<b>{shortened(str(call['source']))}</b>, {call['at']:%Y-%m-%d %H:%M:%S} UTC<br>{how} {seconds_text(call['seconds'])}{told}"
