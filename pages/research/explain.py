"""Explain: why a forecast says what it says, and whether its reasons hold."""

import streamlit as st

from core.runtime import shared_runtime
from pages.components.choices import choice, sample_note
from pages.components.explain_many import feature_view, general_view, groups_view, time_view
from pages.components.explain_one import forecast_view, second_view, what_if_view
from pages.components.explain_picking import edge_line, pick_subject

VIEWS = {
    "This forecast": forecast_view,
    "What if": what_if_view,
    "Second opinion": second_view,
    "In general": general_view,
    "One feature": feature_view,
    "Over time": time_view,
    "Groups": groups_view,
}

chosen = choice()
st.title("Explain")
st.caption(
    "Every forecast can be questioned: what pushed it, what would have changed it, whether a second method agrees, and whether the "
    "reasons are the same as last month's."
)
sample_note(chosen, shared_runtime())
subject = pick_subject(chosen)
edge_line(subject)
shown = st.segmented_control(
    "Question", list(VIEWS), default="This forecast", required=True, key="explain_view", bind="query-params",
    label_visibility="collapsed",
)  # fmt: skip
VIEWS[shown or "This forecast"](subject)
