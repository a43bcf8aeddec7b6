"""Signals: what the sources say of many assets now, and which would get the free slots."""

import streamlit as st

from core.runtime import shared_runtime
from core.views.signals import scan_numbers
from pages.components.choices import choice, sample_note
from pages.components.numbers import numbers
from pages.components.signals_parts import history, one_asset, ranked_table
from pages.components.signals_reads import scan_of
from pages.components.work import follow_job

runtime = shared_runtime()
chosen = choice()
st.title("Signals")
st.caption(
    "Every source's opinion of many assets at once, put together by weights that follow how each has done, and ranked for the "
    "positions that may still be opened. Nothing is ordered here."
)
sample_note(chosen, runtime)
left, right = st.columns([4, 1], vertical_alignment="bottom")
asked = left.text_input(
    "Assets",
    key="signals_assets",
    placeholder="BTC-USD, ETH-USD … empty: the autopilot's assets, else all whose bars are at hand",
    help="Names joined by commas. Models speak as far as they are trained; a cycle trains those that are missing.",
)
if right.button(
    "Judge them now", key="signals_go", type="primary", icon=":material/podium:", width="stretch"
):
    arguments = {"symbols": asked, "timeframe": chosen.timeframe.value, "source": chosen.source}
    st.session_state["signals_job"] = runtime.jobs.submit("signals", arguments)
if "signals_job" in st.session_state:
    follow_job(st.session_state["signals_job"])

scan = scan_of(chosen)
if scan is None:
    st.info(
        f"No look at {chosen.timeframe} bars from {chosen.source} yet. **Judge them now** reads the bars of every asset, asks "
        "all sources and ranks what they say; it takes a second or two for each asset.",
        icon=":material/lightbulb:",
    )
    history(chosen.symbol, chosen.timeframe)
    st.stop()
numbers(scan_numbers(scan))
st.caption(f"Looked at {scan.made_at:%Y-%m-%d %H:%M} UTC, in {scan.seconds:.1f} seconds.")
one = ranked_table(scan)
for words in scan.silent:
    st.warning(words, icon=":material/info:")
if one is not None:
    one_asset(one, scan)
    if st.button(f"Run a cycle of {one.symbol}", key="signals_cycle", icon=":material/play_circle:"):
        query = {"asset": one.symbol, "timeframe": chosen.timeframe.value, "source": chosen.source}
        st.switch_page("pages/trading/cycle.py", query_params=query)
