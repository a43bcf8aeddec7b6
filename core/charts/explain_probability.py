"""From the usual probability to the one that was given, in points."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.charts.explain_words import push_colours, with_value
from core.charts.palette import Look
from core.charts.template import empty_figure, finished
from core.charts.words import percent_text

_ROW = 24


def probability_waterfall(
    names: Sequence[str],
    values: Sequence[str],
    shares: np.ndarray,
    base: float,
    probability: float,
    target: str,
    look: Look = Look.LIGHT,
    title: str = "What moved the probability itself?",
    *,
    most: int = 10,
) -> go.Figure:
    """Waterfall from the mean probability over the background to the calibrated one of the forecast, in points.

    Args:
        names: of the features, in words.
        values: what they are here, with units.
        shares: (f,) in probability.
        base, probability: where it begins and ends.
        target: what is explained.
    """
    if not shares.any():
        return empty_figure(
            "Calibration believes nothing of this model's opinions: whatever the values, it answers the base rate.", look, title,
        )  # fmt: skip
    order = np.argsort(-np.abs(shares), kind="stable")
    top, rest = order[:most], order[most:]
    labels = [with_value(names[i], values[i]) for i in top]
    steps = [float(shares[i]) for i in top]
    if len(rest):
        labels.append(f"{len(rest)} others")
        steps.append(float(shares[rest].sum()))
    rows = [str(place) for place in range(len(steps) + 2)]
    toward, away = push_colours(target, look)
    figure = go.Figure(
        go.Waterfall(
            orientation="h", y=rows, x=[base, *steps, probability], measure=["absolute", *["relative"] * len(steps), "total"],
            text=[percent_text(base, 1, signed=False), *(percent_text(step, 2) for step in steps), percent_text(probability, 1, signed=False)],
            textposition="outside", textfont={"size": 11, "color": look.tokens.text}, cliponaxis=False,
            hovertemplate="%{delta:+.3%}, running total %{final:.2%}<extra></extra>",
            increasing={"marker": {"color": toward}}, decreasing={"marker": {"color": away}},
            totals={"marker": {"color": look.tokens.neutral}},
            connector={"line": {"width": 1, "dash": "dot", "color": look.tokens.muted}}, name=target,
        )
    )  # fmt: skip
    totals = base + np.concatenate(([0.0], np.cumsum(steps)))
    pad = float(np.ptp(totals) or 0.02) * 0.3
    figure.update_layout(
        xaxis={"title": {"text": f"probability of «{target}», calibrated"}, "tickformat": ".1%", "nticks": 7,
               "range": [float(totals.min()) - pad, float(totals.max()) + pad]},
        yaxis={"autorange": "reversed", "type": "category", "tickmode": "array", "tickvals": rows, "showgrid": False,
               "ticktext": ["usual (mean of the background)", *labels, "this forecast"], "ticklabelstandoff": 6},
        bargap=0.25,
    )  # fmt: skip
    meaning = (
        f"Probability of «{target}»: usually {base:.1%}, here {probability:.1%}; most moved by {labels[0]}."
    )
    return finished(figure, look, title, _ROW * len(rows) + 60, meaning)
