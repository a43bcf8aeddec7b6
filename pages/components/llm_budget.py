"""What a run may cost for the language model, under the button that starts it."""

import streamlit as st

from core.runtime import shared_runtime
from core.views.llm_estimate import CycleEstimate, cycle_estimate
from pages.components.choices import Choice
from pages.components.llm_text import as_text
from pages.components.reads import revision


@st.cache_data(max_entries=16, show_spinner=False)
def _estimate(chosen: Choice, settings: str, at: int) -> CycleEstimate:
    return cycle_estimate(shared_runtime().bench, chosen.symbol, chosen.timeframe, chosen.source)


def budget_line(chosen: Choice) -> None:
    """One line; a warning where the budget would not hold all of the run."""
    found = _estimate(chosen, shared_runtime().settings.llm.model_dump_json(), revision())
    if not found.words:
        return
    if found.within:
        st.caption(as_text(found.words))
    else:
        st.warning(as_text(found.words), icon=":material/savings:")
