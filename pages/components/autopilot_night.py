"""The night's work: when it comes next, and what it last brought."""

import streamlit as st

from core.views.autopilot_nights import NightView, NightWork
from pages.components.work import job_badge


def night_card(view: NightView) -> None:
    """A line for each work, which wraps where there is no room."""
    coming = f"Next: {view.next_at:%Y-%m-%d %H:%M} UTC. " if view.next_at else ""
    st.caption(f"{coming}{view.words}")
    with st.container(border=True):
        for work in view.works:
            _line(work)


def _line(work: NightWork) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{work.name}**", width="content", help=work.meaning)
        if not work.on:
            st.badge("off", color="gray", help="Switched off in the settings, under Autopilot.")
        if work.last is not None:
            job_badge(work.last)
    st.caption(work.words)
