"""Reports: what happened on a day, asset by asset, as it was known when the day ended."""

from datetime import timedelta

import streamlit as st

from core.runtime import shared_runtime
from pages.components.reports_parts import (
    asset_part,
    book_part,
    follow_writing,
    head,
    text_table,
    write_button,
)
from pages.components.reports_reads import days_told, report_of

runtime = shared_runtime()
today = runtime.bench.clock().date()

st.title("Reports")
st.caption(
    "The analysis of a day (UTC): prices, indicators, levels, regime, sentiment and what moved it, forecasts, every decision "
    "and what became of it, risks. Written at 00:00 UTC while the server runs, from what was known when the day ended."
)
told = days_told()
left, right = st.columns([3, 1], vertical_alignment="bottom")
day = left.date_input(
    "Day", value=told[0] if told else today - timedelta(days=1), max_value=today, key="report_day",
    help="UTC. Days without a report can be written now, from what is stored.",
)  # fmt: skip
with right:
    write_button(runtime, day)
follow_writing()

told = days_told()
if told:
    listed = ", ".join(f"{item}" for item in told[:7]) + (" …" if len(told) > 7 else "")
    st.caption(f"{len(told)} stored, newest first: {listed}")
if day not in told:
    st.info(
        f"There is no report of {day} yet. **Write the report now** analyses it from what is stored, in a few seconds. With "
        "the autopilot on, or after a cycle, there is something to tell; at 00:00 UTC the report of the day is written by itself.",
        icon=":material/lightbulb:",
    )
    st.page_link("pages/trading/autopilot.py", label="Switch the autopilot on", icon=":material/autoplay:")
    st.page_link("pages/trading/cycle.py", label="Run a cycle", icon=":material/play_circle:")
    st.stop()

view = report_of(day)
head(view)
for book in view.books:
    book_part(book)
if view.assets:
    names = [f"{asset.title} {asset.day.timeframe}" for asset in view.assets]
    for number, tab in enumerate(st.tabs(names, key=f"report_asset_{day}", on_change="rerun")):
        if tab.open:  # only the open one is drawn
            with tab:
                asset_part(view, number)
else:
    st.info(
        "No asset was traded or watched that day: the autopilot was off and no cycle ran.",
        icon=":material/lightbulb:",
    )
    st.page_link("pages/trading/autopilot.py", label="Switch the autopilot on", icon=":material/autoplay:")
st.markdown("#### Sources")
text_table(view.sources, "report_sources")
