"""Cached reads of the passport: what was searched for later, and what became of the decision."""

import pandas as pd
import streamlit as st

from core.records.ledgers import TradeOutcome
from core.runtime import shared_runtime
from core.views.flip import FlipView, stored_flip
from core.views.passport import became, calls_of
from core.views.passport import passport as read_passport
from pages.components.reads import revision


@st.cache_data(max_entries=16, show_spinner=False)
def _flip(cycle_id: str, at: int) -> FlipView | None:
    return stored_flip(shared_runtime().bench, cycle_id)


def flip_found(cycle_id: str) -> FlipView | None:
    """The flip of a decision; None until somebody has searched for it."""
    return _flip(cycle_id, revision())


@st.cache_data(
    max_entries=16,
    show_spinner="Looking at what followed … (the very first time some seconds: the code is compiled)",
)
def _became(cycle_id: str, at: int) -> TradeOutcome:
    return became(shared_runtime().bench, cycle_id)


def outcome_found(cycle_id: str) -> TradeOutcome:
    """What became of a decision, or what the trade that it stopped would have made."""
    return _became(cycle_id, revision())


@st.cache_data(max_entries=16, show_spinner=False)
def _calls(cycle_id: str, at: int) -> pd.DataFrame:
    bench = shared_runtime().bench
    return calls_of(bench, read_passport(bench, cycle_id).report)


def calls_found(cycle_id: str) -> pd.DataFrame:
    """Every question to a language model in one cycle."""
    return _calls(cycle_id, revision())
