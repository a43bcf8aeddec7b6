"""A backtest as a researcher does it: set, run, read, zoom, compare, take home."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]  # a fresh machine compiles first


def run(page: Page) -> None:
    page.get_by_role("button", name="Run backtest").click()
    expect(page.get_by_role("button", name="Report as HTML")).to_be_visible(timeout=240_000)


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


@pytest.mark.slow
@pytest.mark.slow
def test_set_run_read_zoom_compare_and_take_home(server: Server, page: Page, shot, tmp_path: Path) -> None:
    page.goto(f"{server.url}/backtest?asset=BTC-USD&timeframe=4h")
    expect(page.get_by_role("heading", name="Backtest", exact=True)).to_be_visible()
    shot(page, "form")
    run(page)
    expect(page.get_by_text(re.compile("edge|Cannot tell", re.I)).first).to_be_visible()
    expect(page.get_by_text("Moving-average cross (20 / 50) on BTC-USD 4h").first).to_be_visible()
    page.wait_for_timeout(1_000)
    shot(page, "result")

    page.get_by_text("Set up a backtest").click()
    page.get_by_label("Fast", exact=True).fill("10")
    page.get_by_label("Fee (%)", exact=True).fill("0.05")
    page.get_by_label("Stop (%)", exact=True).fill("0")
    page.get_by_label("Stop (%)", exact=True).press("Tab")
    run(page)
    expect(page.get_by_role("heading", name="Moving-average cross (10 / 50) on BTC-USD 4h")).to_be_visible(
        timeout=240_000
    )
    expect(page.get_by_text("no stop, target 4.0%").first).to_be_visible()
    expect(page.get_by_text("fee 0.050%").first).to_be_visible()

    tab(page, "Trades")
    chart = page.locator(".js-plotly-plot").first
    expect(chart.get_by_text(re.compile("each candle joins"))).to_be_visible()
    chart.scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    box = chart.locator(".nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.30, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.34, box["y"] + box["height"] / 2 + 5, steps=6)
    page.mouse.up()
    expect(page.get_by_text(re.compile("each candle joins"))).to_have_count(0)
    page.wait_for_timeout(1_000)
    shot(page, "trades-zoomed")
    page.get_by_label("Go to trade", exact=True).fill("3")
    page.get_by_label("Go to trade", exact=True).press("Enter")
    page.wait_for_timeout(1_500)
    shot(page, "trade-three")

    tab(page, "Compare")
    page.get_by_label("Compare with").click()
    page.get_by_role("option").first.click()
    page.keyboard.press("Escape")
    expect(page.get_by_text("These runs have different costs")).to_be_visible()
    page.wait_for_timeout(1_000)
    shot(page, "compared")

    with page.expect_download() as html:
        page.get_by_role("button", name="Report as HTML").click()
    html.value.save_as(tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text("utf-8")
    assert "Moving-average cross (10 / 50)" in text and "What was assumed" in text
    with page.expect_download() as csv:
        page.get_by_role("button", name="Trades as CSV").click()
    csv.value.save_as(tmp_path / "trades.csv")
    assert (tmp_path / "trades.csv").read_text("utf-8").startswith("symbol,quantity,entry_time")
    expect(page.get_by_text("Traceback")).to_have_count(0)
