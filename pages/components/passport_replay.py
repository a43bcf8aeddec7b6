"""A decision run again from what is stored, asked for with a button."""

import streamlit as st

from core.runtime import shared_runtime
from core.store.jobs import JobState
from core.views import Passport
from pages.components.work import job_end, job_progress

_MEANING = (
    "Runs every stage again with the data, settings and models of then and the recorded answers of the language model. "
    "Nothing is asked, nothing is written; the first stage that differs is named."
)


def replay_of(view: Passport) -> None:
    """A button, the progress, and whether the result is the same."""
    runtime, cycle_id = shared_runtime(), view.report.id
    if st.button("Replay", key="passport_replay", icon=":material/replay:", help=_MEANING):
        submitted = runtime.jobs.submit("replay", {"cycle": cycle_id}, key=cycle_id)
        st.session_state["passport_replay_job"] = {cycle_id: submitted}
    job_id = st.session_state.get("passport_replay_job", {}).get(cycle_id)
    if job_id is None:
        return
    job = runtime.jobs.read(job_id)
    if job.active:
        _follow(job_id)
    elif job.state is JobState.DONE:
        same = job.result_id == "identical"
        box = st.success if same else st.warning
        box(job.log[-1], icon=":material/check_circle:" if same else ":material/difference:")
    else:
        job_end(job)


@st.fragment(run_every=0.4)
def _follow(job_id: str) -> None:
    job = shared_runtime().jobs.read(job_id)
    if not job.active:
        st.rerun()
    job_progress(job, key="passport_replay_cancel")
