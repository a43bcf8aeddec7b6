"""The intervals of the steps, changed where they are looked at."""

import streamlit as st

from core.changes import change_settings
from core.errors import SettingsError
from core.records import Step
from core.runtime import Runtime
from core.settings import AutopilotSettings
from pages.components.login import doer

FIELDS = {
    Step.COLLECT: ("collection_seconds", "Collect every … s"),
    Step.PREDICT: ("prediction_seconds", "Forecast every … s"),
    Step.SIGNALS: ("signal_seconds", "Decide every … s"),
    Step.TRADE: ("trade_seconds", "Execute every … s"),
}
"""Step → setting and label."""


def intervals(runtime: Runtime) -> None:
    """A popover with one number a step; what is saved holds from the next turn on."""
    with st.popover("Intervals", icon=":material/timer:", width="stretch", help="How often each step comes."):
        now = runtime.settings.autopilot
        with st.form("autopilot_intervals", border=False):
            asked = {
                name: st.number_input(
                    label, 5, 86_400, getattr(now, name), 5, key=f"autopilot_every_{name}",
                    help=AutopilotSettings.model_fields[name].description,
                )
                for name, label in FIELDS.values()
            }  # fmt: skip
            saved = st.form_submit_button("Save", type="primary", width="stretch")
        st.page_link("pages/system/settings.py", label="All settings", icon=":material/tune:")
        if saved:
            _save(runtime, {name: value for name, value in asked.items() if value != getattr(now, name)})


def _save(runtime: Runtime, changed: dict[str, int]) -> None:
    try:
        change_settings(runtime, doer(runtime), {"autopilot": changed})
    except SettingsError as err:
        st.error(str(err), icon=":material/error:", title="Nothing was saved")
        return
    stronger = [name for name, value in changed.items() if getattr(runtime.settings.autopilot, name) != value]
    if stronger:
        st.warning(
            f"Saved, but the environment or .env says otherwise and wins: {', '.join(stronger)}.",
            icon=":material/warning:",
        )
        return
    st.toast("Saved: it holds from the next turn on." if changed else "Nothing had changed.")
    st.rerun()
