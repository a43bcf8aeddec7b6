"""Are a language model's own forecasts worth anything?"""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from core.charts.palette import Look
from core.charts.template import empty_figure, finished
from core.charts.time_axis import plain_times
from core.charts.words import percent_text, shortened
from core.records import LlmScores

NO_SCORES = "No forecast of a language model has been scored yet. Run cycles with a model and wait for their horizons to end."
_DASHES = ("solid", "dash", "dot", "dashdot")
_SYMBOLS = ("circle", "square", "diamond", "triangle-up")


def llm_skill_chart(
    scores: Sequence[LlmScores],
    look: Look = Look.LIGHT,
    title: str = "Do its forecasts beat knowing nothing?",
) -> go.Figure:
    """Brier skill of each model and horizon with its 95 % interval; right of the line is better than the base rate.

    Filled where there are enough independent forecasts for an interval, hollow where there are not.
    """
    if not scores:
        return empty_figure(NO_SCORES, look, title)
    tokens = look.tokens
    names = [
        f"{shortened(item.model, 22)}<br>{item.timeframe.value} {item.horizon}, {item.bars} bars"
        for item in scores
    ]
    figure = go.Figure()
    for known, words, symbol in (
        (True, "skill, 95 % interval", "circle"),
        (False, "too few to say", "circle-open"),
    ):
        rows = [
            (name, item)
            for name, item in zip(names, scores, strict=True)
            if (item.skill_low is not None) is known
        ]
        if not rows:
            continue
        figure.add_trace(
            go.Scatter(
                x=[item.skill for _, item in rows], y=[name for name, _ in rows], mode="markers", name=words,
                marker={"size": 10, "symbol": symbol, "color": tokens.accent, "line": {"width": 1.5, "color": tokens.accent}},
                error_x=_bars([item for _, item in rows], tokens.accent) if known else None,
                customdata=[_hover(item) for _, item in rows], hovertemplate="%{customdata}<extra></extra>",
            )
        )  # fmt: skip
    figure.add_vline(x=0, line={"color": tokens.muted, "dash": "dash", "width": 1.2})
    figure.update_layout(
        hovermode="closest",
        xaxis={"title": {"text": "Brier skill against the base rate"}, "tickformat": ".0%", "zeroline": False, "nticks": 7},
        yaxis={"type": "category", "categoryorder": "array", "categoryarray": names[::-1]},
    )  # fmt: skip
    best = max(scores, key=lambda item: item.skill)
    meaning = (
        f"The best of {len(scores)}: {best.model}, {best.timeframe.value} {best.horizon}. {best.verdict}"
    )
    return finished(figure, look, title, 90 + 46 * len(scores), meaning, legend_rows=1)


def llm_running_chart(
    curves: Mapping[str, pd.DataFrame], look: Look = Look.LIGHT, title: str = "Has it been good all the time?"
) -> go.Figure:
    """Brier skill of all forecasts so far, by the time at which their outcomes were known.

    Args:
        curves: name → frame indexed by time (UTC) with columns skill and forecasts.
    """
    shown = {name: curve for name, curve in curves.items() if len(curve) > 1}
    if not shown:
        return empty_figure("A curve needs two scored forecasts. " + NO_SCORES, look, title)
    tokens = look.tokens
    figure = go.Figure()
    for place, (name, curve) in enumerate(shown.items()):
        figure.add_trace(
            go.Scatter(
                x=plain_times(curve.index), y=curve["skill"].to_numpy(), name=shortened(name, 48), mode="lines+markers",
                line={"color": tokens.series[place % len(tokens.series)], "width": 1.8, "dash": _DASHES[place % len(_DASHES)]},
                marker={"size": 5 if len(curve) < 60 else 1, "symbol": _SYMBOLS[place % len(_SYMBOLS)]},
                customdata=curve["forecasts"].to_numpy(),
                hovertemplate="%{x|%Y-%m-%d %H:%M} UTC: skill %{y:+.1%} over %{customdata:,} forecasts<extra></extra>",
            )
        )  # fmt: skip
    figure.add_hline(y=0, line={"color": tokens.muted, "dash": "dash", "width": 1.2})
    figure.update_layout(
        hovermode="closest",
        xaxis={"title": {"text": "time at which the outcome was known (UTC)"}, "nticks": 8},
        yaxis={"title": {"text": "Brier skill so far"}, "tickformat": ".0%", "zeroline": False},
    )
    last = {name: float(curve["skill"].iloc[-1]) for name, curve in shown.items()}
    meaning = (
        "Skill so far: " + "; ".join(f"{name} {percent_text(skill)}" for name, skill in last.items()) + "."
    )
    return finished(figure, look, title, 280, meaning, legend_rows=len(shown))


def _bars(items: Sequence[LlmScores], colour: str) -> dict[str, object]:
    return {
        "type": "data", "symmetric": False, "color": colour, "thickness": 1.6, "width": 6,
        "array": [item.skill_high - item.skill for item in items if item.skill_high is not None],
        "arrayminus": [item.skill - item.skill_low for item in items if item.skill_low is not None],
    }  # fmt: skip


def _hover(item: LlmScores) -> str:
    between = (
        "too few for an interval"
        if item.skill_low is None or item.skill_high is None
        else f"95 % interval {percent_text(item.skill_low)} to {percent_text(item.skill_high)}"
    )
    return (
        f"{shortened(item.model, 40)}, {item.timeframe.value} {item.horizon}<br>skill {percent_text(item.skill)}, {between}<br>"
        f"{item.rows:,} forecasts, worth {item.effective:,.0f} independent ones<br>"
        f"weight in the pooled forecast {percent_text(item.weight, 0, False)}"
    )
