"""The switch of the autopilot, and what it shall trade."""

import streamlit as st

from core.errors import GlassboxError
from core.runtime import Runtime
from core.views.autopilot import AutopilotView
from pages.components.autopilot_halt import halt_button
from pages.components.autopilot_intervals import intervals
from pages.components.choices import Choice
from pages.components.frame import explain
from pages.components.login import doer


def switch(runtime: Runtime, view: AutopilotView, chosen: Choice) -> None:
    """On or off with its assets, HALT or release, and how often each step comes."""
    if not view.running:
        _off(runtime, view, chosen)
    columns = st.columns([2, 2, 2] if view.running else [2, 2])
    if view.running and columns[0].button(
        "Switch off", key="autopilot_off", icon=":material/stop:", width="stretch",
        help="No further step begins; what is under way ends. What is held is guarded again when it is on.",
    ):  # fmt: skip
        runtime.switch_off(*doer(runtime))
        st.rerun()
    with columns[-2]:
        halt_button(runtime, view)
    with columns[-1]:
        intervals(runtime)


def _off(runtime: Runtime, view: AutopilotView, chosen: Choice) -> None:
    last = view.state
    known = last.assets if last else runtime.settings.autopilot.assets or (chosen.symbol,)
    with st.form("autopilot_form", border=True):
        left, right = st.columns([4, 1], vertical_alignment="bottom")
        text = left.text_input(
            "Assets", ", ".join(known), key="autopilot_assets", placeholder="BTC-USD, ETH-USD, AAPL",
            help="Separated by commas, e.g. BTC-USD, ETH-USD, AAPL. Timeframe and source are those of the sidebar.",
        )  # fmt: skip
        pressed = right.form_submit_button(
            "Switch on", type="primary", icon=":material/play_arrow:", width="stretch"
        )
        st.caption(
            f"It will trade **{chosen.timeframe.value}** bars from **{chosen.source}**, on paper only."
        )
    if pressed:
        names = [name.strip() for name in text.split(",") if name.strip()]
        try:
            runtime.switch_on(*doer(runtime), names, chosen.timeframe.value, chosen.source)
        except GlassboxError as err:
            explain(err)
            return
        st.rerun()
