"""The autopilot as it stands now, drawn again every few seconds."""

import streamlit as st

from core.runtime import Runtime
from core.views.autopilot import AutopilotView
from pages.components.autopilot_night import night_card
from pages.components.autopilot_reads import autopilot_now
from pages.components.autopilot_steps import step_cards
from pages.components.autopilot_tables import assets_table
from pages.components.numbers import numbers

EVERY = 2.0
"""Seconds between two looks."""


@st.fragment(run_every=EVERY)
def live(runtime: Runtime, drawn: str) -> None:
    """State, numbers, assets, steps and nights; `drawn`: the mark of what the rest of the page shows.

    Where somebody switched, halted or released it in another tab, the whole page is drawn again.
    """
    view = autopilot_now()
    if view.mark != drawn:
        st.rerun()
    _state(view)
    if view.numbers:
        numbers(view.numbers)
    st.subheader("Assets", help="Each as its last cycle left it; open positions come first in each round.")
    if view.stands_in:
        st.info(view.stands_in, icon=":material/cloud_off:")
    if view.assets:
        assets_table(view)
    else:
        st.info(
            "Name the assets above and switch it on; the first round begins at once.",
            icon=":material/lightbulb:",
        )
    st.subheader("Steps", help="A turn that comes while the last one is under way is left out, not piled up.")
    step_cards(runtime, view)
    if view.nights is not None:
        st.subheader("Every night", help="At 00:00 UTC, on threads of their own: no trade waits for them.")
        night_card(view.nights)


def _state(view: AutopilotView) -> None:
    badge = ":green-badge[RUNNING]" if view.running else ":gray-badge[OFF]"
    if view.halted:
        badge += " :red-badge[HALTED]"
    with st.container(border=True):
        st.markdown(f"{badge} {view.words}")
        for book in view.halted:
            st.error(
                f"**{book.world}** opens nothing until it is released. {book.reason}",
                icon=":material/pan_tool:",
            )
        if view.resumed:
            st.markdown(f":material/power: {view.resumed}")
        if view.seen is not None:
            st.caption(f"Last turn: {view.seen:%Y-%m-%d %H:%M:%S} UTC.")
