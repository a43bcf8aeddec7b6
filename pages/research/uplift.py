"""Uplift: is the AI worth it? The book against the same cycles without one of their parts."""

import streamlit as st

from core.views.uplift import NO_SHADOWS
from pages.components.numbers import numbers
from pages.components.uplift_parts import as_text, shadows_table, uplift_figures, verdicts
from pages.components.uplift_reads import book_worlds, uplift_of

st.title("Is the AI worth it?")
st.caption(
    "Beside the paper book live shadows of it: the same cycles without the language model, without sentiment, without the "
    "agent, with equal weights, and plain buy and hold. What the book makes beyond a shadow is what the missing part is worth."
)
known = book_worlds()
world = (
    st.selectbox(
        "Book", known, key="uplift_world", bind="query-params",
        help="One book for each clock: live data, each era of the sample, each imported file.",
    )
    if known
    else None
)  # fmt: skip
view = uplift_of(world) if world else None
if view is None:
    st.info(NO_SHADOWS, icon=":material/lightbulb:")
    st.page_link("pages/trading/cycle.py", label="Run a cycle", icon=":material/play_circle:")
    st.stop()
numbers(view.numbers)
if view.apart:
    st.warning(as_text(view.apart), icon=":material/history:")
uplift_figures(view)
st.subheader("Part by part")
verdicts(view)
shadows_table(view.table)
st.caption(view.note)
