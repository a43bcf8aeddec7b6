"""The backtest page through Streamlit's own test client: the form, the report, what it refuses."""

from datetime import date

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.runtime import Runtime
from core.signals import STRATEGIES, Opinion, Strategy
from core.views import backtests
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import address, settle, texts

PAGE = "pages/research/backtest.py"


def field(test: AppTest, label: str):
    return next(item for item in test.number_input if item.label == label)


def send(test: AppTest) -> AppTest:
    next(button for button in test.button if button.label == "Run backtest").click()
    return test.run()


def open_small(open_page: OpenPage) -> AppTest:
    return open_page(PAGE, timeframe="1d", asset="BTC-USD")


def test_the_form_follows_strategy_and_profile(open_page: OpenPage) -> None:
    test = open_small(open_page)
    assert {"Fast", "Slow", "Size (%)", "Stop (%)", "Fee (%)", "Impact"} <= {
        item.label for item in test.number_input
    }
    assert field(test, "Size (%)").value == 10.0
    next(item for item in test.selectbox if item.label == "Strategy").set_value("rsi_bollinger").run()
    assert {"Rsi", "Oversold"} <= {item.label for item in test.number_input}
    assert all(item.help for item in test.number_input)


def test_what_was_typed_is_what_is_run(open_page: OpenPage, engine: Runtime) -> None:
    test = open_small(open_page)
    field(test, "Fast").set_value(5)
    field(test, "Slow").set_value(15)
    field(test, "Stop (%)").set_value(0.0)
    field(test, "Fee (%)").set_value(0.25)
    test = settle(engine, send(test))
    assert not test.exception and not test.error
    written = texts(test)
    assert "Moving-average cross (5 / 15) on BTC-USD 1d" in written
    assert "no stop, target 4.0%" in written and "fee 0.250%" in written
    assert (
        "edge"
        in " ".join(
            item.body if hasattr(item, "body") else str(item.value)
            for item in (*test.warning, *test.info, *test.success)
        ).lower()
    )


def test_values_that_do_not_go_together_are_a_sentence_and_no_job(
    open_page: OpenPage, engine: Runtime
) -> None:
    test = open_small(open_page)
    field(test, "Fast").set_value(100)
    test = send(test)
    assert "fast (100) must be shorter than slow (50)" in test.error[0].value
    assert not engine.jobs.recent()


@pytest.mark.parametrize(
    ("tab", "figures"),
    [("Trades", 1), ("Returns", 3), ("Over time", 2), ("Stops and targets", 1), ("Markets and sides", 1), ("Costs", 1), ("Neighbours", 1)],
)  # fmt: skip
def test_every_tab_draws_its_figures(open_page: OpenPage, engine: Runtime, tab: str, figures: int) -> None:
    test = settle(engine, send(open_small(open_page)))
    test.session_state["backtest_tab"] = tab
    test.run()
    assert not test.exception and not test.error
    assert len(test.get("plotly_chart")) == figures


def test_two_runs_are_compared(open_page: OpenPage, engine: Runtime) -> None:
    test = settle(engine, send(open_small(open_page)))
    field(test, "Fast").set_value(10)
    test = settle(engine, send(test))
    test.session_state["backtest_tab"] = "Compare"
    test.run()
    box = next(item for item in test.multiselect if item.label == "Compare with")
    box.set_value([box.options[0]] if box.options[0] in box.options else []).run()
    assert not test.exception
    table = test.dataframe[0].value
    assert len(table) == 2 and table["tried"].tolist()[0] >= 9


def test_a_refused_run_shows_its_reason_and_no_number(
    open_page: OpenPage, engine: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decide(bars, features) -> Opinion:
        way = np.sign(bars["close"].shift(-1) - bars["close"]).fillna(0).to_numpy().astype(np.int8)
        return Opinion(way, np.ones(len(way)), np.ones(len(way)))

    planted = Strategy("planted", "Planted", "Sees tomorrow.", "short", decide, lambda bars, features: "")
    monkeypatch.setitem(STRATEGIES, "planted", planted)
    test = open_small(open_page)
    next(item for item in test.selectbox if item.label == "Strategy").set_value("planted").run()
    test = settle(engine, send(test))
    assert "The strategy sees the future" in test.error[0].value
    assert not test.metric and not test.get("plotly_chart")
    simulated = open_page("pages/research/monte_carlo.py", backtest=address(test, "backtest"))
    assert "The strategy sees the future" in simulated.error[0].value and not simulated.metric


def test_a_picked_run_stays_and_stands_in_the_address(open_page: OpenPage, engine: Runtime) -> None:
    test = settle(engine, send(open_small(open_page)))
    field(test, "Fast").set_value(10)
    test = settle(engine, send(test))
    assert "job" not in test.query_params
    box = next(item for item in test.selectbox if item.label == "Backtest")
    newest, older = (str(row) for row in backtests(engine.bench)["id"])
    assert address(test, "backtest") == newest and box.value == newest
    fresh = open_page(PAGE)  # without an id in the address: the first pick must hold too
    box = next(item for item in fresh.selectbox if item.label == "Backtest")
    fresh = box.set_value(older).run()
    assert address(fresh, "backtest") == older
    assert "Moving-average cross (20 / 50) on BTC-USD 1d" in [item.value for item in fresh.subheader]


def test_the_whole_cycle_is_run_from_the_page_and_says_what_it_is(
    open_page: OpenPage, engine: Runtime
) -> None:
    test = open_page(PAGE, timeframe="1h", asset="BTC-USD")
    next(item for item in test.selectbox if item.label == "Strategy").set_value("whole_cycle").run()
    next(item for item in test.date_input if item.label == "From").set_value(date(2019, 8, 20))
    next(item for item in test.date_input if item.label == "To").set_value(date(2019, 8, 26))
    test = settle(engine, send(test))
    assert not test.exception and not test.error
    written = texts(test)
    assert "Whole cycle on BTC-USD 1h" in written and "168 bars, 2019-08-20 to 2019-08-26" in written
    assert "forecasts of models retrained on the past only" in written
    assert "each forecast is made by a model fitted on the past" in written
    assert all(button.label != "Vary its parameters" for button in test.button), "it has nothing to vary"


def test_a_run_is_taken_to_the_search(open_page: OpenPage, engine: Runtime) -> None:
    test = settle(engine, send(open_small(open_page)))
    next(button for button in test.button if button.label == "Vary its parameters").click().run()
    assert not test.exception
    assert [item.value for item in test.title] == ["Optimise"]
    assert next(item for item in test.selectbox if item.label == "Strategy").value == "sma_cross"
