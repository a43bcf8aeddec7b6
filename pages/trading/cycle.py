"""Run cycle: press the button, watch every stage, read the decision."""

from datetime import UTC

import streamlit as st

from core.runtime import shared_runtime
from core.store.cycles import stages_of
from core.store.jobs import JobState
from core.views import last_job, next_moment, sample_span
from pages.components.choices import choice, sample_note
from pages.components.llm_budget import budget_line
from pages.components.reads import passport
from pages.components.stages import stage_rows
from pages.components.verdict import verdict_card
from pages.components.work import job_end, job_progress

STEPS = (1, 6, 24, 72, 168)

runtime = shared_runtime()
chosen = choice()

st.title("Run cycle")
st.caption(
    "One pass from data to a simulated order: collect, judge, forecast, decide, check the risk, execute. "
    "Every stage says what it did and why; nothing after the moment of the cycle is ever read."
)
sample_note(chosen, runtime)

span = sample_span(runtime.bench, chosen.symbol, chosen.timeframe) if chosen.source == "sample" else None
moment, stepped = None, False
with st.form("cycle_form", border=False):
    go, when, on, by, spacer = st.columns([2, 3, 2, 2, 1], vertical_alignment="bottom")
    pressed = go.form_submit_button(
        "Run cycle", type="primary", icon=":material/play_arrow:", width="stretch"
    )
    if span:
        moment = when.datetime_input(
            "Travel to (UTC)", value=None, min_value=span[0].replace(tzinfo=None), max_value=span[1].replace(tzinfo=None),
            key="cycle_as_of",
            help="Run the cycle as if it were this moment of the sample. Empty: the sample's last bar. "
            "A book only lives forward; start a new one on the Overview page to go back.",
        )  # fmt: skip
        stepped = on.form_submit_button(
            "Step on", icon=":material/skip_next:", width="stretch",
            help="Run the next cycle further on in the sample, from where the book stands: live through history.",
        )  # fmt: skip
        bars = by.selectbox(
            "by", STEPS, index=1, key="cycle_step", format_func=lambda n: f"{n} bar{'s' * (n > 1)}"
        )
budget_line(chosen)
if stepped:
    as_of = next_moment(runtime.bench, chosen.symbol, chosen.timeframe, bars)
else:
    as_of = moment.replace(tzinfo=UTC) if moment else None
if pressed or stepped:
    st.query_params["job"] = runtime.jobs.submit(
        "cycle",
        {
            "symbol": chosen.symbol, "timeframe": chosen.timeframe.value, "source": chosen.source,
            "as_of": as_of.isoformat() if as_of else "",
        },
        key=chosen.symbol,
    )  # fmt: skip
    st.rerun()

job = last_job(runtime.bench, "cycle", st.query_params.get("job"), chosen.symbol)
if job is None:
    st.info(
        f"No cycle of {chosen.symbol} yet. Press **Run cycle**: the first one trains the models of three horizons, "
        "which takes some 20 seconds; the next ones take less than one.",
        icon=":material/lightbulb:",
    )
    st.stop()


@st.fragment(run_every=0.4 if job.active else None)
def follow(job_id: str) -> None:
    """Redraw until the job ends, then let the whole page draw the result."""
    now = runtime.jobs.read(job_id)
    if now.active:
        job_progress(now, key="cycle_cancel")
    stage_rows(stages_of(runtime.store, job_id), running=now.active)
    if job is not None and job.active and not now.active:
        st.rerun()


follow(job.id)
job_end(job)
if job.state is JobState.DONE and job.result_id:
    verdict_card(passport(job.result_id), link=True)
