"""What the nights did for the models of a series: the grid of steps, each night in words, and challengers on trial."""

import streamlit as st

from core.charts.improving import evidence_chart, nights_chart
from core.pipeline.tuned_parameters import use_settings
from core.runtime import shared_runtime
from core.store.improvements import Night
from core.views.improving import (
    MARKS,
    ImprovingView,
    Tried,
    measured_numbers,
    parameters_words,
    steps_frame,
)
from pages.components.choices import Choice
from pages.components.improving_reads import improving
from pages.components.look import figure, look
from pages.components.model_scores_jobs import job_button, job_line, series_arguments
from pages.components.numbers import numbers

_TIME = "YYYY-MM-DD HH:mm"


def nights_part(chosen: Choice) -> None:
    """The view of the Models page."""
    view = improving(chosen)
    st.subheader("What the nights did")
    st.caption(view.promise)
    arguments = series_arguments(chosen)
    job_button(
        "improve", "Look now", ":material/bedtime:",
        "Do now what the night does: look back, test for drift, search where there is some, and look at challengers on trial. "
        "In the background; can be cancelled, and goes on where it was.",
        arguments, primary=not view.nights,
    )  # fmt: skip
    job_line("improve", arguments)
    grid = nights_chart([(night.run, night.steps) for night in view.nights], look(), promise=view.promise)
    if not view.nights:
        figure(grid, key="nights_grid")
        return
    numbers(view.numbers)
    figure(grid, key="nights_grid")
    _night(view)
    _trials(view)
    _used(view, chosen)


def _night(view: ImprovingView) -> None:
    st.subheader("One night, step by step")
    by_id = {night.run.id: night for night in view.nights}
    picked = st.selectbox(
        "Night", list(by_id), key="nights_pick", format_func=lambda name: _label(by_id[name]),
        help="Newest first: the moment that the run knew, and what it came to.",
    )  # fmt: skip
    night = by_id[picked or view.nights[0].run.id]
    column = st.column_config
    st.dataframe(
        steps_frame(night.steps), hide_index=True, key="nights_steps",
        column_config={
            "step": column.TextColumn("Step", help="Results, drift, search, walk-forward, Monte Carlo, unseen rows, challenger, contest: a step that ends a run is the last."),
            "verdict": column.TextColumn("Verdict", help="Goes on, ends here, on trial, promoted or dropped."),
            "words": column.TextColumn("Finding", width="large"),
            "as_of": column.DatetimeColumn("Knew until (UTC)", help="Nothing newer was read.", format=_TIME, timezone="UTC"),
            "seconds": column.NumberColumn("Took (s)", help="Time that the step took, in seconds.", format="%.1f"),
        },
    )  # fmt: skip
    if night.steps:
        newest = {step.step.value: step for step in night.steps}  # a contest has one look for each night
        name = st.segmented_control(
            "Numbers of the step", list(newest), default=night.steps[-1].step.value, required=True,
            key=f"nights_step_{night.run.id}",
        )  # fmt: skip
        step = newest.get(str(name), night.steps[-1])
        st.caption(f"{step.step.meaning} {step.words}")
        numbers(measured_numbers(step))


def _label(night: Night) -> str:
    return f"{night.run.as_of:%Y-%m-%d %H:%M} {MARKS[night.run.state]} {night.run.horizon}".strip()


def _trials(view: ImprovingView) -> None:
    st.subheader("Challengers on paper")
    st.caption(
        "Both models learnt from the same bars and forecast what came after. The test may be looked at every night: luck alone "
        "reaches 20 in at most one of twenty contests, however often one looks."
    )
    if not view.tried:
        st.info(
            "No candidate has passed every gate yet. One that does stands here beside the champion, with its evidence day by day.",
            icon=":material/lightbulb:",
        )
    for tried in view.tried[:6]:
        _tried(tried)


def _tried(tried: Tried) -> None:
    run = tried.run
    with st.container(border=True):
        st.markdown(
            f"**{MARKS[run.state]}**, {run.horizon} horizon: {run.challenger_id} against {run.champion_id}"
        )
        st.write(run.words)
        if run.chosen is not None:
            st.caption(f"Searched parameters: {parameters_words(run.chosen)}.")
        figure(evidence_chart(run, tried.contest, look()), key=f"nights_evidence_{run.id}")


def _used(view: ImprovingView, chosen: Choice) -> None:
    for source, horizon, adopted in view.used:
        st.success(
            f"Trainings of the {horizon} horizon on bars from {source} use what won since {adopted.since:%Y-%m-%d %H:%M} UTC: "
            f"{parameters_words(adopted.parameters)}.",
            icon=":material/check:",
        )
    sources = sorted({source for source, _, _ in view.used})
    for source in sources:
        if st.button(
            "Back to the settings", icon=":material/undo:", key=f"nights_unuse_{source}",
            help=f"Train all horizons of {chosen.symbol} {chosen.timeframe} on bars from {source} as the settings say; the next cycle trains again.",
        ):  # fmt: skip
            use_settings(shared_runtime().bench, chosen.symbol, chosen.timeframe, source)
            st.rerun()
