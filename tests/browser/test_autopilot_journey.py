"""The autopilot from nothing to a halted book, in two tabs of a real browser, over a reload and a kill."""

import signal
import urllib.request

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests import quick
from tests.browser.conftest import Server
from tests.browser.test_monte_carlo_journey import whole_page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
WHERE = "autopilot?source=sample&timeframe=1h"


def ready(page: Page) -> None:
    """The page with its live part on the screen."""
    expect(page.get_by_role("heading", name="Every night")).to_be_visible(timeout=60_000)


def answer(page: Page, opens: str, agrees: str) -> None:
    """Open a question and agree to it; a page that is still being drawn may swallow the first click."""
    yes = page.get_by_role("dialog").get_by_role("button", name=agrees)
    for _ in range(4):
        page.get_by_role("button", name=opens).click()
        try:
            expect(yes).to_be_visible(timeout=8_000)
        except AssertionError:
            continue
        break
    page.get_by_role("dialog").get_by_role("textbox", name="Why").fill("going away")
    page.get_by_role("dialog").get_by_role("textbox", name="Why").press("Tab")
    yes.click()
    expect(yes).to_have_count(0)


@pytest.mark.slow
def test_two_tabs_from_nothing_to_a_halted_book_and_back(
    server: Server, context: BrowserContext, page: Page, shot
) -> None:
    server.kill()
    (server.home / "settings.toml").write_text(f"{quick.TOML}\n[signals]\nthreshold = 0.0\n")
    server.start()
    page.goto(f"{server.url}/{WHERE}")
    ready(page)
    expect(page.get_by_text("never switched on")).to_be_visible()
    expect(page.get_by_role("button", name="HALT …")).to_be_disabled()
    shot(page, "empty")
    other = context.new_page()
    other.goto(f"{server.url}/{WHERE}")
    ready(other)

    page.get_by_role("textbox", name="Assets").fill("btc, ETH-USD")
    page.get_by_role("button", name="Switch on").click()
    for tab in (page, other):  # the second tab follows by itself
        expect(tab.get_by_text("RUNNING", exact=True)).to_be_visible(timeout=60_000)
        expect(tab.get_by_role("button", name="Switch off")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="HALT …")).to_be_enabled(timeout=240_000)  # the first book is open
    expect(page.get_by_text("Equity", exact=True)).to_be_visible()
    whole_page(page)
    shot(page, "running")

    answer(page, "HALT …", "Halt trading")
    for tab in (page, other):
        expect(tab.get_by_text("HALTED", exact=True).first).to_be_visible(timeout=60_000)
        expect(tab.get_by_text("Halted by owner (going away)").first).to_be_visible()
    page.reload()
    ready(page)
    expect(page.get_by_text("HALTED", exact=True).first).to_be_visible()
    shot(page, "halted")

    server.kill(signal.SIGKILL)  # what it was stays true without the process
    server.start()
    page.goto(f"{server.url}/{WHERE}")
    ready(page)
    expect(page.get_by_text("HALTED", exact=True).first).to_be_visible()
    expect(page.get_by_text("the sample-crypto-2019 book is as last committed")).to_be_visible()
    page.set_viewport_size({"width": 900, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "nothing sticks out"
    other.goto(f"{server.url}/{WHERE}")
    ready(other)
    answer(other, "Release …", "Release trading")
    for tab in (page, other):
        expect(tab.get_by_text("HALTED", exact=True)).to_have_count(0, timeout=60_000)
        expect(tab.get_by_role("button", name="HALT …")).to_be_visible()
    other.get_by_role("button", name="Switch off").click()
    for tab in (page, other):
        expect(tab.get_by_text("OFF", exact=True)).to_be_visible(timeout=60_000)
        expect(tab.get_by_text("Traceback")).to_have_count(0)
    with urllib.request.urlopen(f"{server.url}/api/trading-pipeline/status", timeout=20) as told:
        assert b'"running":false' in told.read().replace(b" ", b"")
