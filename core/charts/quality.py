"""How far a set of bars can be trusted, and what took points away."""

import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished, hatched
from core.charts.words import shortened, wrapped
from core.records import DataQuality, QualityCheck

_ROW = 26
GOOD, FAIR = 90.0, 70.0
"""Scores from here on are called good and fair."""


def quality_chart(
    quality: DataQuality | None, look: Look = Look.LIGHT, title: str = "Can these bars be trusted?"
) -> go.Figure:
    """The score as a bar of 100, and below it the points that each check took away."""
    if quality is None or quality.rows == 0:
        return empty_figure("No bars were checked. Fetch an asset to see how good its data are.", look, title)
    tokens = look.tokens
    word, colour = _grade(quality.score, look)
    figure = go.Figure()
    for name, width, fill, text in (
        ("score", quality.score, colour, f"<b>{quality.score:.3g} of 100</b> – {word}"),
        ("lost", 100 - quality.score, faded(tokens.text, 0.10), ""),
    ):
        figure.add_trace(
            go.Bar(orientation="h", y=["score"], x=[width], xaxis="x2", yaxis="y2", name=name, text=[text],
                   textposition="inside", insidetextanchor="start", hovertemplate=f"{name} %{{x:.1f}}<extra></extra>",
                   textfont={"size": 13, "color": tokens.background}, constraintext="none",
                   marker={"color": fill, "line": {"width": 0}})
        )  # fmt: skip
    checks = sorted(quality.checks, key=lambda check: check.penalty)
    rows = [f"{number}" for number in range(len(checks))]
    figure.add_trace(
        go.Bar(
            orientation="h", y=rows, x=[check.penalty for check in checks], name="points lost",
            marker={"color": tokens.warning, "line": {"width": 0},
                    "pattern": hatched("/", look)},
            text=[_bar_words(check) for check in checks], textposition="outside", cliponaxis=False,
            textfont={"size": 11, "color": tokens.text},
            customdata=[_hover(check) for check in checks], hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    body = _ROW * max(len(checks), 1) + 56
    split = body / (body + 52)
    figure.update_layout(
        barmode="stack",
        xaxis={"title": {"text": "points taken from 100"}, "anchor": "y", "nticks": 6, "zeroline": True,
               "range": [0, max(5.0, *(check.penalty for check in checks), 0.0) * 1.5]},
        yaxis={"domain": [0, split], "type": "category", "tickmode": "array", "tickvals": rows, "showgrid": False,
               "ticktext": [shortened(check.name.replace("_", " "), 24) for check in checks], "ticklabelstandoff": 6},
        xaxis2={"range": [0, 100], "anchor": "y2", "visible": False, "fixedrange": True},
        yaxis2={"domain": [min(split + 0.06, 0.9), 1], "anchor": "x2", "visible": False, "fixedrange": True},
    )  # fmt: skip
    meaning = f"Data quality {quality.score:.3g} of 100 ({word}) on {quality.rows:,} bars."
    return finished(figure, look, title, body + 52, meaning)


def _grade(score: float, look: Look) -> tuple[str, str]:
    tokens = look.tokens
    if score >= GOOD:
        return "good", tokens.accent
    return ("fair", tokens.warning) if score >= FAIR else ("poor", tokens.failure)


def _bar_words(check: QualityCheck) -> str:
    if check.count == 0 and check.penalty == 0:
        return "✓ none"
    return f"−{check.penalty:.1f} ({check.count:,})"


def _hover(check: QualityCheck) -> str:
    return (
        f"<b>{wrapped(check.name.replace('_', ' '))}</b>: {check.count:,} found, {check.penalty:.2f} points<br>"
        f"{wrapped(check.meaning)}"
    )
