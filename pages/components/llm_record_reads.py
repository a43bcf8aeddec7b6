"""Cached reads of a language model's record."""

import streamlit as st

from core.runtime import shared_runtime
from core.views.llm_record import LlmRecordView, llm_record
from pages.components.reads import revision


@st.cache_data(max_entries=2, show_spinner="Scoring the forecasts whose horizons have ended …")
def _record(at: int) -> LlmRecordView:
    return llm_record(shared_runtime().bench)


def record() -> LlmRecordView:
    """Scores of every language model that was asked for forecasts."""
    return _record(revision())
