"""Tuning: the form, the live curve, what was chosen, and whether trainings use it."""

import streamlit as st

from core.charts.tuning import parameter_words, tuning_chart
from core.pipeline.tuned_parameters import use_settings, use_tuned
from core.records import Timeframe
from core.runtime import shared_runtime
from core.store.jobs import JobRow, JobState
from core.views import last_job
from core.views.tuning import TuningView, live_tuning
from pages.components.choices import Choice
from pages.components.look import figure, look
from pages.components.model_life_reads import tuning
from pages.components.model_scores_jobs import series_arguments
from pages.components.numbers import numbers
from pages.components.work import job_end, job_progress


def tuning_part(chosen: Choice) -> None:
    """The whole section."""
    st.subheader("Tuning")
    st.caption(
        "Optuna tries trees, depth, learning rate, choice of members and class weights inside purged folds, and gives up poor "
        "trials after a fold. The last block of rows is shown to no trial and judges the choice. Barriers and horizons are not "
        "tuned: they decide what is asked."
    )
    job = last_job(shared_runtime().bench, "tune", None, chosen.symbol)
    mine = job if job is not None and job.arguments.get("timeframe") == chosen.timeframe.value else None
    if mine is not None and mine.active:
        _live(mine.id)
        return
    _form(chosen, mine)
    view = tuning(chosen)
    if view.run is None:
        figure(tuning_chart((), look(), "What will tuning find?"), key="life_tuning_none")
    else:
        _result(view)


@st.fragment(run_every=0.8)
def _live(job_id: str) -> None:
    job = shared_runtime().jobs.read(job_id)
    if not job.active:
        st.session_state["life_tuning_ended"] = job_id
        st.rerun()
    job_progress(job, key="life_tuning_cancel")
    figure(tuning_chart(live_tuning(shared_runtime().bench, job_id) or (), look()), key="life_tuning_live")


def _form(chosen: Choice, last: JobRow | None) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        horizon = st.selectbox(
            "Horizon", ["short", "medium", "long"], index=1, key="life_tuning_horizon", width=160,
            help="Whose forecasts are scored; the parameters are then used for all horizons of the series.",
        )  # fmt: skip
        trials = st.number_input(
            "Trials", min_value=1, max_value=2000, value=25, step=5, key="life_tuning_trials", width=160,
            help="Sets of parameters; a trial takes some seconds. A run that was stopped goes on where it was.",
        )  # fmt: skip
        if st.button(
            "Tune", icon=":material/tune:", key="life_tune", help="In the background; can be cancelled."
        ):
            arguments = series_arguments(chosen, horizon=horizon, trials=str(int(trials)))
            shared_runtime().jobs.submit("tune", arguments, key=f"{chosen.symbol}:{chosen.timeframe.value}")
            st.rerun()
        stopped = last is not None and last.state in (JobState.CANCELLED, JobState.INTERRUPTED)
        if last is not None and stopped and st.button("Go on", icon=":material/resume:", key="life_tune_on"):
            shared_runtime().jobs.submit(
                "tune", last.arguments, key=f"{chosen.symbol}:{chosen.timeframe.value}"
            )
            st.rerun()
    if last is not None and st.session_state.get("life_tuning_ended") == last.id:
        job_end(last)


def _result(view: TuningView) -> None:
    run = view.run
    if run is None:
        return
    st.markdown(f"**{run.symbol} {run.timeframe}, {run.horizon} horizon, from {run.source}.** {run.words}")
    numbers(view.numbers)
    figure(tuning_chart(view.trials, look()), key="life_tuning")
    if view.on_purpose:
        st.info(
            f"Your settings name {', '.join(view.on_purpose)} themselves, and what you set is stronger than what tuning found: "
            "tuned values are used only for the others. Take them out of the settings to let tuning decide.",
            icon=":material/info:",
        )
    runtime = shared_runtime()
    if view.adopted is not None:
        st.success(
            f"Trainings of this series use tuned parameters since {view.adopted.since:%Y-%m-%d %H:%M} UTC: "
            f"{parameter_words(view.adopted.parameters)}.",
            icon=":material/check:",
        )
    with st.container(horizontal=True):
        fresh = run.chosen is not None and (view.adopted is None or view.adopted.parameters != run.chosen)
        if fresh and st.button(
            "Use these", type="primary", icon=":material/check:", key="life_use",
            help="Later trainings of this asset, timeframe and source use them; the next cycle then trains again.",
        ):  # fmt: skip
            use_tuned(runtime.bench, run)
            st.rerun()
        if view.adopted is not None and st.button(
            "Back to the settings", icon=":material/undo:", key="life_unuse"
        ):
            use_settings(runtime.bench, run.symbol, Timeframe(run.timeframe), run.source)
            st.rerun()
