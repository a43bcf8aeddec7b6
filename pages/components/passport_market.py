"""The market as a decision saw it, what its order did, and what became of it."""

import streamlit as st

from core import charts
from core.views import Passport
from pages.components.look import figure, look
from pages.components.passport_gates import outcome_of
from pages.components.verdict import order_story


def market_of(view: Passport) -> None:
    """Chart at the decision with levels and patterns, the story of the order, and the outcome."""
    st.subheader(
        "The market at the decision",
        help="Bars up to the decision, the levels that the order carries, chart patterns confirmed by then, and support and "
        "resistance as known then.",
    )
    show_after = st.toggle(
        "Show what happened next", key="passport_after", help="Bars that the cycle could not see."
    )
    figure(
        charts.decision_chart(
            view.bars, view.report, after=view.after if show_after else None, look=look(), title="",
            patterns=view.patterns, levels=view.levels,
        ),
        key="passport_chart",
    )  # fmt: skip
    order_story(view)
    outcome_of(view)
