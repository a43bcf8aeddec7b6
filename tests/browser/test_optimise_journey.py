"""From a sweep over its map to a backtest of the chosen cell and a walk-forward, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]  # a fresh machine compiles first


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_sweep_map_backtest_and_walk_forward(server: Server, page: Page, shot, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 1360, "height": 2300})
    page.goto(f"{server.url}/optimise?asset=NVDA&timeframe=1d&source=sample")
    expect(page.get_by_text("No search yet")).to_be_visible(timeout=240_000)
    shot(page, "empty")

    page.get_by_role("button", name="Start the search").click()
    expect(page.get_by_text("Sharpe ratio, plateau")).to_be_visible(timeout=240_000)
    expect(page.get_by_text("Mean of each neighbourhood").first).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(5)
    page.wait_for_timeout(1500)
    shot(page, "grid")

    page.get_by_role("button", name="Backtest this cell").first.click()
    expect(page.get_by_role("heading", name="Backtest", level=1)).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible(timeout=240_000)

    page.goto(f"{server.url}/optimise?asset=NVDA&timeframe=1d&source=sample")
    page.get_by_text("Set up a search").click()
    page.get_by_role("radio", name="Walk-forward").or_(
        page.get_by_role("button", name="Walk-forward")
    ).first.click()
    expect(page.get_by_text("Search on (bars)")).to_be_visible()
    page.get_by_role("button", name="Start the search").click()
    expect(page.get_by_text("Windows that gained")).to_be_visible(timeout=240_000)
    expect(page.get_by_text("Did it earn on bars that no search had seen?")).to_be_visible()
    page.wait_for_timeout(1500)
    shot(page, "walk-forward")
    expect(page.get_by_text("Traceback")).to_have_count(0)
