"""Cached reads: keyed by the store's revision, so a page reads again exactly when something was written."""

import pandas as pd
import streamlit as st

from core import views
from core.records import MonteCarloRequest, Timeframe
from core.runtime import Runtime, shared_runtime
from core.store import load
from core.views.search import SearchView
from core.views.search import search_view as read_search_view
from core.views.search import searches as finished_searches


def runtime() -> Runtime:
    """The running engine."""
    return shared_runtime()


def revision() -> int:
    """Number of commits so far; part of every cache key."""
    return shared_runtime().store.revision


@st.cache_data(max_entries=16, show_spinner=False)
def _overview(book_id: str | None, at: int) -> views.Overview:
    return views.overview(shared_runtime().bench, book_id)


def overview(book_id: str | None) -> views.Overview:
    """Book, equity, trades and last decisions."""
    return _overview(book_id, revision())


@st.cache_data(max_entries=16, show_spinner="Reading the cycle …")
def _passport(cycle_id: str, at: int) -> views.Passport:
    return views.passport(shared_runtime().bench, cycle_id)


def passport(cycle_id: str) -> views.Passport:
    """One cycle with its chart data and what became of its order."""
    return _passport(cycle_id, revision())


@st.cache_data(max_entries=16, show_spinner="Reading bars …")
def _market(symbol: str, timeframe: str, source: str, bars: int, at: int) -> views.Market:
    return views.market(shared_runtime().bench, symbol, Timeframe(timeframe), source, bars)


def market(symbol: str, timeframe: Timeframe, source: str, bars: int) -> views.Market:
    """Bars, indicators and quality of one series."""
    return _market(symbol, timeframe.value, source, bars, revision())


@st.cache_data(max_entries=16, show_spinner="Comparing …")
def _comparison(
    symbols: tuple[str, ...], timeframe: str, source: str, bars: int, at: int
) -> views.Comparison:
    return views.comparison(shared_runtime().bench, symbols, Timeframe(timeframe), source, bars)


def comparison(symbols: tuple[str, ...], timeframe: Timeframe, source: str, bars: int) -> views.Comparison:
    """Several assets side by side."""
    return _comparison(symbols, timeframe.value, source, bars, revision())


@st.cache_data(max_entries=16, show_spinner="Reading the backtest …")
def _backtest(backtest_id: str) -> views.BacktestView:
    return views.backtest(shared_runtime().bench, backtest_id)


def backtest(backtest_id: str) -> views.BacktestView:
    """One stored backtest."""
    return _backtest(backtest_id)


@st.cache_data(max_entries=4, show_spinner=False)
def _cycles(symbol: str | None, limit: int, at: int) -> pd.DataFrame:
    return views.cycles(shared_runtime().bench, symbol, limit)


def cycles(symbol: str | None = None, limit: int = 50) -> pd.DataFrame:
    """The newest cycles."""
    return _cycles(symbol, limit, revision())


@st.cache_data(max_entries=4, show_spinner=False)
def _health(at: int) -> views.Health:
    return views.health(shared_runtime().bench)


def health() -> views.Health:
    """The state of store, sources, models and stages."""
    return _health(revision())


@st.cache_data(max_entries=4, show_spinner=False)
def _backtests(at: int) -> pd.DataFrame:
    return views.backtests(shared_runtime().bench)


def backtests() -> pd.DataFrame:
    """The newest backtests."""
    return _backtests(revision())


@st.cache_data(max_entries=4, show_spinner="Reading the bars of the run …")
def backtest_bars(backtest_id: str) -> pd.DataFrame:
    """The bars that one stored backtest traded; they never change."""
    return views.backtest_bars(shared_runtime().bench, backtest_id)


@st.cache_data(max_entries=4, show_spinner="Writing the report …")
def backtest_html(backtest_id: str) -> str:
    """One stored backtest as an HTML file."""
    return views.backtest_html(shared_runtime().bench, backtest_id)


@st.cache_data(max_entries=8, show_spinner="Comparing …")
def _compared_runs(ids: tuple[str, ...], at: int) -> views.ComparedRuns:
    return views.compared_runs(shared_runtime().bench, ids)


def compared_runs(ids: tuple[str, ...]) -> views.ComparedRuns:
    """Several stored backtests beside each other, with the trials counted so far."""
    return _compared_runs(ids, revision())


@st.cache_data(max_entries=16, show_spinner=False)
def _monte_carlo_runs(backtest_id: str, at: int) -> dict[str, str]:
    return views.monte_carlo_runs(shared_runtime().bench, backtest_id)


def monte_carlo_runs(backtest_id: str) -> dict[str, str]:
    """Stored simulations of one backtest: id → words."""
    return _monte_carlo_runs(backtest_id, revision())


@st.cache_data(max_entries=4, show_spinner="Reading the run, finding its block length …")
def monte_carlo_source(backtest_id: str) -> views.SimulationSource:
    """A stored backtest made ready to be simulated."""
    return views.monte_carlo_source(shared_runtime().bench, backtest_id)


def monte_carlo_at_once(found: views.SimulationSource, request: MonteCarloRequest) -> bool:
    """Whether the page may wait for a simulation."""
    return views.monte_carlo_at_once(found, request)


@st.cache_data(
    max_entries=32,
    show_spinner="Drawing paths … (the very first time some ten seconds: the code is compiled)",
)
def monte_carlo(request: str) -> views.MonteCarloView:
    """Simulate; `request` is a MonteCarloRequest as JSON."""
    asked = load(MonteCarloRequest, request)
    return views.monte_carlo(monte_carlo_source(asked.backtest_id), asked)


@st.cache_data(max_entries=16, show_spinner="Reading the simulation …")
def stored_monte_carlo(simulation_id: str) -> views.MonteCarloView:
    """A simulation that a job stored."""
    return views.stored_monte_carlo(shared_runtime().bench, simulation_id)


@st.cache_data(max_entries=8, show_spinner="Reading the search …")
def search_view(run_id: str) -> SearchView:
    """One finished search; it never changes."""
    return read_search_view(shared_runtime().bench, run_id)


@st.cache_data(max_entries=4, show_spinner=False)
def _searches(at: int) -> pd.DataFrame:
    return finished_searches(shared_runtime().bench)


def searches() -> pd.DataFrame:
    """The newest finished searches."""
    return _searches(revision())
