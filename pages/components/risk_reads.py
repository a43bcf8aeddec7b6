"""Cached reads of the risk page, one for each figure."""

import streamlit as st

from core.pipeline.run import Workbench
from core.records import Book, CheckTally, VarMethod
from core.runtime import shared_runtime
from core.store.books import read_book
from core.views.risk import RiskView, risk_view
from core.views.risk_binding import binding_checks
from core.views.risk_tail import BookTail, VarHistory, book_tail, var_history
from pages.components.reads import revision


@st.cache_data(max_entries=8, show_spinner=False)
def _risk(book_id: str | None, settings: str, at: int) -> RiskView:
    return risk_view(shared_runtime().bench, book_id)


def risk_of(book_id: str | None) -> RiskView:
    """State, exposure, limits and drawdown of a book."""
    return _risk(book_id, _settings(), revision())


@st.cache_data(max_entries=8, show_spinner="Reading what the positions did in the past …")
def _tail(book_id: str, settings: str, at: int) -> BookTail:
    return book_tail(*_book(book_id))


def tail_of(book_id: str) -> BookTail:
    """Value at risk, correlations, contributions and stress."""
    return _tail(book_id, _settings(), revision())


@st.cache_data(max_entries=16, show_spinner="Holding the method against the past …")
def _history(book_id: str, method: VarMethod, settings: str, at: int) -> VarHistory:
    return var_history(*_book(book_id), method)


def history_of(book_id: str, method: VarMethod) -> VarHistory:
    """One method's VaR against what followed."""
    return _history(book_id, method, _settings(), revision())


@st.cache_data(max_entries=8, show_spinner=False)
def _binding(book_id: str, at: int) -> tuple[CheckTally, ...]:
    return binding_checks(shared_runtime().bench, book_id)


def binding_of(book_id: str) -> tuple[CheckTally, ...]:
    """Which checks refused lately, or were nearest to their limit."""
    return _binding(book_id, revision())


def _settings() -> str:
    """Limits may change without a commit."""
    settings = shared_runtime().settings
    return settings.risk.model_dump_json() + settings.costs.model_dump_json()


def _book(book_id: str) -> tuple[Workbench, Book]:
    bench = shared_runtime().bench
    return bench, read_book(bench.store, book_id)
