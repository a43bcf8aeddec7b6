"""Optimise: which parameters would have worked, and is the choice more than luck?"""

import streamlit as st

from core.charts.search_course import search_course
from core.charts.search_walk import window_chart
from core.runtime import shared_runtime
from core.store.jobs import JobState
from core.views.search import live_search
from pages.components.choices import choice, sample_note
from pages.components.look import figure, look
from pages.components.reads import search_view, searches
from pages.components.search_form import search_form
from pages.components.search_result import search_report, unit
from pages.components.work import job_end, job_progress

runtime = shared_runtime()
chosen = choice()
st.title("Optimise")
st.caption(
    "Runs a strategy with many parameters. What is chosen is the plateau, where neighbouring cells are good too, not the "
    "luckiest single cell; and every cell is counted when the verdict asks what luck alone would have found."
)
sample_note(chosen, runtime)
known = searches()
with st.expander("Set up a search", expanded=known.empty, icon=":material/tune:", key="search_setup"):
    arguments = search_form(runtime, chosen)
if arguments:
    st.query_params["job"] = runtime.jobs.submit("optimise", arguments, key=arguments["request"])


@st.fragment(run_every=0.8)
def follow(job_id: str) -> None:
    """Progress with the cells so far, then the report."""
    job = runtime.jobs.read(job_id)
    if not job.active:
        st.rerun()
    job_progress(job, key="search_cancel")
    live = live_search(runtime.bench, job_id)
    if live is None:
        return
    if not live.windows.empty:
        figure(window_chart(live.windows, "not known yet", look()), key="search_live_windows")
    cells = live.scores
    lead = unit(live.request.objectives[0])
    pruned = int(cells["pruned"].sum())
    shown = search_course(
        cells["position"].to_numpy(),
        cells["score"].to_numpy(),
        cells["allowed"].to_numpy(),
        pruned,
        lead,
        look(),
    )
    figure(shown, key="search_live")


shown = None
if job_id := st.query_params.get("job"):
    job = runtime.jobs.read(job_id)
    if job.active:
        follow(job_id)
        st.stop()
    job_end(job)
    shown = job.result_id
    stopped = job.state in (JobState.CANCELLED, JobState.INTERRUPTED)
    if stopped and st.button("Go on where it stopped", icon=":material/resume:", key="search_resume"):
        st.query_params["job"] = runtime.jobs.submit("optimise", job.arguments, key=job.arguments["request"])
        st.rerun()

if known.empty:
    st.info(
        "No search yet. Choose what to vary and press **Start the search**; a grid of 200 cells takes about a second.",
        icon=":material/lightbulb:",
    )
    st.stop()
labels = {
    str(
        row.id
    ): f"{row.method} of {row.strategy} on {row.symbol} {row.timeframe} · {row.created_at:%Y-%m-%d %H:%M:%S} UTC"
    for row in known.itertuples()
}
ids = list(labels)
picked = st.selectbox(
    "Result", ids, index=ids.index(shown) if shown in ids else 0, format_func=lambda item: labels[item],
    key=f"search_pick_{shown}", help="Every finished search is kept.",
)  # fmt: skip
search_report(search_view(picked))
