"""Every risk check with its number and limit, and the state that the system was in."""

import streamlit as st

from core.charts.nearness import nearness_chart
from core.records import SystemState
from core.views import Passport, checks_frame
from pages.components.look import figure, look
from pages.components.tables import checks_table


def risk_of(view: Passport) -> None:
    """How near each limit was, then all of it in words."""
    decision = view.report.decision
    st.subheader(
        "Risk checks",
        help="Every rule is checked, also after the first that refuses; closing is always allowed.",
    )
    if decision is not None and decision.state is not SystemState.ACTIVE:
        st.warning(view.state, icon=":material/front_hand:")
    else:
        st.caption(f":material/power_settings_new: {view.state}")
    if decision is None or not decision.checks:
        st.info("No check was needed: nothing was proposed.")
        return
    figure(nearness_chart(decision.checks, look(), title=""), key="passport_nearness")
    checks_table(checks_frame(decision.checks))
