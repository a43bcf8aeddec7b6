"""Cached reads of the life of models: keyed by the store's revision."""

import streamlit as st

from core.records import Timeframe
from core.runtime import shared_runtime
from core.views.model_life import LifeView, life_view
from core.views.tuning import TuningView, tuning_view
from pages.components.choices import Choice


@st.cache_data(max_entries=16, show_spinner="Reading the models …")
def _life(symbol: str, timeframe: str, at: int) -> LifeView:
    return life_view(shared_runtime().bench, symbol, Timeframe(timeframe))


def life(chosen: Choice) -> LifeView:
    """The models of a series with their checks and contests."""
    return _life(chosen.symbol, chosen.timeframe.value, shared_runtime().store.revision)


@st.cache_data(max_entries=16, show_spinner="Reading the tuning …")
def _tuning(symbol: str, timeframe: str, at: int) -> TuningView:
    return tuning_view(shared_runtime().bench, symbol, Timeframe(timeframe))


def tuning(chosen: Choice) -> TuningView:
    """The newest finished tuning of a series."""
    return _tuning(chosen.symbol, chosen.timeframe.value, shared_runtime().store.revision)
