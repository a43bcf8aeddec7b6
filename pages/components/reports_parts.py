"""Parts of the reports page: the head, a book, an asset, a table."""

from datetime import date

import streamlit as st

from core.runtime import Runtime
from core.views.report_assets import AssetSection
from core.views.report_tables import TextTable
from core.views.reports import BookSection, ReportView
from pages.components.llm_text import as_text
from pages.components.look import figure, look
from pages.components.numbers import numbers
from pages.components.reports_reads import (
    forecast_figure,
    market_figure,
    report_html,
    report_markdown,
)
from pages.components.work import follow_job

_PASSPORT = "Passport"
_WIDE = ("Says", "Headline", "Meaning")


def write_button(runtime: Runtime, day: date) -> None:
    """Write the report of a day as a job, and follow it."""
    if st.button(
        "Write the report now", key="report_write", type="primary", icon=":material/edit_note:", width="stretch",
        help=f"Analyse {day} from what is stored; it takes the place of an earlier report of that day.",
    ):  # fmt: skip
        st.session_state["report_job"] = runtime.jobs.submit("report", {"day": day.isoformat()}, key="report")


def follow_writing() -> None:
    """The progress of a report that is being written."""
    if "report_job" in st.session_state:
        follow_job(st.session_state["report_job"])


def head(view: ReportView) -> None:
    """Summary, downloads and the numbers of the day."""
    st.subheader(view.title)
    st.markdown(as_text(view.words))
    st.caption(as_text(view.written))
    name = f"glassbox-{view.report.day}"
    row = st.container(horizontal=True)
    row.download_button("Markdown", lambda: report_markdown(view), f"{name}.md", "text/markdown", on_click="ignore", icon=":material/download:", key="report_md", help="Texts and tables, without figures.")  # fmt: skip
    row.download_button("HTML with charts", lambda: report_html(view), f"{name}.html", "text/html", on_click="ignore", icon=":material/download:", key="report_html", help="One file that needs no network; print it from a browser.")  # fmt: skip
    numbers(view.numbers)


def book_part(book: BookSection) -> None:
    """One book at the end of the day."""
    st.markdown(f"#### {as_text(book.title)}")
    if book.words:
        st.warning(as_text(book.words), icon=":material/front_hand:")
    numbers(book.numbers)
    with st.expander("Every limit and what was used of it"):
        text_table(book.checks, f"report_checks_{book.title}")


def asset_part(view: ReportView, number: int) -> None:
    """One asset: numbers, figures, tables."""
    asset = view.assets[number]
    st.caption(as_text(asset.subtitle))
    for note in asset.notes:
        st.info(as_text(note), icon=":material/info:")
    if asset.numbers:
        numbers(asset.numbers)
    if asset.regime:
        st.markdown(f"**Regime.** {as_text(asset.regime)}")
    if len(asset.bars):
        figure(market_figure(view, number, look()), key=f"report_market_{number}")
    if len(asset.closes):
        figure(forecast_figure(view, number, look()), key=f"report_forecast_{number}")
    _tables(asset, number)


def _tables(asset: AssetSection, number: int) -> None:
    for place, table in enumerate(asset.tables):
        st.markdown(f"**{table.title}**")
        text_table(table, f"report_table_{number}_{place}")


def text_table(table: TextTable, key: str) -> None:
    """A table of texts; where it names passports, a row opens one."""
    if table.rows.empty:
        st.caption(table.empty)
        return
    column = st.column_config.TextColumn
    config = {
        name: column(name.strip(), help=help, width="medium" if name in _WIDE else None)
        for name, help in table.meanings.items()
    }
    if _PASSPORT not in table.rows:
        st.dataframe(table.rows, hide_index=True, key=key, column_config=config)
        return
    picked = st.dataframe(
        table.rows, hide_index=True, key=key, column_config=config, on_select="rerun", selection_mode="single-row"
    )  # fmt: skip
    rows = picked["selection"]["rows"] if picked else []
    if rows:
        cycle = str(table.rows.iloc[rows[0]][_PASSPORT])
        st.switch_page("pages/trading/passport.py", query_params={"cycle": cycle})
    st.caption("Select a row to open its passport.")
