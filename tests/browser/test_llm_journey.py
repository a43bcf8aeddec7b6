"""From no language model to one that answers: switched on in the settings, its budget before a run, its calls after it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests import quick
from tests.browser.conftest import Server
from tests.browser.test_models_journey import whole_page
from tests.llm.server import FakeLlm, fake_llm
from tests.llm.whole_script import answers_all

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]  # a fresh machine compiles first
LONG = 300_000


@pytest.fixture
def fake() -> Iterator[FakeLlm]:
    with fake_llm(answers_all) as server:
        yield server


def open_calls(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/llm?llm_view=Calls")
    expect(page.get_by_text("Select a row to read what was sent")).to_be_visible(timeout=LONG)


def choose_row(page: Page, number: int) -> None:
    """Tick a row of the table of calls, counted from 0; the table is drawn on a canvas."""
    box = page.get_by_test_id("stDataFrame").last.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 14, box["y"] + 35 * (number + 1) + 17)


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_switch_a_model_on_run_a_cycle_and_read_what_was_said(
    server: Server, page: Page, shot, fake: FakeLlm, scheme: str
) -> None:
    page.set_default_timeout(120_000)  # a busy machine lays out slowly
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{server.url}/llm")
    expect(page.get_by_text("No language model is configured; the lexicon scores headlines")).to_be_visible()
    shot(page, "without")
    page.get_by_role("link", name="Settings").last.click()
    page.get_by_role("tab", name="Language model").click()
    page.get_by_role("combobox", name="Preset").click()
    page.get_by_role("option", name="custom").click()
    page.get_by_role("textbox", name="Address").fill(fake.base_url)
    page.get_by_role("button", name="Save").locator("visible=true").click()
    expect(page.get_by_text("Saved: preset, base_url")).to_be_visible()

    page.get_by_role("link", name="Language model").first.click()
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("answers in")).to_be_visible(timeout=LONG)

    page.goto(f"{server.url}/cycle?asset=BTC-USD&timeframe=1h&source=sample")
    expect(page.get_by_text("This run may ask")).to_be_visible()
    expect(page.get_by_text("left today: 1,000,000 tokens")).to_be_visible()
    shot(page, "budget")
    page.get_by_role("button", name="Run cycle").click()
    expect(page.get_by_text("Open the trade passport")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("scored by fake-model")).to_be_visible(timeout=LONG)

    open_calls(page, server)
    choose_row(page, 0)
    expect(page.get_by_text("What came back")).to_be_visible()
    expect(page.get_by_text('"answers"').or_(page.get_by_text('"items"')).last).to_be_visible()
    whole_page(page)
    shot(page, "calls")
    page.get_by_role("radio", name="Cost").click()
    expect(page.get_by_text("Where do the tokens go?")).to_be_visible()
    whole_page(page)
    shot(page, "cost")
    expect(page.get_by_text("Traceback")).to_have_count(0)
    assert len(fake.heard) >= 3, "the connection's test, texts, forecasts"


@pytest.mark.slow
def test_a_model_of_the_environment_that_cannot_be_reached_breaks_nothing(
    server: Server, page: Page, shot
) -> None:
    server.kill()
    (server.home / "settings.toml").write_text(
        quick.TOML
        + '\n[llm]\npreset = "custom"\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "nobody"\nretries = 0\n'
    )
    server.start()
    page.goto(f"{server.url}/llm")
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_test_id("stAlert").get_by_text("127.0.0.1:9")).to_be_visible(timeout=LONG)
    page.goto(f"{server.url}/cycle?asset=BTC-USD&timeframe=1h&source=sample")
    page.get_by_role("button", name="Run cycle").click()
    expect(page.get_by_text("Open the trade passport")).to_be_visible(timeout=LONG)
    open_calls(page, server)
    whole_page(page)
    shot(page, "unreachable")
    expect(page.get_by_text("Traceback")).to_have_count(0)
