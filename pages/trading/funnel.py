"""Funnel: where trades get lost between a signal and a fill, and whether that was right."""

import streamlit as st

from core.charts.funnel import funnel_chart
from pages.components.funnel_parts import funnel_filter, gates_table, stopped_table, verdicts
from pages.components.funnel_reads import funnel, funnel_choices
from pages.components.look import figure, look
from pages.components.numbers import numbers

st.title("No-trade funnel")
st.caption(
    "Most cycles end without a trade, and every one of them for a reason. Each gate is judged by what the trades that it "
    "stopped would have made under the same stop, target and time limit."
)
known = funnel_choices()
if not known.symbols:
    st.info("No decision was made yet: run a cycle, and it appears here.", icon=":material/lightbulb:")
    st.page_link("pages/trading/cycle.py", label="Run a cycle", icon=":material/play_circle:")
    st.stop()
view = funnel(funnel_filter(known))
st.markdown(f"**{view.funnel.words}**")
numbers(view.numbers)
figure(funnel_chart(view.funnel, look()), key="funnel_chart")
if view.beside:
    st.caption(view.beside)
st.subheader("Gate by gate", help="In the order in which a trade meets them.")
verdicts(view.gates)
gates_table(view.gates)
st.caption(view.note)
st.subheader("What was stopped", help="Every cycle that a gate stopped, newest first.")
stopped_table(view.stopped)
