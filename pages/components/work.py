"""Jobs on the page: submit, follow, cancel."""

from collections.abc import Callable

import streamlit as st

from core.runtime import Runtime, shared_runtime
from core.store.jobs import JobRow, JobState

_LOOK = {
    JobState.DONE: ("Done", "green"),
    JobState.FAILED: ("Failed", "red"),
    JobState.CANCELLED: ("Cancelled", "gray"),
    JobState.INTERRUPTED: ("Interrupted", "orange"),
    JobState.QUEUED: ("Waiting", "gray"),
    JobState.RUNNING: ("Running", "blue"),
}


def job_badge(job: JobRow) -> None:
    """The state of a job as a badge."""
    label, color = _LOOK[job.state]
    st.badge(label, color=color)  # type: ignore[arg-type]


def job_progress(job: JobRow, key: str) -> None:
    """Progress bar and cancel button of a job that has not ended."""
    bar, button = st.columns([6, 1], vertical_alignment="center")
    bar.progress(job.progress, text=job.message)
    if button.button("Cancel", key=key, help="Stop at the next step; what was committed before is kept."):
        shared_runtime().jobs.cancel(job.id)


def job_end(job: JobRow) -> None:
    """Say why a job ended early."""
    if job.state is JobState.FAILED:
        st.error(job.error or "It failed.", icon=":material/error:")
    elif job.state in (JobState.CANCELLED, JobState.INTERRUPTED):
        st.warning(job.error or job.message, icon=":material/info:")


def follow_job(job_id: str, live: Callable[[], None] | None = None, every: float = 0.4) -> JobRow:
    """A job that has ended; until then its progress is drawn here, and the page stops.

    Args:
        live: draws what is known so far.
        every: seconds between two looks.
    """

    @st.fragment(run_every=every)
    def progress() -> None:
        job = shared_runtime().jobs.read(job_id)
        if not job.active:
            st.rerun()
        job_progress(job, key=f"{job.kind}_cancel")
        if live is not None:
            live()

    job = shared_runtime().jobs.read(job_id)
    if job.active:
        progress()
        st.stop()
    job_end(job)
    return job


def sidebar_jobs(runtime: Runtime) -> None:
    """A line for each job that runs now, wherever it was started."""
    for job in runtime.jobs.active():
        asset = job.arguments.get("symbol", "")
        st.caption(f":material/autorenew: {job.kind} {asset}: {job.message}")
