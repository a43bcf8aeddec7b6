"""How near each risk check was to its limit."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished, hatched
from core.charts.words import value_text, wrapped
from core.records import RiskCheck

_ROW = 27
_EDGE = 1.6
"""Where bars far beyond their limit end."""


def nearness_chart(
    checks: Sequence[RiskCheck], look: Look = Look.LIGHT, title: str = "How near was each limit?"
) -> go.Figure:
    """How much of each limit a decision used: 0 nothing, 1 the limit itself; beyond it the check refuses.

    Of limits from below (a score, a ratio that must be reached) the limit over the number is drawn, so that right is always
    nearer to a refusal. Checks that compare no two numbers have no bar.
    """
    if not checks:
        return empty_figure("Nothing was proposed, so nothing had to be checked.", look, title, 160)
    tokens, rows = look.tokens, list(checks)[::-1]
    used = [used_share(check) for check in rows]
    labels = [f"{number}" for number in range(len(rows))]
    colours = [
        tokens.failure
        if not check.passed
        else tokens.warning
        if share is not None and share > 0.8
        else tokens.accent
        for check, share in zip(rows, used, strict=True)
    ]
    figure = go.Figure(
        go.Bar(
            orientation="h", y=labels, x=[0.0 if share is None else min(share, _EDGE) for share in used],
            showlegend=False, name="limit used",
            marker={"color": colours, "pattern": hatched(["" if check.passed else "x" for check in rows], look)},
            text=[_text(check) for check in rows], textposition="outside", cliponaxis=False,
            textfont={"size": 11, "color": tokens.text},
            customdata=[f"<b>{_name(check)}</b>: {'passed' if check.passed else 'refused'}<br>{wrapped(check.meaning)}" for check in rows],
            hovertemplate="%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    figure.add_vline(x=1.0, line={"color": faded(tokens.text, 0.7), "width": 1.5, "dash": "dash"})
    figure.update_layout(
        xaxis={"title": {"text": "share of the limit used"}, "range": [0, _EDGE * 1.45], "tickmode": "array", "zeroline": False,
               "tickvals": [0, 0.5, 1, 1.5], "ticktext": ["0 %", "50 %", "100 % = limit", "150 %"]},
        yaxis={"type": "category", "tickmode": "array", "tickvals": labels, "showgrid": False, "ticklabelstandoff": 6,
               "ticktext": [f"{'✓' if check.passed else '✕'} {_name(check)}" for check in rows]},
        bargap=0.35,
    )  # fmt: skip
    refused = [_name(check) for check in rows if not check.passed]
    meaning = f"{len(rows)} checks, {len(refused)} refused" + (f": {', '.join(refused)}." if refused else ".")
    return finished(figure, look, title, _ROW * len(rows) + 56, meaning)


def used_share(check: RiskCheck) -> float | None:
    """How much of its limit a check used: ≤ 1 where it passed, above where it refused; None without two numbers.

    A check that passed with its number above the limit, or refused with it below, asks for at least its limit.
    """
    value, limit = check.value, check.limit
    if value is None or limit is None or value < 0 or limit < 0:
        return None
    if value == limit:
        return 1.0
    least = (value > limit) == check.passed
    over, under = (limit, value) if least else (value, limit)
    return _EDGE if under == 0 else over / under


def _name(check: RiskCheck) -> str:
    return check.name.replace("_", " ")


def _text(check: RiskCheck) -> str:
    if check.value is None:
        return "–"
    unit = "" if check.unit.startswith("of ") else f" {check.unit.split(' ')[0]}"
    if check.limit is None:
        return f"{value_text(check.value)}{unit}"
    least = check.value != check.limit and (check.value > check.limit) == check.passed
    between = ", at least" if least else " of"
    return f"{value_text(check.value)}{between} {value_text(check.limit)}{unit}"
