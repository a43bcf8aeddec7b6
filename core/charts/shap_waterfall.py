"""Why a forecast says what it says: its exact SHAP values from the base to the margin."""

from collections.abc import Mapping

import plotly.graph_objects as go

from core.charts.explain_words import feature_text, push_colours, with_value
from core.charts.palette import Look
from core.charts.template import empty_figure, finished
from core.charts.words import shortened, signed_text
from core.records import Attribution, Explanation

_ROW = 24


def shap_waterfall(
    explanation: Explanation | None,
    look: Look = Look.LIGHT,
    title: str = "What pushed this forecast?",
    *,
    most: int = 12,
    names: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
) -> go.Figure:
    """Waterfall from the base over the strongest features and the sum of the others to the margin, in log-odds.

    What pushes towards the explained class has the colour of that class and a plus sign, what pushes away from
    it the opposite colour and a minus sign. (Lundberg and Lee 2017; the bars add up to the margin.)

    Args:
        explanation: base, contributions and margin; None draws the empty state.
        most: features shown singly; the rest is one bar.
        names: what features are called in words; a feature that is not there keeps its name.
        units: what their values are measured in.
    """
    if explanation is None or not explanation.attributions:
        return empty_figure("No explanation is kept for this forecast. Run a cycle to get one.", look, title)
    ranked = sorted(explanation.attributions, key=lambda item: -abs(item.contribution))
    top, rest = ranked[:most], ranked[most:]
    said = [_said(item, names or {}, units or {}) for item in top]
    labels = [with_value(name, value) if value else shortened(name, 44) for name, value in said]
    words = [f"{name} = {value}" if value else name for name, value in said]
    steps = [item.contribution for item in top]
    if rest:
        labels.append(f"{len(rest)} others")
        words.append(f"{len(rest)} other features together")
        steps.append(sum(item.contribution for item in rest))
    toward, away = push_colours(explanation.target, look)
    rows = [f"{number}" for number in range(len(steps) + 2)]
    figure = go.Figure(
        go.Waterfall(
            orientation="h",
            # Positions, not labels, so that two features with one label stay two bars.
            y=rows,
            x=[explanation.base, *steps, explanation.margin],
            measure=["absolute", *["relative"] * len(steps), "total"],
            text=[f"{explanation.base:.3f}".replace("-", "−"), *(signed_text(step) for step in steps),
                  f"{explanation.margin:.3f}".replace("-", "−")],
            textposition="outside",
            textfont={"size": 11, "color": look.tokens.text},
            cliponaxis=False,
            customdata=["what the model says knowing nothing",
                        *(_hover(word, step, explanation.target) for word, step in zip(words, steps, strict=True)),
                        f"what it says here, for «{explanation.target}»"],
            hovertemplate="%{customdata}<br>%{delta:+.6f} log-odds, running total %{final:.6f}<extra></extra>",
            increasing={"marker": {"color": toward}},
            decreasing={"marker": {"color": away}},
            totals={"marker": {"color": look.tokens.neutral}},
            connector={"line": {"width": 1, "dash": "dot", "color": look.tokens.muted}},
            name=explanation.horizon,
        )
    )  # fmt: skip
    _axes(figure, explanation, ["base", *labels, "margin"], rows, steps)
    meaning = (
        f"Forecast {explanation.horizon}, class {explanation.target}: base {explanation.base:.3f}, margin "
        f"{explanation.margin:.3f}; strongest: {words[0]} with {signed_text(steps[0])}."
    )
    return finished(figure, look, title, _ROW * len(rows) + 60, meaning)


def _axes(
    figure: go.Figure, explanation: Explanation, labels: list[str], rows: list[str], steps: list[float]
) -> None:
    totals = [0.0, explanation.base]
    for step in steps:
        totals.append(totals[-1] + step)
    low, high = min(totals), max(totals)
    pad = (high - low or 1.0) * 0.24
    figure.update_layout(
        xaxis={"title": {"text": f"log-odds for «{explanation.target}» (right: towards it)"},
               "range": [low - pad, high + pad], "nticks": 7, "zeroline": True},
        yaxis={"autorange": "reversed", "type": "category", "tickmode": "array", "tickvals": rows,
               "ticktext": labels, "showgrid": False, "ticklabelstandoff": 6},
        bargap=0.25,
    )  # fmt: skip


def _hover(words: str, step: float, target: str) -> str:
    return f"{words}<br>pushes {'towards' if step >= 0 else 'away from'} «{target}»"


def _said(item: Attribution, names: Mapping[str, str], units: Mapping[str, str]) -> tuple[str, str]:
    """What a bar is about: name and value; members that are not shared among features have no value."""
    value = "" if "(" in item.feature else feature_text(item.value, units.get(item.feature, ""))
    return names.get(item.feature, item.feature), value
