"""Optimise: which parameters would have worked, and is the choice more than luck?"""

from functools import partial

import streamlit as st

from core.runtime import shared_runtime
from core.store.jobs import JobState
from pages.components.choices import choice, sample_note
from pages.components.picking import pick_search
from pages.components.reads import search_view, searches
from pages.components.search_form import search_form
from pages.components.search_live import live_report
from pages.components.search_result import search_report
from pages.components.work import follow_job

runtime = shared_runtime()
chosen = choice()
st.title("Optimise")
st.caption(
    "Runs a strategy with many parameters. What is chosen is the plateau, where neighbouring cells are good too, not the "
    "luckiest single cell; and every cell is counted when the verdict asks what luck alone would have found."
)
known = searches()
job_id = st.query_params.get("job")
# Each search folds the set-up, so that its report leads.
setup = f"search_setup_{st.session_state.get('search_started')}"
wanted = known.empty or "setup" in st.query_params  # the way from a backtest's report
with st.expander("Set up a search", expanded=wanted and not job_id, icon=":material/tune:", key=setup):
    sample_note(chosen, runtime)
    arguments = search_form(runtime, chosen)


def start(terms: dict[str, str]) -> None:
    """Submit, fold the set-up and follow."""
    st.session_state["search_started"] = runtime.jobs.submit("optimise", terms, key=terms["request"])
    st.query_params["job"] = st.session_state["search_started"]
    st.query_params.pop("setup", None)
    st.rerun()


if arguments:
    start(arguments)
if job_id:
    job = follow_job(job_id, partial(live_report, runtime, job_id), every=0.8)
    stopped = job.state in (JobState.CANCELLED, JobState.INTERRUPTED)
    if stopped and st.button("Go on where it stopped", icon=":material/resume:", key="search_resume"):
        start(job.arguments)
    if job.result_id:  # from now on the address is the result's
        del st.query_params["job"]
        st.query_params["search"] = job.result_id

if known.empty:
    st.info(
        "No search yet. Choose what to vary and press **Start the search**; a grid of 100 cells takes a few seconds.",
        icon=":material/lightbulb:",
    )
    st.stop()
search_report(search_view(pick_search()))
