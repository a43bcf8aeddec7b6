"""The switch of the autopilot, and what it shall trade."""

import streamlit as st

from core.records import Step
from core.runtime import Runtime
from pages.components.choices import Choice

WHO, ORIGIN = "owner", "page"
FORCED = {
    Step.COLLECT: ("Collect", ":material/download:", "Fetch bars and news of every asset now."),
    Step.PREDICT: (
        "Forecast",
        ":material/neurology:",
        "Make the forecasts of every asset now; stale models train.",
    ),
    Step.SIGNALS: ("Decide", ":material/rule:", "Run a whole cycle of every asset now."),
    Step.TRADE: (
        "Execute",
        ":material/swap_horiz:",
        "Look at open orders, stops and targets of the book now.",
    ),
}


def switch(runtime: Runtime, chosen: Choice) -> None:
    """On or off, its assets, and a button for each step."""
    state = runtime.autopilot.state
    if state is not None and state.running:
        _running(runtime)
    else:
        _stopped(runtime, chosen)


def _stopped(runtime: Runtime, chosen: Choice) -> None:
    last = runtime.autopilot.state
    known = last.assets if last else runtime.settings.autopilot.assets or (chosen.symbol,)
    with st.form("autopilot_form", border=False):
        left, right = st.columns([4, 1], vertical_alignment="bottom")
        text = left.text_input(
            "Assets", ", ".join(known), key="autopilot_assets",
            help="Separated by commas, e.g. BTC-USD, ETH-USD, AAPL. Timeframe and source are those of the sidebar.",
        )  # fmt: skip
        pressed = right.form_submit_button(
            "Switch on", type="primary", icon=":material/play_arrow:", width="stretch"
        )
    if pressed:
        names = [name.strip() for name in text.split(",") if name.strip()]
        runtime.switch_on(WHO, ORIGIN, names, chosen.timeframe.value, chosen.source)
        st.rerun()


def _running(runtime: Runtime) -> None:
    columns = st.columns([2, 1, 1, 1, 1])
    if columns[0].button("Switch off", key="autopilot_off", icon=":material/stop:", width="stretch",
                         help="No further step begins; what is under way ends."):  # fmt: skip
        runtime.switch_off(WHO, ORIGIN)
        st.rerun()
    for column, (step, (label, icon, meaning)) in zip(columns[1:], FORCED.items(), strict=True):
        if column.button(label, key=f"autopilot_{step.value}", icon=icon, width="stretch", help=meaning):
            jobs = runtime.autopilot.force(step, WHO, ORIGIN)
            st.toast(f"{label}: {len(jobs)} {'job' if len(jobs) == 1 else 'jobs'} submitted.")
