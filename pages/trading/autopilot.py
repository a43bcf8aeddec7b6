"""Autopilot: it trades by itself; see what it does, force a step, halt it, stop it."""

import streamlit as st

from core.runtime import shared_runtime
from pages.components.autopilot_live import live
from pages.components.autopilot_reads import autopilot_now
from pages.components.autopilot_switch import switch
from pages.components.choices import choice

runtime = shared_runtime()

st.title("Autopilot")
st.caption(
    "It collects, forecasts, decides and trades on paper at its own intervals, with the browser closed too, until it is "
    "switched off. Every decision has its passport; stops and targets are watched even when everything else fails."
)
view = autopilot_now()
switch(runtime, view, choice())
live(runtime, view.mark)
