"""What a newcomer does, in a real browser on the real app."""

import signal

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Server

pytestmark = pytest.mark.browser


def run_cycle(page: Page, url: str) -> None:
    page.goto(f"{url}/cycle")
    page.get_by_role("button", name="Run cycle").click()


@pytest.mark.slow
def test_first_start_to_passport(server: Server, page: Page, shot) -> None:
    outside: list[str] = []
    page.on(
        "request",
        lambda r: outside.append(r.url) if "127.0.0.1" not in r.url and r.url.startswith("http") else None,
    )
    page.goto(server.url)
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    expect(page.get_by_text("Three steps to the first decision")).to_be_visible()
    shot(page, "overview-empty")

    page.get_by_role("button", name="Run the first cycle").click()
    expect(page.get_by_text("Embedded sample of real prices")).to_be_visible()
    page.get_by_role("button", name="Run cycle").click()
    expect(page.get_by_text("Open the trade passport")).to_be_visible(timeout=60_000)
    shot(page, "cycle-done")

    page.get_by_text("Open the trade passport").click()
    expect(page.get_by_role("heading", name="Trade passport")).to_be_visible()
    expect(page.get_by_role("heading", name="Risk checks")).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    expect(page.get_by_role("heading", name="What would have changed the decision")).to_be_visible()
    expect(page.get_by_text("How it was searched")).to_be_visible(timeout=120_000)
    page.wait_for_timeout(1500)
    shot(page, "passport")
    assert outside == []


@pytest.mark.slow
def test_reload_in_the_middle_and_a_second_tab_do_not_disturb_the_cycle(
    server: Server, page: Page, context: BrowserContext, shot
) -> None:
    run_cycle(page, server.url)
    page.wait_for_url("**job=*")
    page.reload()
    second = context.new_page()
    second.goto(f"{server.url}/cycle")
    expect(page.get_by_text("Open the trade passport")).to_be_visible(timeout=60_000)
    expect(second.get_by_text("Open the trade passport")).to_be_visible(timeout=60_000)
    second.goto(server.url)
    expect(second.get_by_text("Last decisions")).to_be_visible()
    shot(second, "overview")


@pytest.mark.slow
def test_kill_and_restart_keeps_the_book(server: Server, page: Page, shot) -> None:
    run_cycle(page, server.url)
    expect(page.get_by_text("Open the trade passport")).to_be_visible(timeout=60_000)
    page.goto(server.url)
    equity = page.get_by_test_id("stMetricValue").first.inner_text()
    server.kill(signal.SIGKILL)
    server.start()
    page.goto(server.url)
    expect(page.get_by_test_id("stMetricValue").first).to_have_text(equity)
    shot(page, "overview-after-kill")


@pytest.mark.parametrize(
    ("asset", "said"),
    [("%3Cscript%3E", "cannot be read: write it like"), ("MSFT", "The sample has no 1h bars of MSFT")],
)
def test_an_asset_that_cannot_be_shown_is_a_friendly_box(
    server: Server, page: Page, shot, asset: str, said: str
) -> None:
    page.goto(f"{server.url}/market?asset={asset}")  # also the first page after the start: a cold deep link
    expect(page.get_by_text(said)).to_be_visible()
    expect(page.get_by_text("Page not found")).to_have_count(0)
    expect(page.get_by_text("Traceback")).to_have_count(0)
    shot(page, "bad-asset")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_in_light_and_dark(server: Server, page: Page, shot, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    run_cycle(page, server.url)
    expect(page.get_by_text("Open the trade passport")).to_be_visible(timeout=60_000)
    for name in (
        "",
        "cycle",
        "passport",
        "market",
        "news",
        "backtest",
        "optimise",
        "monte_carlo",
        "settings",
        "health",
    ):
        page.goto(f"{server.url}/{name}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_timeout(1000)
        expect(page.get_by_text("Traceback")).to_have_count(0)
        shot(page, name or "overview")
