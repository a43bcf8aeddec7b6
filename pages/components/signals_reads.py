"""Cached reads of the signals page."""

import pandas as pd
import streamlit as st

from core.records import MetaModel, SignalScan, Timeframe
from core.runtime import shared_runtime
from core.views.signals import last_scan, meta_models, weight_history
from pages.components.choices import Choice
from pages.components.reads import revision


@st.cache_data(max_entries=8, show_spinner=False)
def _scan(timeframe: str, source: str, at: int) -> SignalScan | None:
    return last_scan(shared_runtime().bench, timeframe, source)


def scan_of(chosen: Choice) -> SignalScan | None:
    """The last look at many assets over bars of this length and source."""
    return _scan(chosen.timeframe.value, chosen.source, revision())


@st.cache_data(max_entries=8, show_spinner=False)
def _weights(symbol: str, timeframe: Timeframe, world: str | None, at: int) -> pd.DataFrame:
    return weight_history(shared_runtime().bench, symbol, timeframe, world)


def weights_of(symbol: str, timeframe: Timeframe, world: str | None = None) -> pd.DataFrame:
    """Weights of the sources in the cycles of an asset; of the world of the newest one where none is named."""
    return _weights(symbol, timeframe, world, revision())


@st.cache_data(max_entries=8, show_spinner=False)
def _metas(symbol: str, at: int) -> tuple[MetaModel, ...]:
    return meta_models(shared_runtime().bench, symbol)


def metas_of(symbol: str) -> tuple[MetaModel, ...]:
    """Meta-models of an asset, the newest moment first."""
    return _metas(symbol, revision())
