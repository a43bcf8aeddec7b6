"""How the size of an order came about."""

import streamlit as st

from core.charts.sizing import sizing_chart
from core.views import Passport
from pages.components.look import figure, look


def sizing_of(view: Passport) -> None:
    """Every bound with its arithmetic; what to expect where no position was to be opened."""
    decision = view.report.decision
    if decision is None:
        return
    st.subheader(
        "Size",
        help="Every bound allows a largest share of equity; the smallest one wins, and the quantity is rounded down to whole lots.",
    )
    sizing = decision.proposal.sizing
    if sizing is None:
        st.info("No position was to be opened, so no size was worked out.", icon=":material/info:")
        return
    figure(sizing_chart(sizing, look(), title=""), key="passport_sizing")
    for cap in sizing.caps:
        st.markdown(
            f"- {'**' if cap.name == sizing.bound else ''}{cap.meaning}{'**' if cap.name == sizing.bound else ''}"
        )
