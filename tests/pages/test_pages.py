"""Every page, empty and full, and what its buttons do."""

from itertools import pairwise

import pytest
from streamlit.testing.v1 import AppTest

from core.records import CycleReport, Verdict
from core.runtime import Runtime
from core.store.books import active_book
from tests.pages.conftest import OpenPage

PAGES = {
    "": "Overview",
    "pages/trading/cycle.py": "Run cycle",
    "pages/trading/signals.py": "Signals",
    "pages/trading/passport.py": "Trade passport",
    "pages/research/market.py": "Market",
    "pages/research/news.py": "News",
    "pages/research/features.py": "Features",
    "pages/research/models.py": "Models",
    "pages/research/explain.py": "Explain",
    "pages/research/backtest.py": "Backtest",
    "pages/research/optimise.py": "Optimise",
    "pages/research/monte_carlo.py": "Monte Carlo",
    "pages/system/settings.py": "Settings",
    "pages/system/health.py": "Health",
}
EVERY = pytest.mark.parametrize(("page", "title"), PAGES.items(), ids=list(PAGES.values()))


def texts(test: AppTest) -> str:
    """Everything written on the page."""
    kinds = (
        test.markdown,
        test.info,
        test.warning,
        test.error,
        test.success,
        test.caption,
        test.title,
        test.subheader,
    )
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def address(test: AppTest, name: str) -> str:
    """A part of the page's address, which the test client gives as text or as a list of one."""
    value = test.query_params[name]
    return value if isinstance(value, str) else str(value[0])


def settle(engine: Runtime, test: AppTest) -> AppTest:
    """Wait for every job, then draw again."""
    for job in engine.jobs.active():
        engine.jobs.wait(job.id, 120)
    return test.run()


@EVERY
def test_every_page_opens_on_an_empty_store(open_page: OpenPage, page: str, title: str) -> None:
    test = open_page(page)
    assert not test.exception
    assert [item.value for item in test.title] == [title]
    assert not test.error


@EVERY
def test_every_page_opens_after_a_cycle(
    open_page: OpenPage, cycle: CycleReport, page: str, title: str
) -> None:
    test = open_page(page)
    assert not test.exception
    assert [item.value for item in test.title] == [title]
    assert not test.error


def test_the_empty_overview_says_what_to_do(open_page: OpenPage) -> None:
    test = open_page()
    assert "Three steps to the first decision" in texts(test)
    assert [button.label for button in test.button] == ["Run the first cycle"]


def test_a_press_of_the_button_ends_in_a_decision(open_page: OpenPage, engine: Runtime) -> None:
    test = open_page("pages/trading/cycle.py")
    assert "No cycle of BTC-USD yet" in texts(test)
    test.button[0].click().run()
    test = settle(engine, test)
    assert not test.exception
    written = texts(test)
    for stage in (
        "collect",
        "settle",
        "features",
        "sentiment",
        "predict",
        "explain",
        "signals",
        "decide",
        "risk",
        "execute",
    ):
        assert f"**{stage}** — " in written
    assert "2019-09-29 23:00 UTC from sample" in written


def test_stepping_on_moves_the_book_through_the_sample(open_page: OpenPage, engine: Runtime) -> None:
    test = open_page("pages/trading/cycle.py")
    clocks = []
    for _ in range(3):
        test.button[1].click().run()
        test = settle(engine, test)
        book = active_book(engine.store, "sample-crypto-2019")
        assert book is not None and book.clock is not None
        clocks.append(book.clock)
    assert [(b - a).total_seconds() / 3600 for a, b in pairwise(clocks)] == [6, 6]


def test_the_overview_shows_the_book_and_starts_a_new_one(
    open_page: OpenPage, cycle: CycleReport, engine: Runtime
) -> None:
    test = open_page()
    values = {metric.label: metric.value for metric in test.metric}
    book = active_book(engine.store, cycle.world)
    assert book is not None
    assert values["Equity"] == f"${book.equity:,.2f}"
    assert test.dataframe[0].value["symbol"].tolist() == ["BTC-USD"]
    next(button for button in test.button if button.key == "overview_new_book").click().run()
    fresh = active_book(engine.store, cycle.world)
    assert fresh is not None and fresh.id != book.id and fresh.equity == 10_000.0
    assert {metric.label: metric.value for metric in test.metric}["Equity"] == "$10,000.00"


