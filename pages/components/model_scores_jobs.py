"""Jobs of the Models page: a button, and the progress of what runs for the chosen series, also after a reload."""

from collections.abc import Mapping

import streamlit as st

from core.runtime import shared_runtime
from core.store.jobs import JobRow, list_jobs
from pages.components.choices import Choice
from pages.components.work import job_end, job_progress


def series_arguments(chosen: Choice, **more: str) -> dict[str, str]:
    """Arguments of a job about the chosen series, as of the clock of its world."""
    return {
        "symbol": chosen.symbol, "timeframe": chosen.timeframe.value, "source": chosen.source, "as_of": "",
    } | more  # fmt: skip


def job_button(
    kind: str, label: str, icon: str, meaning: str, arguments: Mapping[str, str], primary: bool = False
) -> None:
    """Submit a job; while one of the same series runs, the button waits."""
    running = _newest(kind, arguments)
    if st.button(
        label, icon=icon, key=f"models_run_{kind}", help=meaning, type="primary" if primary else "secondary",
        disabled=running is not None and running.active,
    ):  # fmt: skip
        key = ":".join(arguments[name] for name in sorted(arguments) if name != "as_of")
        st.session_state[f"models_{kind}_job"] = shared_runtime().jobs.submit(kind, arguments, key=key)
        st.rerun()


def job_line(kind: str, arguments: Mapping[str, str]) -> None:
    """Progress of a job that runs for the series; how it ended, when it was started on this page."""
    job = _newest(kind, arguments)
    if job is None:
        return
    if job.active:
        _follow(kind, job.id)
    elif st.session_state.get(f"models_{kind}_job") == job.id:
        job_end(job)


@st.fragment(run_every=0.6)
def _follow(kind: str, job_id: str) -> None:
    job = shared_runtime().jobs.read(job_id)
    if not job.active:
        st.session_state[f"models_{kind}_job"] = job_id
        st.rerun()
    job_progress(job, key=f"models_{kind}_cancel")


def _newest(kind: str, arguments: Mapping[str, str]) -> JobRow | None:
    about = ("symbol", "timeframe", "source", "horizon")
    mine = (
        job
        for job in list_jobs(shared_runtime().store, 100)
        if job.kind == kind and all(job.arguments.get(name) == arguments.get(name) for name in about)
    )
    return next(mine, None)
