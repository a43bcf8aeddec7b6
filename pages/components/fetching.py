"""A button that starts a download, and its progress until the new data are on the page."""

import streamlit as st

from core.runtime import Runtime, shared_runtime
from pages.components.choices import Choice
from pages.components.work import job_end, job_progress


def fetch_button(runtime: Runtime, chosen: Choice, kind: str, label: str, meaning: str) -> None:
    """Submit a job of `kind` (fetch or news) for the chosen asset."""
    if st.button(label, icon=":material/download:", width="stretch", key=f"{kind}_button", help=meaning):
        st.session_state[f"{kind}_job"] = runtime.jobs.submit(
            kind,
            {"symbol": chosen.symbol, "timeframe": chosen.timeframe.value, "source": chosen.source},
            key=chosen.symbol,
        )


def fetch_progress(kind: str, chosen: Choice) -> None:
    """Follow the job that the button started, then say how it ended, as long as the same asset is looked at."""
    if st.session_state.get(f"{kind}_job"):
        _follow(kind, st.session_state[f"{kind}_job"])
    elif st.session_state.get(f"{kind}_ended"):
        job = shared_runtime().jobs.read(st.session_state[f"{kind}_ended"])
        if job.arguments.get("symbol") != chosen.symbol:
            del st.session_state[f"{kind}_ended"]
        elif job.error:
            job_end(job)
        else:
            st.success(job.log[-1] if job.log else job.message, icon=":material/check:")


@st.fragment(run_every=0.5)
def _follow(kind: str, job_id: str) -> None:
    job = shared_runtime().jobs.read(job_id)
    if job.active:
        job_progress(job, key=f"{kind}_cancel")
    else:
        st.session_state[f"{kind}_job"] = None
        st.session_state[f"{kind}_ended"] = job_id
        st.rerun()
