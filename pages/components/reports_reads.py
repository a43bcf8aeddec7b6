"""Cached reads of the reports page, one for each thing shown."""

from datetime import date

import plotly.graph_objects as go
import streamlit as st

from core.charts import Look
from core.runtime import shared_runtime
from core.views.reports import ReportView, html, markdown, report_days, report_view
from pages.components.reads import revision


@st.cache_data(max_entries=2, show_spinner=False)
def _days(at: int) -> tuple[date, ...]:
    return report_days(shared_runtime().bench)


def days_told() -> tuple[date, ...]:
    """Days that have a report, newest first."""
    return _days(revision())


@st.cache_data(max_entries=8, show_spinner="Reading the report …")
def _report(day: date, at: int) -> ReportView:
    return report_view(shared_runtime().bench, day)


def report_of(day: date) -> ReportView:
    """One report."""
    return _report(day, revision())


@st.cache_data(max_entries=64, show_spinner=False)
def _market_figure(day: date, written: str, number: int, look: Look) -> go.Figure:
    return report_of(day).assets[number].market_figure(look)


def market_figure(view: ReportView, number: int, look: Look) -> go.Figure:
    """The day's bars of one asset in their context."""
    return _market_figure(view.report.day, _written(view), number, look)


@st.cache_data(max_entries=64, show_spinner=False)
def _forecast_figure(day: date, written: str, number: int, look: Look) -> go.Figure:
    return report_of(day).assets[number].forecast_figure(look)


def forecast_figure(view: ReportView, number: int, look: Look) -> go.Figure:
    """Where the last forecasts of the day saw the price go."""
    return _forecast_figure(view.report.day, _written(view), number, look)


def report_markdown(view: ReportView) -> bytes:
    """The report as a Markdown file."""
    return markdown(view).encode()


def report_html(view: ReportView) -> bytes:
    """The report as an HTML file."""
    return html(view).encode()


def _written(view: ReportView) -> str:
    """A report written again has other figures."""
    return view.report.written_at.isoformat()
