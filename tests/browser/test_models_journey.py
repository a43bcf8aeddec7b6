"""From no model to verdicts, scores, a null test and the life of the models, in a real browser, light and dark."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1800)]  # a fresh machine compiles first
LONG = 900_000


def whole_page(page: Page) -> None:
    """Make the window as tall as what it shows, so that a screenshot holds all of it."""
    page.wait_for_timeout(2_000)
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": 1360, "height": int(height) + 40})
    page.wait_for_timeout(2_500)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_train_then_ask_whether_it_is_better_than_nothing(
    server: Server, page: Page, shot, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{server.url}/models?asset=BTC-USD&timeframe=1h&source=sample")
    expect(page.get_by_text("No model of BTC-USD 1h yet")).to_be_visible()
    expect(page.get_by_text("has forecast anything yet")).to_be_visible()
    shot(page, "empty")
    page.get_by_role("button", name="Train now").click()
    expect(page.get_by_text("No model of BTC-USD 1h yet")).to_have_count(0, timeout=LONG)
    expect(page.get_by_text("Short").first).to_be_visible()

    page.get_by_role("radio", name="Better than knowing nothing?").click()
    expect(page.get_by_text("Every figure beside knowing nothing")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("Does what it calls 30 % come true 30 times in a hundred?")).to_be_visible()
    expect(page.get_by_role("cell", name="Log loss", exact=True)).to_be_visible()
    whole_page(page)
    shot(page, "scores")

    page.get_by_role("radio", name="Null tests").click()
    page.get_by_role("combobox", name="Draws of nothing").click()
    page.get_by_role("option", name="5", exact=True).click()
    page.get_by_role("button", name="Run the null tests").click()
    expect(page.get_by_text("Over 5 draws of nothing")).to_be_visible(timeout=LONG)
    whole_page(page)
    shot(page, "nulls")

    page.get_by_role("radio", name="Life").click()
    expect(page.get_by_text("Who serves, and who did")).to_be_visible(timeout=LONG)
    page.reload()
    expect(page.get_by_text("Who serves, and who did")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("Traceback")).to_have_count(0)
