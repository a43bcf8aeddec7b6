"""A tuning in the order of its trials: every score, and the best so far."""

from collections.abc import Sequence
from itertools import accumulate

import plotly.graph_objects as go

from core.charts.palette import Look, faded
from core.charts.template import empty_figure, finished
from core.charts.words import signed_text
from core.records import TunedParameters, TuningTrial

_TITLE = "Does tuning still find better parameters?"


def tuning_chart(trials: Sequence[TuningTrial], look: Look = Look.LIGHT, title: str = _TITLE) -> go.Figure:
    """Log loss of each trial against that of the base rate, and the best of those that ran every fold.

    Args:
        trials: in their order; the first are the settings' own parameters.
    """
    known = [trial for trial in trials if trial.loss is not None]
    if not known:
        return empty_figure(
            "No trial has ended yet. Press «Tune»; each trial takes some seconds for every fold.",
            look,
            title,
            260,
        )
    tokens = look.tokens
    place = {trial.number: number for number, trial in enumerate(trials, start=1)}
    figure = go.Figure()
    groups = (
        ("trial", [t for t in known if not t.pruned], "circle", faded(tokens.accent, 0.75)),
        ("given up early", [t for t in known if t.pruned], "x-thin-open", tokens.muted),
    )
    for name, items, symbol, colour in groups:
        if items:
            figure.add_trace(
                go.Scatter(
                    x=[place[t.number] for t in items], y=[t.loss for t in items], mode="markers", name=name,
                    marker={"size": 8, "symbol": symbol, "color": colour, "line": {"width": 1.5, "color": colour}},
                    customdata=[_words(t) for t in items], hovertemplate="%{customdata}<extra></extra>",
                )
            )  # fmt: skip
    whole = [t for t in known if not t.pruned and t.loss is not None]
    best = list(accumulate((t.loss for t in whole if t.loss is not None), min))
    if whole:
        figure.add_trace(
            go.Scatter(
                x=[*(place[t.number] for t in whole), len(trials)], y=[*best, best[-1]], mode="lines", name="best so far",
                line={"shape": "hv", "width": 2, "color": tokens.text}, hovertemplate="best %{y:.4f}<extra></extra>",
            )
        )  # fmt: skip
    figure.add_hline(
        y=0.0, line={"dash": "dash", "width": 1.2, "color": tokens.muted},
        annotation_text="knowing nothing (base rate)", annotation_position="bottom right",
    )  # fmt: skip
    figure.update_layout(
        xaxis={
            "title": {"text": "trial, in the order of running; the first are the settings"},
            "dtick": 5,
            "tick0": 0,
        },
        yaxis={"title": {"text": "log loss against the base rate (lower is better)"}, "tickformat": "+.3f"},
        hovermode="closest",
    )
    said = f" The best is {signed_text(best[-1], 4)} against the base rate." if best else ""
    meaning = f"{len(whole)} trials ran to the end, {len(known) - len(whole)} were given up early.{said}"
    return finished(figure, look, title, 280, meaning, legend_rows=1)


def parameter_words(chosen: TunedParameters) -> str:
    """Parameters in a line."""
    weighted = ", classes weighted" if chosen.class_weight else ""
    return (
        f"{chosen.trees} trees of depth {chosen.depth}, learning rate {chosen.learning_rate:.3g}, "
        f"{' + '.join(chosen.members)}{weighted}"
    )


def _words(trial: TuningTrial) -> str:
    ends = f"given up after {trial.folds} folds" if trial.pruned else f"{trial.folds} folds"
    loss = "–" if trial.loss is None else signed_text(trial.loss, 4)
    return f"<b>{loss}</b> ({ends}, {trial.seconds:.1f} s)<br>{parameter_words(trial.parameters)}"
