"""Cached reads of the scorer's section."""

import streamlit as st

from core.runtime import shared_runtime
from core.views.scorer import ScorerView, Tried, scorer_view, try_sentence


@st.cache_data(max_entries=1, show_spinner="Measuring the scorer …")
def scorer() -> ScorerView:
    """The scorer's record on the shipped headlines; it never changes."""
    return scorer_view(shared_runtime().bench.lexicon)


@st.cache_data(max_entries=64, show_spinner=False)
def tried(text: str, symbol: str) -> Tried:
    """One sentence, read for one asset."""
    return try_sentence(shared_runtime().bench.lexicon, text, symbol)
