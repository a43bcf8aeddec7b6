"""Data from providers, from files and from nowhere, in a real browser on the real app."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.collect.bars import make_bars
from tests.collect.loopback import CHART, Loopback

pytestmark = pytest.mark.browser


def choose_view(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name).or_(page.get_by_role("button", name=name)).first.click()


def fetch_bars(page: Page, url: str, symbol: str) -> None:
    page.goto(f"{url}/market?asset={symbol}")
    page.get_by_role("button", name="Fetch now").click()
    expect(page.get_by_text(f"bars of {symbol} 1h from yfinance")).to_be_visible(timeout=60_000)


def test_bars_from_providers_to_comparison(live_server: Server, world: Loopback, page: Page, shot) -> None:
    page.goto(f"{live_server.url}/market")
    expect(page.get_by_text("No live bars of this are stored yet")).to_be_visible()
    fetch_bars(page, live_server.url, "BTC-USD")
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    shot(page, "chart")
    asked = world.count(CHART)
    fetch_bars(page, live_server.url, "BTC-USD")
    assert world.count(CHART) <= asked + 1, "only the bar under way is asked for again"

    choose_view(page, "Trust and sources")
    expect(page.get_by_text("Can these bars be trusted?")).to_be_visible()
    expect(page.get_by_role("heading", name="Sources")).to_be_visible()
    shot(page, "trust")

    fetch_bars(page, live_server.url, "ETH-USD")
    choose_view(page, "Compare")
    expect(page.locator(".js-plotly-plot")).to_have_count(2)
    shot(page, "compare")
    page.goto(f"{live_server.url}/health")
    expect(page.get_by_text("Do the sources answer")).to_be_visible()
    shot(page, "health")


def test_news_are_fetched_once_searched_and_scored(
    live_server: Server, world: Loopback, page: Page, shot
) -> None:
    page.goto(f"{live_server.url}/news")
    page.get_by_role("button", name="Fetch news").click()
    expect(page.get_by_text("items fetched")).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("3")
    shot(page, "news")
    page.get_by_role("textbox", name="Search").fill("hack -rally")
    page.get_by_role("textbox", name="Search").press("Enter")
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("1")
    page.get_by_role("textbox", name="Search").fill("zebra")
    page.get_by_role("textbox", name="Search").press("Enter")
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    feeds = world.count("coindesk.com")
    page.get_by_role("button", name="Fetch news").click()
    expect(page.get_by_text("0 items fetched")).to_be_visible(timeout=60_000)
    assert world.count("coindesk.com") == feeds, "a young answer is not asked for again"


def test_an_own_file_is_mapped_looked_at_and_imported(
    server: Server, page: Page, tmp_path: Path, shot
) -> None:
    bars = make_bars(datetime(2023, 1, 1, tzinfo=UTC), 400, timedelta(hours=1)).round(2)
    path = tmp_path / "mine.csv"
    bars.rename(columns={"open": "Opn"}).to_csv(path)
    page.goto(f"{server.url}/market?asset=BTC-USD&timeframe=1h")
    choose_view(page, "Import a file")
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_text("no column for open")).to_be_visible()
    shot(page, "hindered")
    page.get_by_role("combobox", name="Open", exact=False).first.click()
    page.get_by_role("option", name="Opn").click()
    expect(page.get_by_text("CSV with 400 bars of 1h")).to_be_visible()
    shot(page, "mapped")
    page.get_by_role("button", name="Import 400 bars").click()
    expect(page.get_by_text("400 new 1h bars of BTC-USD")).to_be_visible()
    page.goto(f"{server.url}/market?asset=BTC-USD&timeframe=1h&source=imported")
    page.get_by_role("button", name="Fetch now").click()
    expect(page.get_by_text("bars of BTC-USD 1h from imported, 400 of them new")).to_be_visible(
        timeout=60_000
    )
    shot(page, "imported")


def test_without_a_network_every_page_works_on_the_sample_and_says_so(
    cut_off_server: Server, page: Page, shot
) -> None:
    url = cut_off_server.url
    page.goto(f"{url}/market")
    page.get_by_role("button", name="Fetch now").click()
    expect(page.get_by_text("bars of BTC-USD 1h from sample")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("cannot be reached").first).to_be_visible()
    shot(page, "market")
    page.goto(f"{url}/cycle")
    page.get_by_role("button", name="Run cycle").click()
    expect(page.get_by_text("Open the trade passport")).to_be_visible(timeout=90_000)
    page.goto(f"{url}/news")
    page.get_by_role("button", name="Fetch news").click()
    expect(page.get_by_text("cannot be reached").first).to_be_visible(timeout=60_000)
    shot(page, "news")
    page.goto(f"{url}/health")
    expect(page.get_by_text("Do the sources answer")).to_be_visible()
    shot(page, "health")
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_a_symbol_is_found_by_its_name(server: Server, page: Page, shot) -> None:
    page.goto(f"{server.url}/market")
    expect(
        page.get_by_text("Embedded sample of real prices: BTC-USD")
    ).to_be_visible()  # a page that still loads closes it again
    page.get_by_role("button", name="Find a symbol").click()
    page.get_by_label("Name or symbol").fill("ethereun")
    page.get_by_label("Name or symbol").press("Enter")
    page.get_by_role("button", name="ETH-USD Ethereum").click()
    expect(page.get_by_text("Embedded sample of real prices: ETH-USD")).to_be_visible()
    shot(page, "found")
