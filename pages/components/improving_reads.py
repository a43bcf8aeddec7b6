"""Cached reads of what the nights did: keyed by the store's revision."""

import streamlit as st

from core.records import Timeframe
from core.runtime import shared_runtime
from core.views.improving import ImprovingView, improving_view
from pages.components.choices import Choice
from pages.components.reads import revision


@st.cache_data(max_entries=8, show_spinner="Reading what the nights did …")
def _improving(symbol: str, timeframe: str, at: int) -> ImprovingView:
    return improving_view(shared_runtime().bench, symbol, Timeframe(timeframe))


def improving(chosen: Choice) -> ImprovingView:
    """The daily optimisations of a series with their challengers."""
    return _improving(chosen.symbol, chosen.timeframe.value, revision())
