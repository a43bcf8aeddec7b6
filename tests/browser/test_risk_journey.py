"""From an empty risk page over a book with a position to a halt and a reset, in a real browser, light and dark."""

import pytest
from playwright.sync_api import Page, expect

from core.settings import load_settings
from core.store import Store
from tests.browser.conftest import Server
from tests.browser.test_monte_carlo_journey import whole_page
from tests.held_book import five_positions

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def hold_five(server: Server) -> None:
    """Put a book with five positions where the app finds it; one process at a time owns the file."""
    server.kill()
    store = Store(load_settings(home=server.home).database)
    five_positions(store)
    store.close()
    server.start()


def open_form(page: Page, button: str) -> None:
    """Open a popover; a page that is still being drawn may close it again."""
    name = page.get_by_role("textbox", name="Your name")
    for _ in range(4):
        page.get_by_role("button", name=button).click()
        try:
            expect(name).to_be_visible(timeout=8_000)
        except AssertionError:
            continue
        return
    expect(name).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_risk_from_nothing_to_a_reset(server: Server, page: Page, shot, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{server.url}/risk")
    expect(page.get_by_text("There is no book yet")).to_be_visible()
    hold_five(server)
    page.goto(f"{server.url}/risk")
    expect(page.get_by_text("The system is ACTIVE")).to_be_visible()
    for question in (
        "How much is held?", "Which limit is nearest?", "How far is it from the breakers?", "What may a bad day cost?",
        "Do the positions move together?", "Which position brings the risk?", "Was the promise kept?", "What would break it?",
    ):  # fmt: skip
        expect(page.get_by_text(question, exact=True)).to_be_visible(timeout=240_000)
    whole_page(page)
    shot(page, "five")
    page.set_viewport_size({"width": 1000, "height": 900})
    page.get_by_role("radio", name="Gaussian").click()
    expect(page.get_by_text("Gaussian VaR, known before")).to_be_visible()
    whole = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert whole, "nothing sticks out on a small screen"

    open_form(page, "Halt …")
    page.get_by_role("textbox", name="Your name").fill("Ada")
    page.get_by_text("Yes, halt this book").click()
    page.get_by_role("button", name="Halt the book").click()
    expect(page.get_by_text("The system is HALTED")).to_be_visible()
    expect(page.get_by_text("Halted by Ada").first).to_be_visible()
    shot(page, "halted")
    open_form(page, "Reset …")
    page.get_by_role("textbox", name="Your name").fill("Bob")
    page.get_by_text("Yes, reset this book").click()
    page.get_by_role("button", name="Reset the book").click()
    expect(page.get_by_text("The system is ACTIVE")).to_be_visible()
    expect(page.get_by_text("Traceback")).to_have_count(0)
