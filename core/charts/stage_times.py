"""How long each stage of a cycle takes."""

import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.stages import seconds_text
from core.charts.template import empty_figure, finished

_ROW = 30


def stage_times_chart(
    stages: pd.DataFrame, look: Look = Look.LIGHT, title: str = "How long does each stage take?"
) -> go.Figure:
    """A bar to the 95th percentile with the median on it, on a scale of powers of ten.

    Args:
        stages: columns `stage`, `p50` and `p95` (seconds), `runs`, `failed`, in the order of the cycle.
    """
    if stages.empty:
        return empty_figure(
            "No cycle has run yet. Run one, and the time of each stage appears here.", look, title
        )
    tokens = look.tokens
    names = [str(name).replace("_", " ") for name in stages["stage"]][::-1]
    rows = stages.iloc[::-1]
    told = [
        f"<b>{name}</b><br>half within {seconds_text(p50)}, 95 % within {seconds_text(p95)}<br>{runs:,} runs, {failed:,} failed"
        for name, p50, p95, runs, failed in zip(
            names, *(rows[column].tolist() for column in ("p50", "p95", "runs", "failed")), strict=True
        )
    ]
    least = max(1e-4, float(rows["p50"].clip(lower=1e-4).min()) / 3)
    figure = go.Figure(
        [
            go.Bar(
                y=names, x=rows["p95"].clip(lower=least) - least, base=least, orientation="h", name="95 % of runs within",
                marker={"color": faded(tokens.accent, 0.35), "line": {"width": 0}}, customdata=told,
                hovertemplate="%{customdata}<extra></extra>", width=0.55,
            ),
            go.Scatter(
                y=names, x=rows["p50"].clip(lower=least), mode="markers", name="half of runs within", customdata=told,
                marker={"symbol": "line-ns", "size": 16, "line": {"width": 3, "color": tokens.accent}},
                hovertemplate="%{customdata}<extra></extra>",
            ),
        ]
    )  # fmt: skip
    figure.update_layout(
        xaxis={"type": "log", "dtick": 1, "exponentformat": "none", "title": {"text": "seconds, last 500 cycles"}},
        yaxis={"fixedrange": True, "ticklabelstandoff": 6}, hovermode="closest",
    )  # fmt: skip
    slowest = float(rows["p95"].max())
    meaning = (
        f"{len(rows)} stages; the slowest is {names[int(rows['p95'].to_numpy().argmax())]} with 95 % of runs within "
        f"{seconds_text(slowest)}."
    )
    return finished(figure, look, title, _ROW * len(rows) + 80, meaning)
