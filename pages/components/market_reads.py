"""Cached reads of the market page."""

import streamlit as st

from core.records import Timeframe
from core.runtime import shared_runtime
from core.views.market import Shapes
from core.views.market import market_shapes as read_shapes
from pages.components.reads import revision


@st.cache_data(max_entries=16, show_spinner="Looking for patterns …")
def _shapes(symbol: str, timeframe: str, source: str, bars: int, at: int) -> Shapes:
    return read_shapes(shared_runtime().bench, symbol, Timeframe(timeframe), source, bars)


def market_shapes(symbol: str, timeframe: Timeframe, source: str, bars: int) -> Shapes:
    """Chart patterns and price levels of one series."""
    return _shapes(symbol, timeframe.value, source, bars, revision())
