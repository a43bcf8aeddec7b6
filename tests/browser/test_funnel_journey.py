"""From a decision to the funnel, narrowed to a strategy, and on to what each part is worth."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.test_models_journey import whole_page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]  # a fresh machine compiles first
LONG = 300_000


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_follow_a_decision_through_the_funnel_and_ask_what_the_parts_are_worth(
    server: Server, page: Page, shot, scheme: str
) -> None:
    page.set_default_timeout(120_000)  # a busy machine lays out slowly
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{server.url}/funnel")
    expect(page.get_by_text("No decision was made yet")).to_be_visible()
    page.goto(f"{server.url}/cycle?asset=BTC-USD&timeframe=1h&source=sample")
    page.get_by_role("button", name="Run cycle").click()
    expect(page.get_by_text("Open the trade passport")).to_be_visible(timeout=LONG)

    page.get_by_role("link", name="Funnel").click()
    expect(page.get_by_text(re.compile("at stake")).first).to_be_visible(timeout=LONG)
    expect(page.get_by_text("Gate by gate")).to_be_visible()
    page.get_by_role("combobox", name=re.compile("Asset")).last.click()
    page.get_by_role("option", name="BTC-USD").last.click()
    expect(page.get_by_text("What was stopped")).to_be_visible()
    whole_page(page)
    shot(page, "funnel")

    page.get_by_role("link", name="Uplift").click()
    expect(page.get_by_text("What did each part add?")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("the language model changed no trade")).to_be_visible()
    whole_page(page)
    shot(page, "uplift")
    expect(page.get_by_text("Traceback")).to_have_count(0)
