"""Cached reads of the Models page."""

import streamlit as st

from core.records import NullTestRun, PathRun, Timeframe
from core.runtime import shared_runtime
from core.views import models as views
from pages.components.choices import Choice
from pages.components.reads import revision


@st.cache_data(max_entries=8, show_spinner=False)
def _models(symbol: str, timeframe: str, source: str, at: int) -> views.ModelsView:
    return views.models_view(shared_runtime().bench, symbol, Timeframe(timeframe), source)


def models(chosen: Choice) -> views.ModelsView:
    """The champions of the chosen series with what may be said of them."""
    return _models(chosen.symbol, chosen.timeframe.value, chosen.source, revision())


@st.cache_data(max_entries=16, show_spinner="Reading the scored forecasts …")
def model_curves(model_id: str) -> views.ModelCurves | None:
    """Figures over time of one model; they never change."""
    return views.model_curves(shared_runtime().bench, model_id)


@st.cache_data(max_entries=8, show_spinner=False)
def _latest(symbol: str, timeframe: str, source: str, at: int) -> views.LatestForecasts | None:
    return views.latest_forecasts(shared_runtime().bench, symbol, Timeframe(timeframe), source)


def latest_forecasts(chosen: Choice) -> views.LatestForecasts | None:
    """What the newest cycle of the chosen series forecast."""
    return _latest(chosen.symbol, chosen.timeframe.value, chosen.source, revision())


@st.cache_data(max_entries=16, show_spinner=False)
def _null_test(symbol: str, timeframe: str, horizon: str, at: int) -> NullTestRun | None:
    return views.null_test(shared_runtime().bench, symbol, Timeframe(timeframe), horizon)


def null_test(chosen: Choice, horizon: str) -> NullTestRun | None:
    """The newest null test of the chosen series."""
    return _null_test(chosen.symbol, chosen.timeframe.value, horizon, revision())


@st.cache_data(max_entries=16, show_spinner=False)
def _path_run(symbol: str, timeframe: str, horizon: str, at: int) -> PathRun | None:
    return views.path_run(shared_runtime().bench, symbol, Timeframe(timeframe), horizon)


def path_run(chosen: Choice, horizon: str) -> PathRun | None:
    """The newest combinatorial cross-validation of the chosen series."""
    return _path_run(chosen.symbol, chosen.timeframe.value, horizon, revision())
