"""Alerts: what happened that a person should know of."""

import streamlit as st

from core.alerts.watching import sender_of
from core.records import Severity
from core.runtime import shared_runtime
from core.store.alerts import mark_all_read
from core.views.alerts import inbox_frame, inbox_words

COLUMNS = {
    "New": st.column_config.CheckboxColumn(width="small", help="Not marked as read yet."),
    "Severity": st.column_config.TextColumn(help="info, warning or critical."),
    "Words": st.column_config.TextColumn(width="large"),
    "Happened": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm", timezone="UTC", help="In the clock of its world, UTC."),
    "Noticed": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm:ss", timezone="UTC", help="UTC."),
    "Sent": st.column_config.DatetimeColumn(format="HH:mm:ss", timezone="UTC", help="When the message left; empty: kept here only."),
}  # fmt: skip

runtime = shared_runtime()
st.title("Alerts")
st.caption(inbox_words(runtime.bench))
sender = sender_of(runtime.bench)
row = st.container(horizontal=True)
if row.button("Mark all as read", key="alerts_read", icon=":material/done_all:"):
    runtime.store.write(mark_all_read())
if row.button(
    "Send a test", key="alerts_test", icon=":material/send:", disabled=sender is None,
    help="One message to every address, of the highest severity.",
) and sender is not None:  # fmt: skip
    sent = sender.send(Severity.CRITICAL, "Glassbox: test", "This is a test. Nothing has happened.")
    (st.success if sent else st.error)(
        "Delivered." if sent else "An address could not be reached; the log names the service."
    )


@st.fragment(run_every=10.0)
def inbox() -> None:
    """Redraw as alerts come in."""
    frame = inbox_frame(runtime.bench)
    if frame.empty:
        st.info(
            "Nothing has happened yet. Trades, breakers, failing sources and jobs will stand here.",
            icon=":material/inbox:",
        )
    else:
        st.dataframe(frame, column_config=COLUMNS, hide_index=True, key="alerts_table")


inbox()
