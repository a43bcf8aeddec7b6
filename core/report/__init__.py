"""Report: what leaves the app as a file."""

from core.report.backtest_html import backtest_page
from core.report.page import Block, Figure, Table, html_page

__all__ = ["Block", "Figure", "Table", "backtest_page", "html_page"]
