"""On how many histories would a way of training have been better than knowing nothing?"""

import plotly.graph_objects as go

from core.charts.palette import Look
from core.charts.template import empty_figure, finished, hatched
from core.charts.words import percent_text
from core.records import PathRun


def paths_chart(
    run: PathRun | None, look: Look = Look.LIGHT, title: str = "Is it skill on every history, or luck on one?"
) -> go.Figure:
    """Brier skill on each path of a combinatorial purged cross-validation."""
    if run is None or not run.paths:
        return empty_figure(
            "No cross-validation of this horizon yet. Press the button above: it trains fifteen times and takes about a minute.",
            look,
            title,
        )
    tokens = look.tokens
    ordered = sorted(run.paths, key=lambda path: path.skill)
    figure = go.Figure(
        go.Bar(
            x=list(range(1, len(ordered) + 1)), y=[path.skill for path in ordered], name="skill of a path", showlegend=False,
            marker={"color": [tokens.profit if path.skill > 0 else tokens.loss for path in ordered], "line": {"width": 0},
                    "pattern": hatched(["" if path.skill > 0 else "/" for path in ordered], look)},
            text=[percent_text(path.skill, 2) for path in ordered], textposition="outside", cliponaxis=False,
            customdata=[_hover(path.auc, path.auc_direction, path.log_loss_gain) for path in ordered],
            hovertemplate="skill %{y:+.2%}<br>%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    figure.add_hline(0.0, line={"color": tokens.text, "width": 1})
    reach = max(max(abs(path.skill) for path in ordered), 0.002)
    figure.update_layout(
        bargap=0.5,
        xaxis={"title": {"text": "path, worst to best"}, "dtick": 1, "showgrid": False,
               "range": [0.5, len(ordered) + 0.5]},
        yaxis={"title": {"text": "Brier skill"}, "tickformat": "+.1%", "zeroline": False,
               "range": [min(ordered[0].skill, 0.0) - 0.25 * reach, max(ordered[-1].skill, 0.0) + 0.25 * reach]},
    )  # fmt: skip
    meaning = (
        f"Better than knowing nothing on {run.better} of {len(run.paths)} paths; mean skill {run.skill:+.2%}."
    )
    return finished(figure, look, title, 260, meaning)


def _hover(auc: float | None, direction: float | None, gain: float) -> str:
    areas = [
        f"{label} {value:.3f}"
        for label, value in (("AUC", auc), ("up against down", direction))
        if value is not None
    ]
    return f"{', '.join(areas)}<br>log loss {gain:+.4f} against the base rate".replace("-", "−")