def test_the_passport_tells_the_whole_story(open_page: OpenPage, cycle: CycleReport) -> None:
    assert cycle.decision is not None and cycle.decision.verdict is Verdict.ORDERED
    test = open_page("pages/trading/passport.py", cycle=cycle.id)
    written = texts(test)
    assert cycle.decision.words in written
    assert "Filled at" in written
    for part in ("Which signals spoke", "Forecasts", "News and sentiment", "Risk checks"):
        assert part in written
    checks = next(frame.value for frame in test.dataframe if "meaning" in frame.value.columns)
    assert checks["name"].tolist() == [check.name.replace("_", " ") for check in cycle.decision.checks]
    charts = len(test.get("plotly_chart"))
    test.toggle[0].set_value(True).run()
    assert not test.exception and len(test.get("plotly_chart")) == charts


def test_an_unknown_passport_is_a_sentence(open_page: OpenPage, cycle: CycleReport) -> None:
    test = open_page("pages/trading/passport.py", cycle="nonsense")
    assert not test.exception
    assert "There is no cycle 'nonsense'" in test.error[0].value


def test_the_market_opens_on_the_sample_and_says_so(open_page: OpenPage) -> None:
    test = open_page("pages/research/market.py")
    assert "Embedded sample of real prices" in texts(test)
    assert {metric.label for metric in test.metric} >= {"Last close", "RSI 14", "Data trust"}
    assert len(test.get("plotly_chart")) == 1


def test_a_backtest_is_run_and_reported(open_page: OpenPage, engine: Runtime) -> None:
    test = open_page("pages/research/backtest.py")
    assert "No backtest yet" in texts(test)
    test.button[0].click().run()
    test = settle(engine, test)
    assert not test.exception and not test.error
    values = {metric.label: metric.value for metric in test.metric}
    assert int(values["Trades"]) > 30
    assert len(test.get("plotly_chart")) == 1, "only the open tab is drawn"
    assert "A signal is read at a bar's close" in texts(test)


def save_button(test: AppTest, section: str):
    """The button of one section's form."""
    return next(b for b in test.button if b.label == "Save" and section in str(b.form_id))


def test_settings_are_saved_and_bad_ones_refused(open_page: OpenPage, engine: Runtime) -> None:
    test = open_page("pages/system/settings.py")
    field = next(item for item in test.number_input if item.key == "settings_risk_stop_loss")
    field.set_value(0.03)
    save_button(test, "risk").click().run()
    assert engine.settings.risk.stop_loss == 0.03
    assert "Saved: stop_loss" in texts(test)
    next(item for item in test.number_input if item.key == "settings_risk_stop_loss").set_value(7.0)
    save_button(test, "risk").click().run()
    assert "risk.stop_loss is '7.0'" in test.error[0].value
    assert engine.settings.risk.stop_loss == 0.03


def test_secrets_show_as_set_or_missing_only(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, engine: Runtime
) -> None:
    assert "**GLASSBOX_KEYS__COINGECKO** — missing" in texts(open_page("pages/system/settings.py"))
    monkeypatch.setenv("GLASSBOX_KEYS__COINGECKO", "planted-secret")
    from core.settings import load_settings

    engine.apply(load_settings())
    written = texts(open_page("pages/system/settings.py"))
    assert "— set" in written and "planted-secret" not in written


def test_an_engine_that_cannot_open_is_a_sentence_on_every_page(
    home, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.pages.conftest import APP

    (home / "data").mkdir()
    (home / "data" / "glassbox.duckdb").write_bytes(b"junk" * 4000)
    test = AppTest.from_file(str(APP), default_timeout=60).run()
    assert not test.exception
    assert "cannot be read" in test.error[0].value
