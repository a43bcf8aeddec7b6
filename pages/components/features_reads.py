"""Cached reads of the features page: keyed by the store's revision."""

import streamlit as st

from core.records import Timeframe
from core.runtime import shared_runtime
from core.views.features import FeatureView, LeakVerdict
from core.views.features import feature_view as read_features
from core.views.features import leak_check as check_leaks
from pages.components.choices import Choice
from pages.components.reads import revision


@st.cache_data(max_entries=8, show_spinner="Computing features …")
def _features(symbol: str, timeframe: str, source: str, bars: int, at: int) -> FeatureView:
    return read_features(shared_runtime().bench, symbol, Timeframe(timeframe), source, bars)


def feature_view(chosen: Choice, bars: int) -> FeatureView:
    """Every feature of the chosen series."""
    return _features(chosen.symbol, chosen.timeframe.value, chosen.source, bars, revision())


@st.cache_data(max_entries=16, show_spinner="Taking away the future, then poisoning it …")
def _leaks(symbol: str, timeframe: str, source: str, seed: int, at: int) -> LeakVerdict:
    return check_leaks(shared_runtime().bench, symbol, Timeframe(timeframe), source, seed)


def leak_check(chosen: Choice, seed: int) -> LeakVerdict:
    """Whether any feature of the chosen series sees the future, at cuts drawn with that seed."""
    return _leaks(chosen.symbol, chosen.timeframe.value, chosen.source, seed, revision())
