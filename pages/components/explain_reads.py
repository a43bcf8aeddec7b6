"""Cached reads of the explain page."""

from datetime import datetime

import streamlit as st

from core.explain import ProbabilityShares
from core.pipeline.explaining_seeds import SeedAgreement
from core.runtime import shared_runtime
from core.views.explain import (
    Explained,
    StoredForecast,
    explain_cycles,
    explain_models,
    explained,
    stored_forecast,
)
from core.views.explain_asking import SecondOpinion, in_probability, second_opinion, seed_check
from pages.components.choices import Choice
from pages.components.reads import revision


@st.cache_data(max_entries=16, show_spinner=False)
def _models(chosen: Choice, at: int) -> dict[str, str]:
    return explain_models(shared_runtime().bench, chosen.symbol, chosen.timeframe, chosen.source)


def models_of(chosen: Choice) -> dict[str, str]:
    """Horizon → newest model of the chosen series."""
    return _models(chosen, revision())


@st.cache_data(max_entries=16, show_spinner=False)
def _cycles_of(chosen: Choice, at: int) -> dict[str, datetime]:
    return explain_cycles(shared_runtime().bench, chosen.symbol, chosen.timeframe)


def cycles_of(chosen: Choice) -> dict[str, datetime]:
    """Cycles of the chosen series, newest first: id → moment."""
    return _cycles_of(chosen, revision())


@st.cache_data(max_entries=16, show_spinner="Reading the cycle …")
def stored(cycle_id: str, horizon: str) -> StoredForecast | None:
    """One horizon's forecast of a stored cycle; it never changes."""
    return stored_forecast(shared_runtime().bench, cycle_id, horizon)


@st.cache_data(
    max_entries=6,
    show_spinner="Asking the model about every bar … (the very first time some ten seconds: the code is compiled)",
)
def _explained(model_id: str, rows: int, until: datetime | None, at: int) -> Explained:
    return explained(shared_runtime().bench, model_id, rows, until)


def explained_bars(model_id: str, rows: int, until: datetime | None = None) -> Explained:
    """The last bars up to a moment, forecast and explained."""
    return _explained(model_id, rows, until, revision())


@st.cache_data(max_entries=16, show_spinner="Fitting LIME around this forecast, five times …")
def _second_opinion(
    model_id: str, moment: datetime, target: str, row: int, _view: Explained
) -> SecondOpinion:
    return second_opinion(shared_runtime().bench, _view, row, target)


def lime_of(view: Explained, row: int, target: str) -> SecondOpinion:
    """LIME beside SHAP for one forecast."""
    return _second_opinion(view.rows.row.id, view.closed_at(row), target, row, view)


@st.cache_data(max_entries=16, show_spinner="Asking the model about thousands of mixtures …")
def _in_probability(
    model_id: str, moment: datetime, target: str, row: int, _view: Explained
) -> ProbabilityShares:
    return in_probability(shared_runtime().bench, _view, row, target)


def probability_of(view: Explained, row: int, target: str) -> ProbabilityShares:
    """Contributions to the calibrated probability of one forecast."""
    return _in_probability(view.rows.row.id, view.closed_at(row), target, row, view)


@st.cache_data(
    max_entries=16, show_spinner="Training the models again with five seeds; about half a minute …"
)
def _seed_check(model_id: str, moment: datetime, target: str, _view: Explained) -> SeedAgreement:
    return seed_check(shared_runtime().bench, _view, target)


def seeds_of(view: Explained, target: str) -> SeedAgreement:
    """Importances of five models that differ in their seed only."""
    return _seed_check(view.rows.row.id, view.closed_at(-1), target, view)
