"""Answers to what a page, a notebook or the command line asks: one call, one record, nothing left to compute."""

from core.collect import FileReading
from core.pipeline.monte_carlo import SimulationSource
from core.pipeline.sample_clock import next_moment
from core.views.backtest import (
    BacktestView,
    ComparedRuns,
    backtest,
    backtest_bars,
    backtests,
    compared_runs,
    strategy_choices,
)
from core.views.backtest_export import backtest_html, trades_csv
from core.views.compare import Comparison, comparable, comparison
from core.views.finding import find_symbols
from core.views.forecast_cards import ForecastCard, forecast_cards
from core.views.frames import checks_frame, headlines_frame, jobs_frame, models_frame
from core.views.health import Health, health, uptime
from core.views.importing import UploadPreview, import_upload, preview_upload
from core.views.market import OVERLAYS, PANELS, Market, known_symbols, market, sample_span
from core.views.monte_carlo import (
    MonteCarloView,
    monte_carlo,
    monte_carlo_at_once,
    monte_carlo_runs,
    monte_carlo_source,
    stored_monte_carlo,
)
from core.views.news import MOST as MOST_NEWS
from core.views.news import News, news
from core.views.number import Number
from core.views.overview import Overview, cycles, overview
from core.views.passport import Passport, passport
from core.views.preferences import Field, Section, secret_states, setting_sections
from core.views.work import STAGE_NAMES, last_job

__all__ = [
    "MOST_NEWS",
    "OVERLAYS",
    "PANELS",
    "STAGE_NAMES",
    "BacktestView",
    "ComparedRuns",
    "Comparison",
    "Field",
    "FileReading",
    "ForecastCard",
    "Health",
    "Market",
    "MonteCarloView",
    "News",
    "Number",
    "Overview",
    "Passport",
    "Section",
    "SimulationSource",
    "UploadPreview",
    "backtest",
    "backtest_bars",
    "backtest_html",
    "backtests",
    "checks_frame",
    "comparable",
    "compared_runs",
    "comparison",
    "cycles",
    "find_symbols",
    "forecast_cards",
    "headlines_frame",
    "health",
    "import_upload",
    "jobs_frame",
    "known_symbols",
    "last_job",
    "market",
    "models_frame",
    "monte_carlo",
    "monte_carlo_at_once",
    "monte_carlo_runs",
    "monte_carlo_source",
    "news",
    "next_moment",
    "overview",
    "passport",
    "preview_upload",
    "sample_span",
    "secret_states",
    "setting_sections",
    "stored_monte_carlo",
    "strategy_choices",
    "trades_csv",
    "uptime",
]
