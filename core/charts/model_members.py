"""Which model of the ensemble knows anything, and does pooling help?"""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from core.charts.palette import Look
from core.charts.template import empty_figure, finished
from core.charts.words import percent_text


@dataclass(frozen=True, slots=True)
class MemberBar:
    """One bar of the comparison."""

    name: str
    skill: float
    auc: float | None
    auc_direction: float | None
    pooled: bool = False
    """The whole ensemble, calibrated."""


def members_chart(
    bars: Sequence[MemberBar],
    look: Look = Look.LIGHT,
    title: str = "Which member knows anything, and does pooling help?",
) -> go.Figure:
    """Brier skill of each member by itself, uncalibrated, and of the pooled and calibrated ensemble."""
    if not bars:
        return empty_figure("No scored forecast of single members. Train the models first.", look, title)
    tokens = look.tokens
    ordered = sorted(bars, key=lambda bar: (bar.pooled, bar.skill))
    reach = max(max(abs(bar.skill) for bar in ordered), 0.002)
    figure = go.Figure(
        go.Bar(
            x=[bar.skill for bar in ordered], y=[bar.name for bar in ordered], orientation="h", name="skill",
            marker={"color": [tokens.accent if bar.pooled else tokens.neutral for bar in ordered],
                    "opacity": [1.0 if bar.skill > 0 else 0.6 for bar in ordered]},
            text=[percent_text(bar.skill, 2) for bar in ordered], textposition="outside", cliponaxis=False,
            customdata=[_hover(bar) for bar in ordered], hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    figure.add_vline(x=0.0, line={"color": tokens.loss, "width": 1.5})
    low, high = min(bar.skill for bar in ordered), max(bar.skill for bar in ordered)
    figure.update_layout(
        xaxis={"title": {"text": "Brier skill against the base rate; right of the line is better than knowing nothing"},
               "tickformat": "+.1%", "zeroline": False, "nticks": 7,
               "range": [min(low, 0.0) - 0.3 * reach, max(high, 0.0) + 0.3 * reach]},
        yaxis={"type": "category", "showgrid": False},
    )  # fmt: skip
    best = max(ordered, key=lambda bar: bar.skill)
    return finished(
        figure,
        look,
        title,
        80 + 34 * len(ordered),
        f"The best is {best.name} with a skill of {best.skill:+.2%}.",
    )


def _hover(bar: MemberBar) -> str:
    areas = [
        f"{label} {value:.3f}"
        for label, value in (("AUC", bar.auc), ("up against down", bar.auc_direction))
        if value is not None
    ]
    kind = "pooled and calibrated" if bar.pooled else "by itself, uncalibrated"
    return f"{bar.name} ({kind}): skill {percent_text(bar.skill, 2)}<br>{', '.join(areas)}"
