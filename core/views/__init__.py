"""Answers to what a page, a notebook or the command line asks: one call, one record, nothing left to compute."""

from core.views.backtest import BacktestView, backtest, backtests, strategy_choices
from core.views.frames import checks_frame, headlines_frame, jobs_frame, models_frame
from core.views.health import Health, health, uptime
from core.views.market import OVERLAYS, PANELS, Market, known_symbols, market, next_moment, sample_span
from core.views.number import Number
from core.views.overview import Overview, cycles, overview
from core.views.passport import Passport, passport
from core.views.preferences import Field, Section, secret_states, setting_sections
from core.views.work import STAGE_NAMES, last_job

__all__ = [
    "OVERLAYS",
    "PANELS",
    "STAGE_NAMES",
    "BacktestView",
    "Field",
    "Health",
    "Market",
    "Number",
    "Overview",
    "Passport",
    "Section",
    "backtest",
    "backtests",
    "checks_frame",
    "cycles",
    "headlines_frame",
    "health",
    "jobs_frame",
    "known_symbols",
    "last_job",
    "market",
    "models_frame",
    "next_moment",
    "overview",
    "passport",
    "sample_span",
    "secret_states",
    "setting_sections",
    "strategy_choices",
    "uptime",
]
