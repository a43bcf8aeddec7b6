"""The daily reports."""

import json
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse, PlainTextResponse
from pydantic import BaseModel

from core.api.routes.engine import Engine
from core.api.schemas import Limit, Offset, Page
from core.api.shared_answers import SharedRoute
from core.records import DailyReport
from core.store import dump

reading = APIRouter(tags=["reports"], route_class=SharedRoute)
Day = Annotated[date, Path(description="YYYY-MM-DD, UTC.", examples=["2026-01-05"])]


class Markdown(PlainTextResponse):
    """Text that says what it is."""

    media_type = "text/markdown"


class ReportRow(BaseModel):
    """A daily report in a list."""

    day: date
    written_at: datetime
    assets: list[str]
    words: str
    """Its summary."""
    by: str
    """The language model that wrote it; empty: the program's own template."""


class ReportOut(ReportRow):
    """A daily report with everything in it."""

    report: dict[str, Any]
    """Facts of the day, assets, books and sources."""


@reading.get("/reports")
def get_reports(engine: Engine, limit: Limit = 50, offset: Offset = 0) -> Page[ReportRow]:
    """Daily reports, newest day first."""
    from core.views.reports import report_lines

    lines, total = report_lines(engine.bench, limit, offset)
    rows = [
        ReportRow(
            day=line.day, written_at=line.written_at, assets=list(line.assets), words=line.words, by=line.by
        )
        for line in lines
    ]
    return Page(items=rows, total=total, limit=limit, offset=offset)


@reading.get("/reports/{day}.md", response_class=Markdown)
def get_report_markdown(day: Day, engine: Engine) -> Markdown:
    """One report as Markdown."""
    from core.views.reports import markdown, report_view

    return Markdown(markdown(report_view(engine.bench, day)))


@reading.get("/reports/{day}.html", response_class=HTMLResponse)
def get_report_html(day: Day, engine: Engine) -> HTMLResponse:
    """One report as an HTML file that needs no network."""
    from core.views.reports import html, report_view

    named = {"Content-Disposition": f'attachment; filename="glassbox-{day}.html"'}
    return HTMLResponse(html(report_view(engine.bench, day)), headers=named)


@reading.get("/reports/{day}")
def get_report(day: Day, engine: Engine) -> ReportOut:
    """One report with all its numbers."""
    from core.views.reports import report_view

    report = report_view(engine.bench, day).report
    told: dict[str, Any] = json.loads(dump(DailyReport, report))
    return ReportOut(
        day=report.day, written_at=report.written_at, assets=list(dict.fromkeys(a.symbol for a in report.assets)),
        words=report.told.words, by=report.told.by, report=told,
    )  # fmt: skip
