"""Do the reasons stay the same?"""

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.charts.palette import Look, faded
from core.charts.scales import blended
from core.charts.template import empty_figure, finished
from core.charts.time_axis import plain_times
from core.charts.words import shortened

_ROW = 25


def reasons_chart(
    names: Sequence[str],
    first: pd.DatetimeIndex,
    last: pd.DatetimeIndex,
    importance: np.ndarray,
    adjacent: np.ndarray,
    steady: float,
    look: Look = Look.LIGHT,
    title: str = "Do the reasons stay the same?",
    *,
    trained_until: pd.Timestamp | None = None,
    most: int = 12,
) -> go.Figure:
    """Share of each strong feature in the contributions of each window, and below how alike neighbouring windows rank them.

    Args:
        names: of the features, in words.
        first, last: (w,) open of the first and the last bar of each window.
        importance: (w, f) mean |contribution|.
        adjacent: (w − 1,) Spearman correlation of neighbouring windows.
        steady: correlation below which reasons drift.
        trained_until: what lies right of it the model had not seen.
        most: features shown.
    """
    if len(importance) < 2 or not importance.any():
        return empty_figure("Too few bars for two windows. Show more bars above.", look, title)
    order = np.argsort(-importance.mean(axis=0), kind="stable")[:most]
    total = importance.sum(axis=1, keepdims=True)
    share = np.divide(importance, total, out=np.zeros_like(importance), where=total > 0)[:, order].T
    labels = [shortened(names[i], 40) for i in order]
    windows = [f"{a:%Y-%m-%d} to {b:%Y-%m-%d}" for a, b in zip(first, last, strict=True)]
    middle = plain_times(first + (last - first) / 2)
    tokens = look.tokens
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.06, row_heights=[0.74, 0.26])
    figure.add_trace(
        go.Heatmap(
            z=share, x=middle, y=labels, zmin=0, zmax=float(share.max()), xgap=2, ygap=2, name="share",
            colorscale=[[0, tokens.surface], [0.5, blended(tokens.surface, tokens.accent, 0.6)], [1, tokens.accent]],
            colorbar={"title": {"text": "share", "side": "right", "font": {"size": 11, "color": tokens.muted}}, "tickformat": ".0%",
                      "thickness": 8, "len": 0.66, "y": 0.64, "outlinewidth": 0, "nticks": 5,
                      "tickfont": {"size": 11, "color": tokens.muted}},
            customdata=np.tile(np.array(windows, dtype=object), (len(order), 1)),
            hovertemplate="%{y}<br>%{customdata}<br>%{z:.1%} of all contributions<extra></extra>",
        ), row=1, col=1,
    )  # fmt: skip
    drifting = adjacent < steady
    edges = plain_times(first[1:])
    figure.add_trace(
        go.Scatter(
            x=edges, y=adjacent, mode="lines+markers", name="rank correlation of neighbouring windows",
            line={"width": 2, "color": tokens.accent},
            marker={"size": 9, "symbol": np.where(drifting, "x", "circle"),
                    "color": np.where(drifting, tokens.failure, tokens.accent)},
            customdata=[f"{a} | {b}" for a, b in itertools.pairwise(windows)],
            hovertemplate="%{customdata}<br>Spearman %{y:.2f}<extra></extra>",
        ), row=2, col=1,
    )  # fmt: skip
    figure.add_hline(y=steady, line={"width": 1.5, "dash": "dash", "color": tokens.warning}, row=2, col=1)
    figure.add_annotation(
        text=f"below {steady:g} the reasons drift", x=1, xref="x2 domain", y=steady, yref="y2", yanchor="top", xanchor="right",
        font={"size": 11, "color": tokens.warning},
    )  # fmt: skip
    if trained_until is not None and last[0] < trained_until < first[-1]:
        _mark_training(figure, trained_until, look)
    low = float(np.nanmin(adjacent)) if not np.isnan(adjacent).all() else 0.0
    figure.update_layout(
        yaxis={"autorange": "reversed", "type": "category", "showgrid": False, "ticklabelstandoff": 6, "ticks": ""},
        yaxis2={"range": [min(0.0, low - 0.1), 1.08], "nticks": 5, "title": {"text": "Spearman"}},
        xaxis={"showgrid": False}, xaxis2={"gridcolor": faded(tokens.text, 0.06)},
    )  # fmt: skip
    meaning = (
        f"Share of {len(order)} features in the contributions of {len(first)} windows; neighbouring windows rank all features "
        f"alike with a correlation of at least {low:.2f}."
    )
    return finished(figure, look, title, _ROW * len(order) + 190, meaning)


def _mark_training(figure: go.Figure, trained_until: pd.Timestamp, look: Look) -> None:
    """A line between what the model learnt from and what it had not seen."""
    mark = plain_times(pd.DatetimeIndex([trained_until]))[0]
    figure.add_vline(x=mark, line={"width": 1.5, "dash": "dot", "color": look.tokens.text})
    figure.add_annotation(
        text="trained until here", x=mark, y=1, yref="y domain", yanchor="bottom", xanchor="center",
        font={"size": 11, "color": look.tokens.muted},
    )  # fmt: skip
