"""The daily reports: which there are, one of them as a page shows it, and the same as files."""

from dataclasses import dataclass
from datetime import date

from core.errors import UnknownId
from core.pipeline import Workbench
from core.records import DailyReport, DayBook, ReportLine
from core.store.reports import list_reports, read_report
from core.views.number import Number, change, money, percent
from core.views.report_assets import AssetSection, asset_section
from core.views.report_tables import TextTable, checks_table, sources_table

MOST_DAYS = 3_660


@dataclass(frozen=True, slots=True)
class BookSection:
    """One book at the end of the day."""

    title: str
    numbers: tuple[Number, ...]
    words: str
    """State of the system, where it was not active."""
    checks: TextTable


@dataclass(frozen=True, slots=True)
class ReportView:
    """Everything that the page and the files draw of one day."""

    report: DailyReport
    title: str
    words: str
    """The summary; written by a language model where `written` names one, so its signs are never taken for markup."""
    written: str
    """Who wrote the summary and when, in one sentence."""
    numbers: tuple[Number, ...]
    assets: tuple[AssetSection, ...]
    books: tuple[BookSection, ...]
    sources: TextTable


def report_days(bench: Workbench) -> tuple[date, ...]:
    """Days that have a report, newest first."""
    return tuple(line.day for line in list_reports(bench.store, MOST_DAYS)[0])


def report_lines(bench: Workbench, limit: int, offset: int = 0) -> tuple[tuple[ReportLine, ...], int]:
    """A page of the reports, newest day first, and how many there are."""
    return list_reports(bench.store, limit, offset)


def report_view(bench: Workbench, day: date) -> ReportView:
    """The report of one day.

    Raises:
        UnknownId: none was written.
    """
    report = read_report(bench.store, day)
    if report is None:
        raise UnknownId(
            f"There is no report of {day}: write it on the Reports page or with `python -m core report {day}`."
        )
    return view_of(report)


def view_of(report: DailyReport) -> ReportView:
    """A report as it is shown."""
    return ReportView(
        report=report,
        title=f"Daily report of {report.day:%A, %d %B %Y}",
        words=report.told.words,
        written=_written(report),
        numbers=_numbers(report),
        assets=tuple(asset_section(asset) for asset in report.assets),
        books=tuple(_book(book) for book in report.books),
        sources=sources_table(report.sources),
    )


def markdown(view: ReportView) -> str:
    """The report as Markdown."""
    from core.report.day_markdown import day_markdown

    return day_markdown(view)


def html(view: ReportView) -> str:
    """The report as one HTML file that fetches nothing."""
    from core.report.day_html import day_page  # brings plotly's own script

    return day_page(view)


def _written(report: DailyReport) -> str:
    who = (
        f"by {report.told.by}"
        if report.told.by
        else f"without a language model. {report.told.note}".rstrip(". ")
    )
    return f"Written {report.written_at:%Y-%m-%d %H:%M} UTC {who}."


def _numbers(report: DailyReport) -> tuple[Number, ...]:
    facts = report.facts
    counted = dict(facts.verdicts)
    names = {"ordered": "ordered", "no_trade": "no trade", "denied": "denied", "failed": "failed"}
    ended = ", ".join(f"{counted[key]} {words}" for key, words in names.items() if counted.get(key))
    failed = sum(item.failed for item in report.sources)
    return (
        Number("Assets", f"{len(report.assets)}", "The autopilot's, and those that a cycle ran on that day."),
        Number("Cycles", f"{facts.cycles}", f"Cycles that began that day and ended: {ended or 'none'}.", f"{counted.get('ordered', 0)} ordered"),
        Number(
            "Trades closed", f"{sum(book.lived.trades for book in report.books)}",
            "Round trips that ended that day, over all books; below it what they made after costs.",
            money(sum(book.lived.profit for book in report.books)),
        ),
        Number(
            "Failed calls", f"{failed}",
            "Questions to data providers that failed that day, of those that were asked.",
            f"of {sum(item.calls for item in report.sources)}",
        ),
        Number(
            "Language model", f"{facts.spending.tokens:,}",
            "Tokens that language models took that day, without this summary.", f"{facts.spending.calls} calls",
        ),
    )  # fmt: skip


def _book(book: DayBook) -> BookSection:
    lived = book.lived
    share = lived.change / lived.equity_start if lived.equity_start > 0 else 0.0
    tail = next((check for check in book.checks if check.name == "var"), None)
    numbers = (
        Number(
            "Equity", money(lived.equity_end),
            f"Cash and positions at the end; at the start it was {money(lived.equity_start)}.", change(share),
        ),
        Number("Orders and fills", f"{lived.orders} / {lived.fills}", "Orders sent that day, and executions."),
        Number(
            "Closed trades", money(lived.profit),
            "What the round trips that ended made, after all costs.", f"{lived.trades} trades",
        ),
        Number("Exposure", percent(book.exposure), "Value of all positions, without sign, as a share of equity.",
               f"{len(book.held)} held"),
        Number("Drawdown", percent(book.drawdown), f"Below the peak of {money(book.peak)}."),
        Number(
            "Value at risk", "–" if tail is None or tail.value is None else f"{tail.value:.2f} %",
            tail.meaning if tail else "Nothing is known.",
        ),
        Number("State", book.state.value, book.state_words or "Positions may be opened and closed."),
    )  # fmt: skip
    name = "Live book" if lived.world == "live" else f"Book of {lived.world}"
    return BookSection(
        f"{name}, {book.until:%Y-%m-%d %H:%M} UTC", numbers, book.state_words, checks_table(book.checks)
    )
