"""The Explain page without a model, after a cycle, question by question, and by deep link."""

from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from core.records import CycleReport
from core.runtime import Runtime
from core.views.explain import explain_models
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import texts

PAGE = "pages/research/explain.py"


def by_key(elements, start: str):
    return next(item for item in elements if item.key and item.key.startswith(start))


def ask(test: AppTest, question: str) -> AppTest:
    by_key(test.get("button_group"), "explain_view").set_value(question).run()
    assert not test.exception and not test.error, (test.exception, test.error)
    return test


def metrics(test: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in test.metric}


def test_without_a_model_it_says_what_to_do(open_page: OpenPage) -> None:
    test = open_page(PAGE)
    assert not test.exception and [item.value for item in test.title] == ["Explain"]
    assert "has been trained yet" in texts(test) and len(test.get("page_link")) == 1
    assert not test.get("plotly_chart")


def test_the_newest_cycle_is_explained_as_it_was_stored(open_page: OpenPage, cycle: CycleReport) -> None:
    test = open_page(PAGE)
    assert not test.exception and not test.error
    assert "no evidence of edge" in texts(test)
    told = cycle.explanations[0]
    assert "As stored with the cycle" in texts(test) and told.model_id in texts(test)
    said = cycle.forecasts[0]
    chance = {"up": said.p_up, "flat": said.p_flat, "down": said.p_down}[told.target]
    assert metrics(test)[f"P({told.target})"] == f"{chance * 100:.1f} %"
    by_key(test.get("button_group"), "explain_target").set_value("up rather than down").run()
    assert not test.exception and "As stored" not in texts(test) and "P(up) − P(down)" in metrics(test)


@pytest.mark.parametrize(
    ("question", "words", "charts"),
    [
        ("What if", "Move a slider", 1),
        ("Second opinion", "a second opinion, not a judge", 0),
        ("In general", "not whether that helps", 2),
        ("One feature", "other features change what the value means", 1),
        ("Over time", "Spearman", 1),
        ("Groups", "by which barrier the price reached first", 0),
    ],
)
def test_every_question_is_answered(
    open_page: OpenPage, cycle: CycleReport, question: str, words: str, charts: int
) -> None:
    test = ask(open_page(PAGE), question)
    assert words in texts(test) or "answers the base rate" in texts(test)
    assert len(test.get("plotly_chart")) >= charts


def test_a_moved_slider_asks_the_model_again(open_page: OpenPage, cycle: CycleReport) -> None:
    test = ask(open_page(PAGE), "What if")
    slider = by_key(test.slider, "explain_slider_")
    slider.set_value(slider.max).run()
    written = texts(test)
    assert "1 value changed" in written or "answers the base rate" in written
    assert "Outside what training has seen" in written
    by_key(test.button, "explain_what_if_reset").click().run()
    assert not test.exception and "Outside what training" not in texts(test)


def test_any_bar_can_be_asked_about(open_page: OpenPage, cycle: CycleReport) -> None:
    test = open_page(PAGE)
    by_key(test.selectbox, "explain_forecast_").set_value("any").run()
    newest = metrics(test)
    slider = by_key(test.slider, "explain_bar_")
    slider.set_value(datetime.fromtimestamp(slider.min / 1e6, UTC)).run()
    assert not test.exception and metrics(test) != newest


def test_the_passports_link_opens_that_forecast(open_page: OpenPage, cycle: CycleReport) -> None:
    test = open_page(PAGE, cycle=cycle.id, horizon="medium")
    assert not test.exception and by_key(test.get("button_group"), "explain_horizon_").value == "medium"
    assert by_key(test.selectbox, "explain_forecast_").value == cycle.id
    medium = next(item for item in cycle.forecasts if item.horizon == "medium")
    by_key(test.get("button_group"), "explain_target").set_value("up").run()
    assert metrics(test)["P(up)"] == f"{medium.p_up * 100:.1f} %"


def test_unknown_addresses_are_sentences(open_page: OpenPage, cycle: CycleReport) -> None:
    test = open_page(PAGE, cycle="nonsense", horizon="other")
    assert not test.exception and not test.error and "There is no cycle 'nonsense'" in texts(test)


def test_a_model_that_is_gone_is_a_sentence(open_page: OpenPage, engine: Runtime, cycle: CycleReport) -> None:
    for path in engine.settings.model_dir.glob("*.joblib"):
        path.unlink()
    engine.bench.shelf.__init__()
    test = open_page(PAGE)
    assert not test.exception and "cannot be read" in test.error[0].value
    assert explain_models(engine.bench, "BTC-USD", cycle.request.timeframe, "auto")
