"""Which language model answers where, how it does, and how to switch one on."""

import streamlit as st

from core.runtime import shared_runtime
from core.store.jobs import JobRow, JobState, list_jobs
from core.views.llm import NONE_CONFIGURED, Connection, connection, presets, state_numbers
from pages.components.llm_text import as_text
from pages.components.numbers import numbers
from pages.components.work import job_progress

KIND = "llm_test"


def head() -> None:
    """The connection with its state, or what to do without one."""
    found = connection(shared_runtime().bench)
    if found is None:
        st.info(NONE_CONFIGURED, icon=":material/forum:")
        _how_to(expanded=True)
        return
    if found.fault:
        st.error(as_text(found.fault), icon=":material/error:", title="The model cannot be asked")
    else:
        who = f"**{as_text(found.model)}**" if found.model else "The first model that the server lists"
        st.markdown(
            f"{who} {as_text(found.words)}",
            help="Decisions about earlier moments may rest on memory instead of judgement: they are called contaminated, told apart, and never counted in a headline.",
        )
    numbers(state_numbers(shared_runtime().bench))
    _test()
    with st.expander("Where it answers, what it costs, what it knows"):
        _facts(found)
    _how_to(expanded=False)


def _facts(found: Connection) -> None:
    shown = found.facts.map(as_text)
    st.table(shown.set_axis(["What", "Is", "Means"], axis=1).set_index("What"), border="horizontal")


def _how_to(expanded: bool) -> None:
    with st.expander("How to switch a model on or change it", expanded=expanded):
        names = ["Preset", "What it needs", "Key", "Cost"]
        st.table(presets().map(as_text).set_axis(names, axis=1).set_index("Preset"), border="horizontal")
        st.markdown(
            "Choose a **preset** in the settings, under *Language model*; it counts from the next run on, without a restart. "
            "A key goes into the environment as `GLASSBOX_KEYS__LLM` or into `.streamlit/secrets.toml`, never into "
            "settings.toml. What may be spent a day and a run stands in the same section."
        )
        st.page_link("pages/system/settings.py", label="Settings", icon=":material/tune:")


def _test() -> None:
    """The button, and how the last test ended."""
    runtime = shared_runtime()
    job = next((job for job in list_jobs(runtime.store, 100) if job.kind == KIND), None)
    if st.button(
        "Test connection", icon=":material/cable:", key="llm_test", disabled=job is not None and job.active,
        help="One small question to the endpoint: is it there, does it take the key and the model's name, can it hold a schema?",
    ):  # fmt: skip
        runtime.jobs.submit(KIND, {}, key=KIND)
        st.rerun()
    if job is not None and job.active:
        _follow(job.id)
    elif job is not None:
        _ended(job)


@st.fragment(run_every=0.5)
def _follow(job_id: str) -> None:
    job = shared_runtime().jobs.read(job_id)
    if not job.active:
        st.rerun()
    job_progress(job, key="llm_test_cancel")


def _ended(job: JobRow) -> None:
    when = f"Tested at {job.submitted_at:%Y-%m-%d %H:%M} UTC."
    if job.state is JobState.DONE:
        st.success(
            as_text(f"{job.log[-1] if job.log else 'It answered.'} {when}"), icon=":material/check_circle:"
        )
    elif job.state is JobState.FAILED:
        st.error(as_text(f"{job.error} {when}"), icon=":material/error:")
