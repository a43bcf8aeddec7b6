"""A stock's fundamentals on their way into a daily report: real yfinance on loopback, the real gate and store."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from core.collect import Gate, Yahoo
from core.collect.news.yahoo_fundamentals import YahooFundamentals
from core.instruments import resolve
from core.llm import Purse
from core.pipeline import Workbench
from core.pipeline.daily_analysis import write_report
from core.pipeline.news import headlines_at, refresh_news
from core.records import AssetDay, AutopilotState, Fundamental, Timeframe
from core.report.day_markdown import foreign
from core.runtime import Runtime
from core.settings import load_settings
from core.store.autopilot import save_switch
from core.store.calls import save_call
from core.store.codec import load
from core.store.news import Wanted, read_readings
from core.views.news import news
from core.views.reports import html, markdown, view_of
from tests import quick
from tests.collect.loopback import Loopback, LoopbackSession, Reply
from tests.collect.yahoo_quotes import APPLE, SUMMARY, YahooQuotes, forget_yahoo
from tests.report.told_day import DAY, at

AAPL = resolve("AAPL")


@pytest.fixture
def quotes() -> Iterator[YahooQuotes]:
    server = Loopback()
    forget_yahoo()
    yield YahooQuotes(server, {"AAPL": APPLE})
    forget_yahoo()
    server.close()


@pytest.fixture
def bench(home: Path, quotes: YahooQuotes) -> Iterator[Workbench]:
    """The noon of the day; the autopilot trades AAPL, and Yahoo's fundamentals are the only source of news."""
    opened = Runtime(load_settings(home=home, **quick.OVERRIDES), lambda: at(12))
    yahoo = Yahoo(opened.settings.cache_dir, 5.0, lambda: LoopbackSession(quotes.loopback.url))
    opened.store.write(save_switch(AutopilotState(True, at(0, 1), "Ada", ("AAPL",), "1d", "yfinance")))
    yield by_clock(replace(opened.bench, news=(YahooFundamentals(yahoo),)), 12)
    opened.close()


def by_clock(bench: Workbench, hour: float, day: int = 5) -> Workbench:
    """The same at another moment, with a gate that goes by it."""
    gate = Gate(60.0, lambda: at(hour, day), keep=lambda call: bench.store.write(save_call(call)))
    return replace(bench, clock=lambda: at(hour, day), gate=gate)


def apple(bench: Workbench, day: date = DAY) -> AssetDay:
    (asset,) = write_report(bench, day, Purse(bench.settings.llm)).assets
    return asset


def text(bench: Workbench, day: date = DAY) -> str:
    return markdown(view_of(write_report(bench, day, Purse(bench.settings.llm))))


def test_the_report_tells_each_figure_with_unit_moment_and_meaning(bench: Workbench) -> None:
    refresh_news(bench, AAPL)
    told = text(bench)
    for row in (
        "| market value | 3,420,563,963,904 | USD | 2024-03-05 12:00 | yfinance fundamentals | What all shares were worth",
        "| trailing P/E | 34.98 | ratio |", "| dividend yield | 0.44 | % |", "| 52-week low | 169.21 | USD |",
        "| shares outstanding | 14,840,399,872 | shares |", "| sector | Technology |  |",
        "| next earnings | 2024-05-02, estimated |  |", "| news yfinance fundamentals | 1 | 0 | 2024-03-05 12:00 |",
    ):  # fmt: skip
        assert row in told, row


def test_a_report_written_later_knows_only_what_was_known_that_day(
    bench: Workbench, quotes: YahooQuotes
) -> None:
    refresh_news(bench, AAPL)
    then = apple(bench).fundamentals
    modules, row = APPLE
    quotes.known["AAPL"] = (modules, row | {"marketCap": 5_000_000_000_000, "trailingPE": 99.0})
    later = by_clock(bench, 12.5, 6)
    assert refresh_news(later, AAPL) == ((), ())
    assert apple(later).fundamentals == then
    assert apple(later, date(2024, 3, 4)).fundamentals == (), "nothing had been read by then"
    assert {item.name: item.value for item in apple(later, date(2024, 3, 6)).fundamentals}[
        "trailing P/E"
    ] == 99
    assert len(read_readings(bench.store, "market value", "AAPL")) == 2, "the older one is kept"


