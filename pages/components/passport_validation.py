"""The second look at a proposed trade: verdict, size that stays, and the seven things that were judged."""

import streamlit as st

from core.charts.validation import validation_chart
from core.views import Passport
from core.views.in_words import second_look
from pages.components.look import figure, look

_BOX = {
    "approved": (st.success, ":material/verified:"),
    "shrunk": (st.warning, ":material/compress:"),
    "vetoed": (st.warning, ":material/block:"),
    "not validated": (st.warning, ":material/help:"),
}


def validation_of(view: Passport) -> None:
    """What a language model said of the trade, or why nobody was asked."""
    found = second_look(view.report)
    if found is None:
        return
    st.subheader(
        "Validation",
        help="A language model looks at an opening trade once more, by its numbers alone. It may approve, shrink or veto "
        "the trade; it can never enlarge it, place an order or hold up a closing.",
    )
    box, icon = _BOX.get(found.state, (st.info, ":material/info:"))
    box(found.words, title=found.title, icon=icon)
    if found.contaminated:
        st.badge("contaminated", icon=":material/history_edu:", color="orange",
                 help="The moment lies before the model's knowledge cut-off, or the cut-off is not known: it may remember what followed.")  # fmt: skip
    if not found.concerns:
        return
    for column, number in zip(st.columns(4), found.numbers, strict=False):
        column.metric(number.label, number.value, help=number.meaning, border=True)
    left, right = st.columns(2)
    with left:
        figure(validation_chart(found.concerns, look(), title=""), key="passport_validation")
    for topic, question, line in found.lines:
        right.markdown(f"**{topic}** {line}", help=question)
