"""Evidence for a challenger over time, against the level that decides."""

import math

import plotly.graph_objects as go

from core.charts.palette import Look
from core.charts.template import empty_figure, finished, spikes
from core.charts.time_axis import plain_time
from core.charts.words import moment_text
from core.records import Contest, ContestState

NO_CONTEST = "No challenger. A model that is trained beside a champion that still serves becomes one."
_COLOURS = {ContestState.PROMOTE: "accent", ContestState.KEEP: "warning", ContestState.UNDECIDED: "text"}


def contest_chart(
    contest: Contest | None, look: Look = Look.LIGHT, title: str = "Is the challenger better, or lucky?"
) -> go.Figure:
    """The e-value over time on a logarithmic axis, with the level that decides.

    Args:
        contest: None where there is no challenger.
    """
    if contest is None:
        return empty_figure(NO_CONTEST, look, title)
    if not contest.curve:
        return empty_figure(contest.words, look, title)
    tokens = look.tokens
    what = "log loss" if contest.measure == "log_loss" else "return after costs"
    figure = go.Figure(
        go.Scatter(
            x=[plain_time(point.time) for point in contest.curve], y=[max(point.evidence, 1e-3) for point in contest.curve],
            mode="lines", name="evidence", line={"width": 2, "color": getattr(tokens, _COLOURS[contest.state])},
            customdata=[f"{'challenger' if point.mean > 0 else 'champion'} better by {abs(point.mean):.4f} a bar in {what}"
                        for point in contest.curve],
            hovertemplate="evidence %{y:.3g}<br>%{customdata}<extra></extra>",
        )
    )  # fmt: skip
    figure.add_hline(y=contest.limit, line={"dash": "dash", "width": 1.5, "color": tokens.muted})
    figure.add_annotation(
        text=f"decides at {contest.limit:g}: luck gets here in 1 of {contest.limit:g} contests",
        xref="paper", x=0, xanchor="left", y=math.log10(contest.limit), yanchor="bottom",  # on a log axis y is an exponent
        font={"color": tokens.muted},
    )  # fmt: skip
    if contest.decided_at is not None:
        figure.add_vline(x=plain_time(contest.decided_at), line={"dash": "dot", "color": tokens.muted})
    highest = max(contest.limit * 2.5, max(point.evidence for point in contest.curve) * 1.5)
    lowest = min(0.05, max(min(point.evidence for point in contest.curve) / 1.5, 1e-3))
    figure.update_layout(
        xaxis={"title": {"text": "time (UTC)"}, **spikes(look)},
        yaxis={"type": "log", "title": {"text": "evidence (e-value)"}, "range": [math.log10(lowest), math.log10(highest)],
               "tickvals": [0.01, 0.1, 1, 20, 100, 1000], "ticktext": ["0.01", "0.1", "1", "20", "100", "1,000"]},
        hovermode="x unified",
    )  # fmt: skip
    decided = "" if contest.decided_at is None else f" Decided at {moment_text(contest.decided_at)}."
    return finished(figure, look, title, 260, f"{contest.words}{decided}")
