"""From a backtest of the sample to its random paths, in a real browser, light and dark."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]  # a fresh machine compiles first


def whole_page(page: Page) -> None:
    """Make the window as tall as what it shows, so that a screenshot holds all of it."""
    page.wait_for_timeout(2_000)
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": 1360, "height": int(height) + 40})
    page.wait_for_timeout(2_500)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_backtest_then_monte_carlo(server: Server, page: Page, shot, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{server.url}/monte_carlo")
    expect(page.get_by_text("No backtest yet")).to_be_visible()
    shot(page, "empty")
    page.get_by_test_id("stMain").get_by_text("Run a backtest").click()
    expect(page.get_by_role("heading", name="Backtest", exact=True)).to_be_visible()
    page.goto(f"{server.url}/backtest?timeframe=4h")
    page.get_by_role("button", name="Run backtest").click()
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=240_000)

    page.goto(f"{server.url}/monte_carlo")
    expect(page.get_by_text("How bad could it get, and how lucky was the run?")).to_be_visible(
        timeout=240_000
    )
    expect(page.get_by_text("Where could the account have gone?")).to_be_visible()
    expect(page).to_have_url(re.compile("backtest="))
    whole_page(page)
    shot(page, "blocks")

    page.get_by_role("combobox", name="Method").click()
    page.get_by_role("option", name="Trade reshuffle").click()
    expect(page.get_by_text("In another order of the same trades")).to_be_visible(timeout=240_000)
    expect(page.get_by_text("trades from the start")).to_be_visible()
    whole_page(page)
    shot(page, "shuffle")

    page.get_by_role("button", name="Keep this simulation").click()
    kept = page.get_by_role("combobox", name="Simulation")
    expect(kept).to_have_value(re.compile("kept: Trade reshuffle"), timeout=240_000)
    page.reload()
    expect(page.get_by_text("In another order of the same trades")).to_be_visible(timeout=240_000)
    expect(page.get_by_text("Traceback")).to_have_count(0)
