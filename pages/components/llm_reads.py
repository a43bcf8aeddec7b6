"""Cached reads of the language model page."""

import pandas as pd
import streamlit as st

from core.runtime import shared_runtime
from core.views import llm_ledger as views
from pages.components.reads import revision


@st.cache_data(max_entries=8, show_spinner="Reading the calls …")
def _ledger(days: int, at: int) -> pd.DataFrame:
    return views.ledger(shared_runtime().bench, days)


def ledger(days: int) -> pd.DataFrame:
    """Every call of the last days."""
    return _ledger(days, revision())


@st.cache_data(max_entries=16, show_spinner=False)
def _spending(days: int, by: str, at: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    calls = ledger(days)
    return views.spending(calls, by), views.spending_table(calls, by)


def spending(days: int, by: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sums by group and use, and by group."""
    return _spending(days, by, revision())


@st.cache_data(max_entries=8, show_spinner=False)
def _hits(days: int, at: int) -> pd.DataFrame:
    return views.hit_rate(ledger(days))


def hits(days: int) -> pd.DataFrame:
    """Units from the record against units asked, over time."""
    return _hits(days, revision())


@st.cache_data(max_entries=32, show_spinner=False)
def exchange(call_id: str) -> views.SentAndSaid | None:
    """Prompt and answer of one call; they never change."""
    return views.exchange(shared_runtime().bench, call_id)
