"""The end of a cycle in words and four numbers."""

import streamlit as st

from core.records import Verdict
from core.views import Passport
from core.views.in_words import markdown
from pages.components.numbers import numbers

_BOX = {
    Verdict.ORDERED: ("Order sent", st.success, ":material/check_circle:"),
    Verdict.DENIED: ("Denied by the risk rules", st.warning, ":material/gpp_bad:"),
    Verdict.NO_TRADE: ("No trade", st.info, ":material/pause_circle:"),
    Verdict.FAILED: ("The cycle failed", st.error, ":material/error:"),
}

_CONTAMINATED = (
    "The moment lies before the knowledge cut-off of the language model, or the cut-off is not known: it may remember what "
    "followed. Such decisions are reported apart and count in no headline."
)


def verdict_card(view: Passport, link: bool = False) -> None:
    """Verdict with its reason; a link to the passport when asked."""
    title, box, icon = _BOX[view.verdict]
    box(view.words, title=title, icon=icon)
    if view.note:
        st.caption(f":material/inventory_2: {view.note}")
    st.caption(f":material/forum: {markdown(view.llm)}")
    if view.report.llm is not None and view.report.llm.contaminated:
        st.badge("contaminated", color="orange", icon=":material/history:", help=_CONTAMINATED)
    numbers(view.numbers[:4])
    if link:
        st.page_link(
            "pages/trading/passport.py",
            label="Open the trade passport",
            icon=":material/badge:",
            query_params={"cycle": view.report.id},
        )


def order_story(view: Passport) -> None:
    """The order, its fill and how it ended, in sentences."""
    for sentence in view.story:
        st.markdown(f"- {sentence}")
