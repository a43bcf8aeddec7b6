"""Where a cycle's time went, and how each stage ended."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.charts.palette import Look, state_colour, state_label, state_pattern, state_symbol
from core.charts.template import empty_figure, finished, hatched
from core.charts.words import wrapped
from core.records import StageReport, StageState

_ROW = 28


def stage_chart(
    stages: Sequence[StageReport], look: Look = Look.LIGHT, title: str = "Where did the time go?"
) -> go.Figure:
    """A bar per stage from when it began to when it ended, in order, coloured and hatched by how it ended."""
    if not stages:
        return empty_figure("No stage has run yet. Press Run cycle.", look, title)
    begins = [0.0]
    for stage in stages:
        begins.append(begins[-1] + stage.seconds)
    total = begins[-1]
    rows = [f"{number}" for number in range(len(stages))]
    figure = go.Figure()
    for state in StageState:
        chosen = [number for number, stage in enumerate(stages) if stage.state is state]
        if not chosen:
            continue
        figure.add_trace(
            go.Bar(
                orientation="h", name=state_label(state), y=[rows[n] for n in chosen],
                base=[begins[n] for n in chosen], x=[stages[n].seconds for n in chosen],
                marker={"color": state_colour(state, look), "line": {"width": 1.5, "color": state_colour(state, look)},
                        "pattern": hatched(state_pattern(state), look)},
                customdata=[_hover(stages[n]) for n in chosen], hovertemplate="%{customdata}<extra></extra>",
            )
        )  # fmt: skip
    for number, stage in enumerate(stages):
        late = begins[number] + stage.seconds / 2 > total * 0.55
        figure.add_annotation(
            text=seconds_text(stage.seconds), y=rows[number], yref="y", xref="x",
            x=begins[number] if late else begins[number + 1], xanchor="right" if late else "left",
            xshift=-5 if late else 5, showarrow=False, font={"size": 11, "color": look.tokens.muted},
        )  # fmt: skip
    figure.update_layout(
        barmode="overlay", bargap=0.35,
        xaxis={"title": {"text": "seconds since the start"}, "range": [0, (total or 1) * 1.02], "nticks": 7},
        yaxis={"type": "category", "categoryorder": "array", "categoryarray": rows, "autorange": "reversed",
               "tickmode": "array", "tickvals": rows, "showgrid": False, "ticklabelstandoff": 6,
               "ticktext": [f"{state_symbol(stage.state)} {stage.stage}" for stage in stages]},
    )  # fmt: skip
    worst = [stage.stage for stage in stages if stage.state is StageState.FAILED]
    meaning = f"{len(stages)} stages in {seconds_text(total)}" + (
        f"; failed: {', '.join(worst)}." if worst else "."
    )
    return finished(figure, look, title, _ROW * len(stages) + 56, meaning, legend_rows=1)


def seconds_text(seconds: float) -> str:
    """A duration with the unit it asks for: 4 ms, 0.12 s, 75 s."""
    if seconds < 0.0995:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.2f} s" if seconds < 9.995 else f"{seconds:.0f} s"


def _hover(stage: StageReport) -> str:
    problems = "".join(f"<br>! {wrapped(f'{p.where}: {p.what} {p.instead}')}" for p in stage.problems)
    return (
        f"<b>{stage.stage}</b>: {state_label(stage.state)}, {seconds_text(stage.seconds)}<br>"
        f"{wrapped(stage.summary)}<br>source: {wrapped(stage.source)}{problems}"
    )
