"""Do two groups of forecasts have different reasons?"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished
from core.charts.words import shortened, signed_text

_ROW = 28


def cohort_chart(
    names: Sequence[str],
    groups: tuple[str, str],
    mean: tuple[np.ndarray, np.ndarray],
    low: np.ndarray,
    high: np.ndarray,
    target: str,
    look: Look = Look.LIGHT,
    title: str = "Where do the reasons differ?",
    *,
    most: int = 12,
) -> go.Figure:
    """Left the mean contribution of each feature in two groups, right their difference with its 95 % interval.

    The largest differences come first. A filled mark stands for an interval that leaves out zero: the groups differ.

    Args:
        names: of the features, in words.
        groups: what the groups are called.
        mean: (f,) mean contribution in each group.
        low, high: (f,) 95 % interval of first less second.
        target: what is explained.
    """
    difference = mean[0] - mean[1]
    if not difference.any():
        return empty_figure("The two groups have the same reasons. Compare others.", look, title)
    order = np.argsort(-np.abs(difference), kind="stable")[:most]
    rows = list(range(len(order)))
    clear = (low > 0) | (high < 0)
    figure = make_subplots(
        rows=1, cols=2, shared_yaxes=True, horizontal_spacing=0.04, column_widths=[0.56, 0.44],
    )  # fmt: skip
    _means(figure, [names[i] for i in order], groups, (mean[0][order], mean[1][order]), look)
    _difference(figure, [names[i] for i in order], difference[order], low[order], high[order], look)
    hidden = {"showgrid": False, "range": [len(order) - 0.5, -0.5], "zeroline": False}
    figure.update_layout(
        xaxis={"title": {"text": f"mean contribution to «{target}» (log-odds)"}, "zeroline": True, "nticks": 6},
        xaxis2={"title": {"text": f"{shortened(groups[0])} less {shortened(groups[1])}, 95 % interval"}, "zeroline": True, "nticks": 5},
        yaxis=hidden | {"tickmode": "array", "tickvals": rows, "ticktext": [shortened(names[i], 44) for i in order], "ticklabelstandoff": 6},
        yaxis2=hidden,
    )  # fmt: skip
    first = int(order[0])
    meaning = (
        f"{groups[0]} against {groups[1]}: the largest difference is {names[first]} with {signed_text(float(difference[first]))} "
        f"log-odds; {int(clear.sum())} of {len(names)} features differ clearly."
    )
    return finished(figure, look, title, _ROW * len(order) + 90, meaning, legend_rows=1)


def _means(
    figure: go.Figure,
    names: Sequence[str],
    groups: tuple[str, str],
    mean: tuple[np.ndarray, np.ndarray],
    look: Look,
) -> None:
    """Two dots a feature and a line between them."""
    tokens = look.tokens
    ends: list[float | None] = []
    places: list[int | None] = []
    for row, (one, other) in enumerate(zip(*mean, strict=True)):
        ends += [float(one), float(other), None]
        places += [row, row, None]
    figure.add_trace(
        go.Scatter(x=ends, y=places, mode="lines", line={"width": 2, "color": faded(tokens.text, 0.3)}, showlegend=False,
                   hoverinfo="skip", name="between"), row=1, col=1,
    )  # fmt: skip
    styles = ((tokens.series[1], "circle"), (tokens.series[2], "diamond"))
    for group, part, (colour, symbol) in zip(groups, mean, styles, strict=True):
        figure.add_trace(
            go.Scatter(
                x=part, y=list(range(len(names))), mode="markers", name=group, customdata=names,
                marker={"size": 10, "symbol": symbol, "color": colour, "line": {"width": 1, "color": tokens.background}},
                hovertemplate="%{customdata}<br>mean contribution %{x:+.4f} log-odds<extra>" + shortened(group) + "</extra>",
            ), row=1, col=1,
        )  # fmt: skip


def _difference(
    figure: go.Figure,
    names: Sequence[str],
    difference: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
    look: Look,
) -> None:
    """A dot with whiskers a feature; filled where they leave out zero."""
    tokens = look.tokens
    for known, name, symbol, colour in (
        (True, "differs", "square", tokens.accent), (False, "may be chance", "square-open", tokens.muted),
    ):  # fmt: skip
        held = np.flatnonzero(((low > 0) | (high < 0)) == known)
        figure.add_trace(
            go.Scatter(
                x=difference[held], y=held, mode="markers", name=name,
                marker={"size": 9, "symbol": symbol, "color": colour, "line": {"width": 1.5, "color": colour}},
                error_x={"type": "data", "symmetric": False, "array": (high - difference)[held],
                         "arrayminus": (difference - low)[held], "color": colour, "thickness": 1.5, "width": 3},
                customdata=[f"{names[i]}<br>{signed_text(float(difference[i]))}, 95 % from {signed_text(float(low[i]))} to "
                            f"{signed_text(float(high[i]))}" for i in held.tolist()],
                hovertemplate="%{customdata}<extra></extra>",
            ), row=1, col=2,
        )  # fmt: skip
