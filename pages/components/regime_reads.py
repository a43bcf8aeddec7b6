"""The cached read of regimes and volatility."""

import streamlit as st

from core.records import Timeframe
from core.runtime import shared_runtime
from core.views.regimes import RegimesView
from core.views.regimes import regimes as read_regimes
from pages.components.choices import Choice
from pages.components.reads import revision


@st.cache_data(
    max_entries=8,
    show_spinner="Fitting regimes and volatility … (the very first time some ten seconds: the code is compiled)",
)
def _regimes(symbol: str, timeframe: str, source: str, at: int) -> RegimesView:
    return read_regimes(shared_runtime().bench, symbol, Timeframe(timeframe), source)


def regimes(chosen: Choice) -> RegimesView:
    """Regimes and volatility of the chosen series, by the bars at hand."""
    return _regimes(chosen.symbol, chosen.timeframe.value, chosen.source, revision())
