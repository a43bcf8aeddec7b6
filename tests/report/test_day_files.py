"""A daily report as files: whole, escaped, and without a word to the network."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from core.llm import Purse
from core.pipeline.daily_analysis import write_report
from core.records import DayMood, MoodDriver, NoTrades
from core.report.day_markdown import foreign
from core.runtime import Runtime
from core.settings import load_settings
from core.views.reports import ReportView, html, markdown, report_days, report_view, view_of
from tests import quick
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.report.test_backtest_html import without_plotly
from tests.report.told_day import DAY, HOSTILE, NOW, at, traded_day


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReportView]:
    """The day written by hand, with a headline that wants to be markup."""
    home: Path = tmp_path_factory.mktemp("told")
    opened = Runtime(load_settings(home=home, **quick.OVERRIDES), lambda: NOW)
    traded_day(opened.bench, HOSTILE)
    write_report(opened.bench, DAY, Purse(opened.settings.llm))
    assert report_days(opened.bench) == (DAY,)
    yield report_view(opened.bench, DAY)
    opened.close()


def test_the_markdown_tells_every_part_and_its_tables_are_whole(view: ReportView) -> None:
    text = markdown(view)
    for said in (
        "# Daily report of Tuesday, 05 March 2024", "## Live book", "## BTC-USD", "### Decisions and what became of them",
        "### Forecasts", "### Technicals", "### Levels", "### Fundamentals", "124.00 USD (+24.00 %)", "usual 2.00 %",
        "Filled 2 at 100, fee 0.20. Still held when the day ended.", "| d1 |", "take profit", "124,000", "0.40 %",
    ):  # fmt: skip
        assert said in text, said
    for block in re.findall(r"(?:^\|.*\n)+", text, re.M):
        cells = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(cells) == 1, block


def test_words_of_others_are_no_markup_and_no_link_in_markdown(view: ReportView) -> None:
    text = markdown(view)
    assert foreign(HOSTILE) in text and HOSTILE not in text
    assert "<script" not in re.sub(r"\\<", "", text)
    assert not re.search(r"(?<!\\)://|(?<!\\)\]\(|www\.e|(?<!\\)\*\*now", text)
    assert foreign("a\n\n# b") == "a \\# b", "one line, no heading"


def test_words_of_others_are_escaped_in_html(view: ReportView) -> None:
    page = html(view)
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)&lt;/script&gt; [free coins]" in page
    assert "<b>no answer</b>" not in page and "&lt;b&gt;no answer&lt;/b&gt;" in page


def test_the_html_names_nothing_outside_and_draws_every_figure(view: ReportView) -> None:
    page = without_plotly(html(view)).replace("https://evil.test", "")
    assert not re.search(
        r"(src|href|action|poster)\s*=|url\(|@import|https?://|//cdn|fetch\(|XMLHttpRequest", page
    )
    assert page.count('<div class="figure"') == 2, "bars and forecast of the asset that has any"
    assert "@media print" in page and "What did BTC-USD do on 05 March 2024?" in page


def test_a_model_that_writes_markup_stays_text(view: ReportView) -> None:
    told = replace(view.report.told, words="**Buy** <img src=x> now. [a](http://b.test)", by="fake-model")
    spoken = view_of(replace(view.report, told=told))
    assert "\\*\\*Buy\\*\\* \\<img src=x\\> now." in markdown(spoken) and "<img src=x>" not in html(spoken)


def test_many_texts_are_told_by_what_they_moved(view: ReportView) -> None:
    asset = view.report.assets[0]
    driver = MoodDriver("calm", "feed", at(1), -0.25, 0.5)
    asset = replace(asset, mood=DayMood(-0.25, -0.25, None, 1, at(3), (driver,)))
    (section, *_) = view_of(replace(view.report, assets=(asset,))).assets
    table = next(item for item in section.tables if item.title == "What moved the sentiment")
    assert table.rows.iloc[0].tolist() == ["calm", "feed", "2024-03-05 01:00", "−0.25", "50 %"]


def test_it_opens_without_a_network(view: ReportView, tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    target.write_text(html(view), encoding="utf-8")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(color_scheme="dark")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        failed: list[str] = []
        page.on("pageerror", lambda err: failed.append(str(err)))
        page.goto(target.as_uri())
        page.wait_for_selector(".figure .main-svg")
        assert page.locator(".figure .main-svg").count() >= 2
        browser.close()
    assert asked == [target.as_uri()] and failed == []


def test_every_passport_that_is_named_is_a_cycle(view: ReportView) -> None:
    (section, *_) = view.assets
    decided = next(table for table in section.tables if table.title.startswith("Decisions")).rows.iloc[0]
    assert (decided["Passport"], decided["Why"]) == ("d1", section.day.decisions[0].words)
    waited = NoTrades("confidence", 3, at(5), "c9", "Too little.")
    (other,) = view_of(replace(view.report, assets=(replace(section.day, no_trades=(waited,)),))).assets
    row = next(table for table in other.tables if table.title.startswith("Why there")).rows.iloc[0]
    assert row.tolist() == ["confidence", "3", "2024-03-05 05:00", "c9", "Too little."]
