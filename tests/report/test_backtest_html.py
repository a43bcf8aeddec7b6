"""The report as a file: whole, escaped, and without a word to the network."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from core.pipeline.backtest_request import read_request
from core.pipeline.backtesting import run_request
from core.records import EdgeKind
from core.report import backtest_page
from core.runtime import Runtime
from core.settings import load_settings
from core.views import BacktestView, backtest, backtest_bars, backtest_html, trades_csv
from tests.browser.conftest import CHROMIUM, FLAGS


@pytest.fixture
def view(home: Path) -> BacktestView:
    opened = Runtime(load_settings(home=home))
    asked = {
        "symbol": "BTC-USD",
        "timeframe": "1d",
        "source": "sample",
        "strategy": "sma_cross",
        "parameters": '{"fast": 5, "slow": 20}',
    }
    run_request(opened.bench, "b1", read_request(asked, opened.settings), lambda share, words: None)
    made = backtest(opened.bench, "b1")
    assert backtest_html(opened.bench, "b1") == backtest_page(made, backtest_bars(opened.bench, "b1"))
    opened.close()
    return made  # fmt: skip


def page_of(view: BacktestView) -> str:
    return backtest_page(view, view.curves.assign(**dict.fromkeys(("open", "high", "low", "close"), view.curves["hold"]), volume=1.0))  # fmt: skip


def without_plotly(page: str) -> str:
    scripts = re.findall(r"<script>.*?</script>", page, re.S)
    return page.replace(max(scripts, key=len), "")


def test_the_page_holds_verdict_warnings_figures_tables_and_assumptions(view: BacktestView) -> None:
    page = page_of(view)
    assert view.summary.verdict is not None and view.summary.verdict.kind in EdgeKind
    assert view.summary.verdict.headline in page
    for line in (
        *view.summary.assumptions,
        view.title,
        view.interval_words,
        "Did it beat holding?",
        "Paid for trading",
    ):
        assert line.replace("'", "&#x27;") in page
    assert page.count('<div class="figure"') == 11
    assert page.count("<tr>") > len(view.trades)
    assert page.count("plotly.js v") == 1, "plotly is inside, once"


def test_nothing_outside_is_named(view: BacktestView) -> None:
    page = without_plotly(page_of(view))
    assert not re.search(
        r"(src|href|action|poster)\s*=|url\(|@import|https?://|//cdn|fetch\(|XMLHttpRequest", page
    )


def test_texts_are_escaped(view: BacktestView) -> None:
    hostile = "<script>alert(1)</script>"
    page = page_of(
        replace(
            view, title=hostile, summary=replace(view.summary, warnings=(hostile,), assumptions=(hostile,))
        )
    )
    assert hostile not in page and page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 4


def test_a_refused_run_shows_the_reason_and_no_number(view: BacktestView) -> None:
    summary = replace(view.summary, refusal="The account was ruined on 2018-03-01.")
    page = page_of(replace(view, summary=summary))
    assert "No figures are shown" in page and "The account was ruined on 2018-03-01." in page
    assert '<div class="number"' not in page and '<div class="figure"' not in page
    assert "What was assumed" in page


def test_the_csv_has_every_trade(view: BacktestView) -> None:
    lines = trades_csv(view).strip().split("\n")
    assert len(lines) == len(view.trades) + 1
    assert lines[0].startswith(
        "symbol,quantity,entry_time,entry_price,exit_time,exit_price,exit_reason,fees,pnl,return_"
    )
    assert re.search(r"BTC-USD,-?[\d.]+,\d{4}-\d\d-\d\dT00:00:00Z,", lines[1])


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_in_a_browser_without_a_network(view: BacktestView, tmp_path: Path, scheme: str) -> None:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install the package chromium to run the browser journeys")
    file = tmp_path / "report.html"
    file.write_text(page_of(view), "utf-8")
    asked: list[str] = []
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = browser.new_context(
            offline=True, color_scheme=scheme, viewport={"width": 1200, "height": 900}
        )  # type: ignore[arg-type]
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(file.as_uri())
        page.locator(".js-plotly-plot").nth(10).wait_for()
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        artefacts = Path(__file__).resolve().parents[2] / "artefacts"
        artefacts.mkdir(exist_ok=True)
        page.screenshot(path=artefacts / f"backtest-report-{scheme}.png", full_page=True)
        browser.close()
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert faults == []
    assert ground == {"light": "rgb(250, 250, 247)", "dark": "rgb(14, 20, 32)"}[scheme]