def test_writing_a_report_asks_nobody(bench: Workbench, quotes: YahooQuotes) -> None:
    assert "None was known when the day ended." in text(bench)
    assert quotes.loopback.asked == []


def test_the_sample_world_asks_nobody(bench: Workbench, quotes: YahooQuotes) -> None:
    headlines_at(bench, AAPL, "sample-stocks-2019", at(12))
    assert quotes.loopback.asked == []


def test_a_failing_source_is_told_and_what_is_older_says_so(bench: Workbench, quotes: YahooQuotes) -> None:
    quotes.broken[SUMMARY] = Reply("<b>oops</b>", 503)
    _, (problem,) = refresh_news(bench, AAPL)
    assert problem.where == "news/yfinance fundamentals"
    asset = apple(bench)
    said = "No fundamentals of it were read that day: news yfinance fundamentals failed 1 of 1 times, and the table of sources says why."
    assert asset.fundamentals == () and asset.notes[-1] == said
    told = text(bench)
    assert f"> {said}" in told and "Yahoo has a fault of its own (status 503)" in told

    del quotes.broken[SUMMARY]
    refresh_news(by_clock(bench, 13), AAPL)
    assert said not in apple(bench).notes, "it answered after all"
    quotes.broken[SUMMARY] = Reply("slow down", 429)
    later = by_clock(bench, 14, 6)
    refresh_news(later, AAPL)
    asset = apple(later, date(2024, 3, 6))
    assert asset.notes[-1].endswith("Those below are older.") and asset.fundamentals[0].time == at(13)


def test_earnings_that_have_come_are_no_longer_next(bench: Workbench, quotes: YahooQuotes) -> None:
    modules, row = APPLE
    soon = int((at(12) + timedelta(days=1)).timestamp())
    quotes.known["AAPL"] = (modules, row | {"earningsTimestampStart": soon})
    refresh_news(bench, AAPL)
    quotes.broken[SUMMARY] = Reply("", 503)

    def next_earnings(day: int) -> list[str]:
        found = apple(by_clock(bench, 20, day), date(2024, 3, day)).fundamentals
        return [item.words for item in found if item.name == "next earnings"]

    assert (next_earnings(5), next_earnings(6), next_earnings(7)) == (
        ["2024-03-06, estimated"], ["2024-03-06, estimated"], [],
    )  # fmt: skip


def test_words_of_yahoo_are_no_markup(bench: Workbench, quotes: YahooQuotes) -> None:
    modules, row = APPLE
    hostile = "[coins](https://e.test) | &amp;lt;b&amp;gt; www.e.test"
    quotes.known["AAPL"] = (modules, row | {"sector": hostile})
    refresh_news(bench, AAPL)
    (sector,) = (item.words for item in apple(bench).fundamentals if item.name == "sector")
    told = text(bench)
    assert foreign(sector) in told and not re.search(r"(?<!\\)(\]\(|://)|www\.e", told)
    page = html(view_of(write_report(bench, DAY, Purse(bench.settings.llm))))
    assert "[coins](https://e.test) | &amp;lt;b&amp;gt; www.e.test" in page


def test_the_news_page_shows_words_without_a_number(bench: Workbench) -> None:
    refresh_news(bench, AAPL)
    found = news(bench, "AAPL", Timeframe.D1, "yfinance", Wanted(), 5, False).figures.set_index("name")
    assert found["words"]["sector"] == "Technology" and math.isnan(found["value"]["sector"])
    assert found["value"]["trailing P/E"] == 34.97572 and found["words"]["market value"] == "USD"


def test_a_report_of_an_earlier_version_still_opens() -> None:
    kept = '{"name": "total supply", "value": 21.0, "source": "community", "time": "2024-03-05T09:00:00Z"}'
    assert load(Fundamental, kept) == Fundamental("total supply", 21.0, "community", at(9))
