"""Backtest: would a strategy have worked, after costs, against simply holding?"""

import streamlit as st

from core.runtime import shared_runtime
from core.views.backtest import run_labels
from pages.components.backtest_form import backtest_form
from pages.components.backtest_report import report
from pages.components.choices import choice, sample_note
from pages.components.reads import backtest, backtests
from pages.components.work import job_end, job_progress

runtime = shared_runtime()
chosen = choice()
st.title("Backtest")
st.caption(
    "A strategy's signals on past bars, filled by the same matching core as the paper book: decided at a close, "
    "filled at the next open, with fees, spread and slippage. Every run is counted for good, so that luck can be told."
)
sample_note(chosen, runtime)
known = backtests()
started = st.query_params.get("job")
setup = f"backtest_setup_{started}"  # each run folds the form, so that its report leads
with st.expander(
    "Set up a backtest", expanded=known.empty and not started, icon=":material/tune:", key=setup
):
    arguments = backtest_form(runtime, chosen)
if arguments:
    st.query_params["job"] = runtime.jobs.submit("backtest", arguments)
    st.rerun()


@st.fragment(run_every=0.4)
def follow(job_id: str) -> None:
    """Progress, then the report."""
    job = runtime.jobs.read(job_id)
    if job.active:
        job_progress(job, key="backtest_cancel")
    else:
        st.rerun()


shown = None
if job_id := st.query_params.get("job"):
    job = runtime.jobs.read(job_id)
    if job.active:
        follow(job_id)
        st.stop()
    job_end(job)
    shown = job.result_id

if known.empty:
    st.info(
        "No backtest yet. Choose a strategy and press **Run backtest**; it takes about a second.",
        icon=":material/lightbulb:",
    )
    st.stop()
labels = run_labels(known)
ids = list(labels)
picked = st.selectbox(
    "Report",
    ids,
    index=ids.index(shown) if shown in ids else 0,
    format_func=lambda item: labels[item],
    key=f"backtest_pick_{shown}",
    help="Every run is kept.",
)
report(backtest(picked))
