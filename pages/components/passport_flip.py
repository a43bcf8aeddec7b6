"""The flip: what would have changed the decision, searched for by a job when the passport is opened."""

import streamlit as st

from core.charts.flip import flip_chart
from core.runtime import shared_runtime
from core.views import Passport
from core.views.flip import FlipView
from core.views.in_words import markdown
from pages.components.look import figure, look
from pages.components.numbers import numbers
from pages.components.passport_reads import flip_found
from pages.components.work import job_end, job_progress

_MEANING = (
    "The smallest change of the inputs that would have changed this decision: each input is moved within what it was in its own "
    "history, one by one, then two together. Models, signals, policy and risk checks are run again on the result, and only "
    "then it counts. It says what the decision hung on, not what the market could have done."
)


def flip_of(view: Passport) -> None:
    """The flip, or its search under way; nothing for a cycle that failed."""
    if view.report.decision is None or not view.report.settings:
        return
    st.subheader("What would have changed the decision", help=_MEANING)
    cycle_id = view.report.id
    found = flip_found(cycle_id)
    if found is not None:
        _shown(found)
        return
    runtime = shared_runtime()
    submitted = st.session_state.setdefault("passport_flip_job", {})
    if cycle_id not in submitted:
        submitted[cycle_id] = runtime.jobs.submit("flip", {"cycle": cycle_id}, key=cycle_id)
    job = runtime.jobs.read(submitted[cycle_id])
    if job.active:
        _follow(job.id)
        return
    job_end(job)
    if flip_found(cycle_id) is not None:
        st.rerun()
    if st.button("Search again", key="passport_flip", icon=":material/search:"):
        del submitted[cycle_id]
        st.rerun()


def _shown(found: FlipView) -> None:
    icon = ":material/verified:" if found.flip.verified else ":material/info:"
    st.markdown(f"{icon} {markdown(found.words)}")
    if found.flip.changes:
        figure(flip_chart(found.flip, look(), title=""), key="passport_flip_chart")
    for line in found.margins:
        st.markdown(f"- {markdown(line)}")
    with st.expander("How it was searched", icon=":material/search:"):
        numbers(found.numbers)
        st.caption(found.method)


@st.fragment(run_every=0.4)
def _follow(job_id: str) -> None:
    job = shared_runtime().jobs.read(job_id)
    if not job.active:
        st.rerun()
    job_progress(job, key="passport_flip_cancel")
