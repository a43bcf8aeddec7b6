"""The reports page: empty, written by its button, read, and of a day that has none."""

import pytest

from core.llm import Purse
from core.pipeline.daily_analysis import write_report
from core.records import CycleReport
from core.runtime import Runtime
from core.store.reports import read_report
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import texts
from tests.report.told_day import DAY, HOSTILE, traded_day

PAGE = "pages/trading/reports.py"


def test_without_a_report_it_says_what_to_do(open_page: OpenPage) -> None:
    test = open_page(PAGE)
    assert not test.exception and [item.value for item in test.title] == ["Reports"]
    assert "There is no report of" in texts(test) and "Write the report now" in texts(test)
    assert len(test.get("page_link")) == 2


def test_the_button_writes_it_and_the_page_shows_it(
    engine: Runtime, cycle: CycleReport, open_page: OpenPage
) -> None:
    today = engine.bench.clock().date()
    test = open_page(PAGE)
    test.date_input(key="report_day").set_value(today).run()
    test.button(key="report_write").click().run()
    assert engine.jobs.wait(test.session_state["report_job"], 60).result_id == today.isoformat()
    test.run()
    assert not test.exception and not test.error
    stored = read_report(engine.store, today)
    assert stored is not None and [asset.symbol for asset in stored.assets] == ["BTC-USD"]
    said = texts(test)
    assert "The clock of this data stands in the past" in said.replace("\\", "")
    shown = {metric.label: metric.value for metric in test.metric}
    assert {"Close", "Range", "RSI", "Data trust", "Equity", "Drawdown"} <= set(shown)
    assert shown["Cycles"] == "1" and len(test.get("plotly_chart")) == 2
    assert len(test.get("download_button")) == 2


def test_a_stored_day_is_read_and_words_of_others_stay_words(engine: Runtime, open_page: OpenPage) -> None:
    traded_day(engine.bench, HOSTILE)
    write_report(engine.bench, DAY, Purse(engine.settings.llm))
    test = open_page(PAGE)
    assert not test.exception and not test.error
    shown = {metric.label: metric.value for metric in test.metric}
    assert (shown["Close"], shown["Held"]) == ("124.00 USD", "2")
    assert "<script>" not in texts(test)
    tables = [frame.value.to_string() for frame in test.dataframe]
    assert any("Still held when the day ended." in table for table in tables)
    assert len(test.tabs) == 2 and "No bar of it was stored" not in texts(test), "only the open tab is drawn"


@pytest.mark.parametrize("part", ["report_md", "report_html"])
def test_both_files_can_be_had(engine: Runtime, open_page: OpenPage, part: str) -> None:
    write_report(engine.bench, DAY, Purse(engine.settings.llm))
    test = open_page(PAGE)
    assert not test.exception and "no asset" in texts(test).lower()
    assert any(part in str(item.proto.id) for item in test.get("download_button"))
