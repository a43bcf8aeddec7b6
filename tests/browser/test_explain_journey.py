"""From a cycle to its reasons, question by question, in a real browser, light and dark."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.test_monte_carlo_journey import whole_page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]  # a fresh machine compiles first

QUESTIONS = {
    "What if": "With your values",
    "Second opinion": "a second opinion, not a judge|answers the base rate",
    "In general": "not whether that helps",
    "One feature": "Dots of one value",
    "Over time": "Would another seed",
    "Groups": "by which barrier the price reached first",
}


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_forecast_can_be_questioned(server: Server, page: Page, shot, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{server.url}/explain")
    expect(page.get_by_text("has been trained yet")).to_be_visible()
    shot(page, "empty")
    page.goto(f"{server.url}/cycle")
    page.get_by_role("button", name="Run cycle").click()
    link = page.get_by_role("link", name="Open the trade passport")
    expect(link).to_be_visible(timeout=400_000)
    cycle = re.search(r"cycle=(\w+)", link.get_attribute("href") or "")
    assert cycle

    page.goto(f"{server.url}/explain?cycle={cycle[1]}&horizon=medium")
    expect(page.get_by_text("What pushed «")).to_be_visible(timeout=240_000)
    expect(page.get_by_text("As stored with the cycle")).to_be_visible()
    expect(page.get_by_text("no evidence of edge")).to_be_visible()
    whole_page(page)
    shot(page, "forecast")
    for question, words in QUESTIONS.items():
        page.get_by_test_id("stMain").get_by_role("radio", name=question).click()
        if question == "What if":
            expect(page.get_by_text("What would it say then?")).to_be_visible(timeout=60_000)
            page.get_by_role("slider").first.press("End")
            expect(page.get_by_text("Outside what training has seen")).to_be_visible()
        else:
            expect(page.get_by_text(re.compile(words)).first).to_be_visible(timeout=120_000)
        whole_page(page)
        shot(page, question.replace(" ", "-").lower())
        expect(page.get_by_text("Traceback")).to_have_count(0)
    page.set_viewport_size({"width": 1000, "height": 900})
    page.get_by_test_id("stMain").get_by_role("radio", name="This forecast").click()
    expect(page.get_by_text("What pushed «")).to_be_visible(timeout=60_000)
    page.wait_for_timeout(2_000)
    shot(page, "narrow")
