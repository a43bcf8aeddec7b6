"""A decision told in plain words, asked for with a button."""

import streamlit as st

from core.records import PlainWords
from core.runtime import shared_runtime
from core.views import Passport
from core.views.in_words import explained_words, markdown, may_ask
from pages.components.reads import revision
from pages.components.work import job_end, job_progress

NEVER_MOVES = "Written after the decision, from the numbers of this passport; it never moves a decision."


@st.cache_data(max_entries=16, show_spinner=False)
def _stored(cycle_id: str, at: int) -> PlainWords | None:
    return explained_words(shared_runtime().bench, cycle_id)


def words_of(view: Passport) -> None:
    """The explanation with who wrote it, or a button that asks for it."""
    runtime, cycle_id = shared_runtime(), view.report.id
    job_id = st.session_state.get("passport_words_job", {}).get(cycle_id)
    if job_id and runtime.jobs.read(job_id).active:
        _follow(job_id)
        return
    words = _stored(cycle_id, revision())
    if words is not None:
        with st.container(border=True):
            st.markdown(markdown(words.words))
            author = (
                f":material/smart_toy: By the language model {markdown(words.by)}."
                if words.by
                else f":material/edit_note: By the program's own template, no language model. {markdown(words.note)}"
            )
            st.caption(f"{author} {NEVER_MOVES}")
    if may_ask(runtime.bench, words) and st.button(
        "Explain in words" if words is None else "Ask the language model",
        key="passport_explain",
        icon=":material/notes:",
        help=f"A few plain sentences on what was decided and why. {NEVER_MOVES}",
    ):
        job = runtime.jobs.submit(
            "words", {"cycle": cycle_id, "symbol": view.report.request.symbol}, key=cycle_id
        )
        st.session_state["passport_words_job"] = {cycle_id: job}
        st.rerun()
    if job_id:
        job_end(runtime.jobs.read(job_id))


@st.fragment(run_every=0.5)
def _follow(job_id: str) -> None:
    job = shared_runtime().jobs.read(job_id)
    if not job.active:
        st.rerun()
    job_progress(job, key="passport_words_cancel")
