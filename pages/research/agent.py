"""Agent: does reinforcement learning earn a place in the decision?"""

from functools import partial

import streamlit as st

from core.runtime import shared_runtime
from core.store.jobs import JobState
from pages.components.agent_form import agent_form
from pages.components.agent_reads import agent_of_run, agents_known
from pages.components.agent_report import agent_report, live_curve
from pages.components.choices import choice, sample_note
from pages.components.work import follow_job

runtime = shared_runtime()
chosen = choice()
st.title("Agent")
st.caption(
    "An agent learns by trial in a simulated market with the same fills, costs and limits as the book. It is judged on bars "
    "that it never saw, by all its seeds together, against holding, cash and simpler rules; it joins the decision only when "
    "it earns its place, and then it can make a position smaller, never larger."
)
sample_note(chosen, runtime)
known = agents_known(chosen.symbol, chosen.timeframe)
job_id = st.query_params.get("job")
arguments = agent_form(runtime, chosen, opened=not known and not job_id)


def start(asked: dict[str, str]) -> None:
    """Submit and follow."""
    st.query_params["job"] = runtime.jobs.submit("agent", asked, key=chosen.symbol)
    st.rerun()


if arguments:
    start(arguments)
if job_id:
    job = follow_job(job_id, partial(live_curve, job_id), every=2.0)
    if job.state in (JobState.CANCELLED, JobState.INTERRUPTED) and st.button(
        "Go on where it stopped", icon=":material/resume:", key="agent_resume",
        help="Seeds and iterations that are finished are not learnt again; the result is the same as without the stop.",
    ):  # fmt: skip
        start(job.arguments)
    if job.result_id:
        del st.query_params["job"]
        st.query_params["agent"] = job.result_id
        st.rerun()
if not known:
    st.info(
        f"No agent of {chosen.symbol} {chosen.timeframe} yet. Press **Train**: ten seeds take a few minutes, which the page "
        "may be left meanwhile.",
        icon=":material/lightbulb:",
    )
    st.stop()
ids, wanted = list(known), st.query_params.get("agent")
run_id = st.selectbox(
    "Training", ids, ids.index(wanted) if wanted in ids else 0, format_func=lambda item: known[item],
    key=f"agent_run_{wanted}", help="Newest first; each counts as trials of its asset, finished or not.",
)  # fmt: skip
agent_report(agent_of_run(run_id))
