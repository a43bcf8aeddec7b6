"""Does the validation find something where there is nothing?"""

import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished
from core.records import NullTestRun
from core.records.validating import CONTROL_FLOOR, NULL_LIMIT

_ROWS = (
    ("permuted", "shuffled labels"),
    ("walk", "random walk"),
    ("walk_direction", "random walk,<br>up against down"),
    ("control", "careless control"),
)


def null_chart(
    run: NullTestRun | None,
    look: Look = Look.LIGHT,
    title: str = "Does the validation find something where there is nothing?",
) -> go.Figure:
    """AUC of each draw of nothing, with the mean of each kind; the careless control shows what a leak looks like."""
    if run is None or not run.seeds:
        return empty_figure(
            "No null test of this series yet. Press the button: the whole pipeline runs on shuffled labels and random walks.",
            look, title,
        )  # fmt: skip
    tokens = look.tokens
    figure = go.Figure()
    figure.add_vrect(
        x0=NULL_LIMIT,
        x1=1.0,
        y0=0.25,
        y1=1.0,
        fillcolor=faded(tokens.loss, 0.08),
        line_width=0,
        layer="below",
    )
    for place, (name, label) in enumerate(_ROWS):
        careless = name == "control"
        colour = tokens.warning if careless else tokens.accent
        values = [getattr(seed, name) for seed in run.seeds]
        spread = [place + 0.5 * (number / max(len(values) - 1, 1) - 0.5) for number in range(len(values))]
        figure.add_trace(
            go.Scatter(
                x=values, y=spread, mode="markers", showlegend=place in (0, 3),
                name="careless, not purged" if careless else "purged, as in training",
                marker={"size": 7, "color": faded(colour, 0.55), "symbol": "diamond" if careless else "circle"},
                customdata=[f"{label.replace('<br>', ' ')}, seed {seed.seed}" for seed in run.seeds],
                hovertemplate="%{customdata}: AUC %{x:.3f}<extra></extra>",
            )
        )  # fmt: skip
        mean = getattr(run, name)
        figure.add_trace(
            go.Scatter(
                x=[mean, mean], y=[place - 0.36, place + 0.36], mode="lines", name="mean", legendgroup="mean",
                showlegend=place == 0, line={"color": tokens.text, "width": 3},
                hovertemplate=f"mean of {len(values)}: {mean:.3f}<extra></extra>",
            )
        )  # fmt: skip
        figure.add_annotation(
            x=1.0,
            xref="paper",
            xanchor="left",
            xshift=6,
            y=place,
            text=f"<b>{mean:.3f}</b>",
            font={"size": 12, "color": tokens.text},
        )
    _mark_limits(figure, look)
    every = [getattr(seed, name) for seed in run.seeds for name, _ in _ROWS]
    figure.update_layout(
        margin={"r": 56},
        xaxis={"title": {"text": "area under the ROC curve; .5 is a coin"}, "zeroline": False,
               "range": [min(*every, 0.45) - 0.02, max(*every, 0.65) + 0.02], "tickformat": ".2f"},
        yaxis={"tickmode": "array", "tickvals": list(range(4)), "ticktext": [label for _, label in _ROWS],
               "range": [3.55, -0.55], "showgrid": False, "zeroline": False},
    )  # fmt: skip
    meaning = (
        f"Mean AUC over {len(run.seeds)} draws: {run.permuted:.3f} on shuffled labels, {run.walk:.3f} on random walks, "
        f"{run.control:.3f} by the careless control."
    )
    return finished(figure, look, title, 320, meaning, legend_rows=1)


def _mark_limits(figure: go.Figure, look: Look) -> None:
    """A coin, what a purged validation may show of nothing, and what the careless one must."""
    tokens = look.tokens
    figure.add_vline(x=0.5, line={"color": tokens.muted, "width": 1, "dash": "dot"})
    for x, y0, y1, words in ((NULL_LIMIT, -0.5, 2.5, "at most"), (CONTROL_FLOOR, 2.5, 3.5, "more than")):
        figure.add_shape(type="line", x0=x, x1=x, y0=y0, y1=y1, line={"color": tokens.loss, "width": 1.6})
        figure.add_annotation(
            x=x, y=y0, yanchor="top", xanchor="left", xshift=4, text=f"{words} {x:.2f}",
            font={"color": tokens.loss},
        )  # fmt: skip
