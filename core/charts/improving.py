"""What the nights did: a grid of nights and steps; and the evidence for a challenger within its days."""

from collections.abc import Sequence
from datetime import timedelta

import plotly.graph_objects as go

from core.charts.contest import contest_chart
from core.charts.palette import Look
from core.charts.template import empty_figure, finished
from core.charts.time_axis import plain_time
from core.charts.words import wrapped
from core.records import Contest, ImprovementRun, ImprovementStep, ImproveStep, StepVerdict

_ROW = 26
_MOST = 30
"""Nights that are drawn."""
_ORDER = (StepVerdict.ON, StepVerdict.WAITS, StepVerdict.WON, StepVerdict.LOST, StepVerdict.END)
_SYMBOLS = {
    StepVerdict.ON: "circle", StepVerdict.WAITS: "diamond", StepVerdict.WON: "star", StepVerdict.LOST: "x",
    StepVerdict.END: "square",
}  # fmt: skip


def nights_chart(
    nights: Sequence[tuple[ImprovementRun, Sequence[ImprovementStep]]],
    look: Look = Look.LIGHT,
    title: str = "How far did each night get?",
    promise: str = "",
) -> go.Figure:
    """A row for each step, a column for each night; the mark says what the step led to.

    Args:
        nights: newest first.
        promise: what will come and when, for the time before the first night.
    """
    if not any(steps for _, steps in nights):
        return empty_figure(promise or "No night has looked at this series yet.", look, title)
    shown = list(nights)[:_MOST][::-1]
    names = [step.value for step in ImproveStep][::-1]
    figure = go.Figure()
    for verdict in _ORDER:
        marks = [
            (number, run, step)
            for number, (run, steps) in enumerate(shown)
            for step in _one_of_each(steps)
            if step.verdict is verdict
        ]
        if marks:
            figure.add_trace(
                go.Scatter(
                    x=[number for number, _, _ in marks], y=[step.step.value for _, _, step in marks], mode="markers",
                    name=verdict.value, marker={"size": 13, "symbol": _SYMBOLS[verdict], "color": _colour(verdict, look)},
                    customdata=[_hover(run, step) for _, run, step in marks],
                    hovertemplate="%{customdata}<extra></extra>",
                )
            )  # fmt: skip
    every = max(1, len(shown) // 8)
    places = list(range(0, len(shown), every))
    figure.update_layout(
        xaxis={"title": {"text": "night (moment that the run knew, UTC)"}, "tickvals": places, "zeroline": False,
               "ticktext": [f"{shown[place][0].as_of:%Y-%m-%d}" for place in places],
               "range": [-0.6, max(len(shown), 6) - 0.4]},
        yaxis={"type": "category", "categoryorder": "array", "categoryarray": names, "range": [-0.6, len(names) - 0.4]},
        hovermode="closest",
    )  # fmt: skip
    newest = shown[-1][0]
    meaning = f"{len(shown)} nights; the newest came to: {newest.state.value}. {newest.words}"
    return finished(figure, look, title, 60 + _ROW * len(names), meaning, legend_rows=1)


def evidence_chart(
    run: ImprovementRun, contest: Contest | None, look: Look = Look.LIGHT, title: str = ""
) -> go.Figure:
    """The running evidence of a challenger against its limit, with the days between which it is decided."""
    title = title or f"Is the {run.horizon} challenger better, or lucky?"
    if contest is None or not contest.curve:
        words = "The challenger has just begun: the first look comes with the next night, or with «Look now»."
        return empty_figure(words, look, title)
    figure = contest_chart(contest, look, title)
    if run.begun_at is not None:
        last = contest.curve[-1].time
        for days, words in ((run.least_days, "may be decided"), (run.longest_days, "dropped if undecided")):
            at = run.begun_at + timedelta(days=days)
            if at <= last + timedelta(days=max(2.0, 0.3 * run.least_days)):
                figure.add_vline(
                    x=plain_time(at), line={"dash": "dashdot", "width": 1.2, "color": look.tokens.accent}
                )
                figure.add_annotation(
                    text=f"day {days:g}: {words}", x=plain_time(at), xanchor="right", xshift=-4, y=0.02, yref="paper",
                    yanchor="bottom", font={"color": look.tokens.muted},
                )  # fmt: skip
    return figure


def _one_of_each(steps: Sequence[ImprovementStep]) -> list[ImprovementStep]:
    """The newest of each step: a contest has one look for each night."""
    return list({step.step: step for step in steps}.values())


def _colour(verdict: StepVerdict, look: Look) -> str:
    tokens = look.tokens
    return {
        StepVerdict.ON: tokens.accent, StepVerdict.WAITS: tokens.warning, StepVerdict.WON: tokens.profit,
        StepVerdict.LOST: tokens.failure, StepVerdict.END: tokens.neutral,
    }[verdict]  # fmt: skip


def _hover(run: ImprovementRun, step: ImprovementStep) -> str:
    return (
        f"<b>{step.step.value}: {step.verdict.value}</b> ({run.title})<br>known until {step.as_of:%Y-%m-%d %H:%M} UTC, "
        f"{step.seconds:.1f} s<br>{wrapped(step.words)}"
    )
