"""The providers of bars and news as the Health page shows them."""

import streamlit as st

from core import charts
from core.views import Health
from pages.components.look import figure, look

_TIME = "YYYY-MM-DD HH:mm:ss"


def providers_section(view: Health) -> None:
    """Each provider's state, its calls of the last day, and the bars in quarantine."""
    st.subheader(
        "Data sources",
        help="Bars in the order they are tried, then news. A provider that failed is left alone for a while.",
    )
    column = st.column_config
    st.dataframe(
        view.sources,
        hide_index=True,
        height="content",
        placeholder="–",
        column_config={
            "source": "Provider", "serves": "Serves", "state": column.TextColumn("State", width="medium"),
            "last_success": column.DatetimeColumn("Last success (UTC)", format=_TIME, timezone="UTC"),
            "last_failure": column.DatetimeColumn("Last failure (UTC)", format=_TIME, timezone="UTC"),
            "last_reason": column.TextColumn("Why it failed", width="medium"),
            "p50": column.NumberColumn("Median (s)", format="%.2f", help="Median time of an answer over the last two weeks."),
            "p95": column.NumberColumn("95 % (s)", format="%.2f", help="95 of 100 answers came faster."),
            "calls": column.NumberColumn("Calls", help="In the last two weeks."),
            "failed": "Failed",
            "left": column.TextColumn("Limit left", help="Questions that may still be asked; counted over restarts."),
        },
    )  # fmt: skip
    if len(view.calls):
        figure(charts.calls_chart(view.calls, look()), key="calls_chart")
    else:
        st.caption("No provider was asked in the last day.")
    if len(view.quarantine):
        st.markdown(
            "**Bars in quarantine**",
            help="Not used as served; the Market page lists them under «Trust and sources».",
        )
        st.dataframe(view.quarantine, hide_index=True)
