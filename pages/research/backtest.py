"""Backtest: would a strategy have worked, after costs, against simply holding?"""

import streamlit as st

from core.runtime import shared_runtime
from pages.components.backtest_form import backtest_form
from pages.components.backtest_report import report
from pages.components.choices import choice, sample_note
from pages.components.picking import pick_backtest
from pages.components.reads import backtest, backtests
from pages.components.work import follow_job

runtime = shared_runtime()
chosen = choice()
st.title("Backtest")
st.caption(
    "A strategy's signals on past bars, filled by the same matching core as the paper book: decided at a close, "
    "filled at the next open, with fees, spread and slippage. Every run is counted for good, so that luck can be told."
)
known = backtests()
job_id = st.query_params.get("job")
# Each run folds the set-up, so that its report leads.
setup = f"backtest_setup_{st.session_state.get('backtest_started')}"
with st.expander("Set up a backtest", expanded=known.empty and not job_id, icon=":material/tune:", key=setup):
    sample_note(chosen, runtime)
    arguments = backtest_form(runtime, chosen)
if arguments:
    st.session_state["backtest_started"] = job_id = runtime.jobs.submit("backtest", arguments)
    st.query_params["job"] = job_id
    st.rerun()


if job_id and (result := follow_job(job_id).result_id):  # from now on the address is the report's
    del st.query_params["job"]
    st.query_params["backtest"] = result

if known.empty:
    st.info(
        "No backtest yet. Choose a strategy and press **Run backtest**; it takes about a second.",
        icon=":material/lightbulb:",
    )
    st.stop()
report(backtest(pick_backtest()))
