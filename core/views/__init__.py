"""Answers to what a page, a notebook or the command line asks: one call, one record, nothing left to compute."""

from core.collect import FileReading
from core.views.backtest import BacktestView, backtest, backtests, strategy_choices
from core.views.compare import Comparison, comparable, comparison
from core.views.finding import find_symbols
from core.views.frames import checks_frame, headlines_frame, jobs_frame, models_frame
from core.views.health import Health, health, uptime
from core.views.importing import UploadPreview, import_upload, preview_upload
from core.views.market import OVERLAYS, PANELS, Market, known_symbols, market, next_moment, sample_span
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
    "Comparison",
    "Field",
    "FileReading",
    "Health",
    "Market",
    "News",
    "Number",
    "Overview",
    "Passport",
    "Section",
    "UploadPreview",
    "backtest",
    "backtests",
    "checks_frame",
    "comparable",
    "comparison",
    "cycles",
    "find_symbols",
    "headlines_frame",
    "health",
    "import_upload",
    "jobs_frame",
    "known_symbols",
    "last_job",
    "market",
    "models_frame",
    "news",
    "next_moment",
    "overview",
    "passport",
    "preview_upload",
    "sample_span",
    "secret_states",
    "setting_sections",
    "strategy_choices",
    "uptime",
]
