"""A daily report as one HTML file with its figures."""

import html
from collections.abc import Callable
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from core.charts import Look
from core.report.page import Block, Cards, Figure, Heading, Part, Table, html_page

if TYPE_CHECKING:
    from core.views.number import Number
    from core.views.report_assets import AssetSection
    from core.views.report_tables import TextTable
    from core.views.reports import BookSection, ReportView


def day_page(view: "ReportView") -> str:
    """The whole file; every text in it is escaped."""
    blocks = [
        *(_book(book) for book in view.books),
        *(_asset(asset) for asset in view.assets),
        Block("Sources", [_table(view.sources)]),
        Block("How to read this", [
            "Every number was computed by the program from what it had stored when the day ended. Paper trading; no advice. "
            "Limits are those of the settings when this was written."
        ]),
    ]  # fmt: skip
    return html_page(view.title, _lead(view), blocks)


def _lead(view: "ReportView") -> str:
    cells = _cards(view.numbers)
    return (
        f"<h1>{html.escape(view.title)}</h1><p>{html.escape(view.words)}</p>"
        f'<p class="quiet">{html.escape(view.written)}</p>{cells.html()}'
    )


def _book(book: "BookSection") -> Block:
    words = [book.words] if book.words else []
    return Block(book.title, [*words, _cards(book.numbers), _table(book.checks)])


def _asset(asset: "AssetSection") -> Block:
    parts: list[Part] = [asset.subtitle, *asset.notes, _cards(asset.numbers)]
    if asset.regime:
        parts.append(f"Regime: {asset.regime}")
    if len(asset.bars):
        parts.append(_both(asset.market_figure))
    if len(asset.closes):
        parts.append(_both(asset.forecast_figure))
    for table in asset.tables:
        parts += [Heading(table.title), _table(table)]
    return Block(asset.title, parts)


def _both(build: Callable[[Look], go.Figure]) -> Figure:
    return Figure(build(Look.LIGHT), build(Look.DARK))


def _cards(numbers: "tuple[Number, ...]") -> Cards:
    return Cards(tuple((item.label, item.value, item.delta or "", item.meaning) for item in numbers))


def _table(table: "TextTable") -> Table | str:
    return table.empty if table.rows.empty else Table(table.rows)
