"""Do two ways of explaining one forecast agree?"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from core.charts.explain_words import push_colours, with_value
from core.charts.palette import Look
from core.charts.template import empty_figure, finished
from core.charts.words import signed_text

_ROW = 27


def second_opinion_chart(
    names: Sequence[str],
    values: Sequence[str],
    shap: np.ndarray,
    lime: np.ndarray,
    spread: np.ndarray,
    target: str,
    look: Look = Look.LIGHT,
    title: str = "Does a second method agree?",
    *,
    most: int = 12,
) -> go.Figure:
    """SHAP beside LIME with ± 2 standard deviations over its seeds, feature by feature; a cross where they push opposite ways by more than LIME's own spread.

    Args:
        names: of the features, in words.
        values: what they are here, with units.
        shap: (f,) contributions in log-odds.
        lime: (f,) pushes in probability.
        spread: (f,) standard deviation of the pushes over the seeds.
        target: what is explained.
        most: features shown, the strongest by SHAP.
    """
    if not shap.any():
        return empty_figure("This forecast has no contributions to compare.", look, title)
    order = np.argsort(-np.abs(shap), kind="stable")[:most]
    rows = list(range(len(order)))
    toward, away = push_colours(target, look)
    against = (np.sign(shap) != np.sign(lime)) & (np.abs(lime) > 2 * spread)
    figure = make_subplots(
        rows=1, cols=2, shared_yaxes=True, horizontal_spacing=0.05,
        subplot_titles=("SHAP, exact", "LIME, a local fit"),
    )  # fmt: skip
    for column, push, unit in ((1, shap[order], "log-odds"), (2, lime[order] * 100, "points")):
        figure.add_trace(
            go.Bar(
                orientation="h", x=push, y=rows, name=unit, showlegend=False,
                marker={"color": np.where(push >= 0, toward, away), "line": {"width": 0}},
                error_x={"type": "data", "array": spread[order] * 200, "color": look.tokens.text, "thickness": 1.2, "width": 3} if column == 2 else None,
                customdata=[f"{names[i]} = {values[i]}<br>{signed_text(float(p))} {unit}" for i, p in zip(order, push, strict=True)],
                hovertemplate="%{customdata}<extra></extra>",
            ), row=1, col=column,
        )  # fmt: skip
    marks = ["<b>✕</b> " if against[i] else "" for i in order]
    figure.update_layout(
        yaxis={"tickmode": "array", "tickvals": rows, "ticktext": [mark + with_value(names[i], values[i]) for mark, i in zip(marks, order, strict=True)],
               "showgrid": False, "range": [len(order) - 0.5, -0.5], "ticklabelstandoff": 6},
        yaxis2={"showgrid": False, "range": [len(order) - 0.5, -0.5]},
        xaxis={"title": {"text": "log-odds, uncalibrated"}, "zeroline": True, "nticks": 5},
        xaxis2={"title": {"text": "points of probability"}, "zeroline": True, "nticks": 5},
    )  # fmt: skip
    figure.update_annotations(font={"size": 12, "color": look.tokens.muted})
    opposed = int(against[order].sum())
    meaning = f"Of the {len(order)} strongest reasons for «{target}» LIME contradicts {opposed}."
    return finished(figure, look, title, _ROW * len(order) + 100, meaning)
