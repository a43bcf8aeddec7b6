"""Cached reads: keyed by the store's revision, so a page reads again exactly when something was written."""

import pandas as pd
import streamlit as st

from core import views
from core.records import NewsKind, Timeframe
from core.runtime import Runtime, shared_runtime
from core.store.news import Wanted
from pages.components.choices import Choice


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


@st.cache_data(max_entries=16, show_spinner="Reading the news …")
def _news(
    symbol: str,
    timeframe: str,
    source: str,
    text: str,
    kinds: tuple[str, ...],
    days: int,
    everything: bool,
    at: int,
) -> views.News:
    wanted = Wanted(text=text, kinds=tuple(NewsKind(kind) for kind in kinds), first_of_story=True)
    return views.news(shared_runtime().bench, symbol, Timeframe(timeframe), source, wanted, days, everything)


def news(chosen: Choice, text: str, kinds: tuple[str, ...], days: int, everything: bool) -> views.News:
    """Items about the chosen asset, mood and sources."""
    return _news(
        chosen.symbol, chosen.timeframe.value, chosen.source, text, kinds, days, everything, revision()
    )


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
