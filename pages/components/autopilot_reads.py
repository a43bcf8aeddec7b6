"""The cached read of the autopilot's page."""

from datetime import datetime

import streamlit as st

from core.runtime import shared_runtime
from core.views.autopilot import AutopilotView, autopilot_view
from pages.components.reads import revision


@st.cache_data(max_entries=4, show_spinner=False)
def _view(
    turns: tuple[tuple[str, datetime], ...], busy: tuple[str, ...], settings: str, at: int
) -> AutopilotView:
    runtime = shared_runtime()
    return autopilot_view(runtime.bench, runtime.autopilot.state, dict(turns), runtime.jobs.active())


def autopilot_now() -> AutopilotView:
    """State, books, steps, assets and nights; read anew when something was stored, planned or submitted."""
    runtime = shared_runtime()
    turns = tuple(sorted(runtime.schedule.next_turns().items()))
    busy = tuple(sorted(job.id for job in runtime.jobs.active()))
    return _view(turns, busy, runtime.settings.autopilot.model_dump_json(), revision())
