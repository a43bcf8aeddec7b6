"""Language model: which one answers where, what it was asked, what it said, what it cost and what it is worth."""

import streamlit as st

from pages.components.llm_calls import calls_section
from pages.components.llm_cost import cost_section
from pages.components.llm_head import head
from pages.components.llm_prompts import prompts_section
from pages.components.llm_record import record_section

COST, CALLS, RECORD, PROMPTS = "Cost", "Calls", "Record", "Prompts"
DAYS = {1: "last day", 7: "last 7 days", 30: "last 30 days", 365: "last year"}

st.title("Language model")
st.caption(
    "Optional: everything works without one. Where one is configured it scores texts, adds its own forecast, looks twice "
    "at trades (it may shrink or veto, never enlarge) and puts figures into words; each answer is checked and kept."
)
head()
view_column, days_column = st.columns([3, 1], vertical_alignment="bottom")
view = view_column.segmented_control(
    "View", [COST, CALLS, RECORD, PROMPTS], default=COST, required=True, key="llm_view", bind="query-params",
    label_visibility="collapsed",
)  # fmt: skip
if view in (COST, CALLS):
    days = days_column.selectbox(
        "Time", list(DAYS), index=1, key="llm_days", format_func=DAYS.__getitem__, label_visibility="collapsed",
        help="Calls that are shown and summed.",
    )  # fmt: skip
if view == CALLS:
    calls_section(days)
elif view == RECORD:
    record_section()
elif view == PROMPTS:
    prompts_section()
else:
    cost_section(days)
