"""The record on the language model's page."""

from streamlit.testing.v1 import AppTest

from core.runtime import Runtime
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import texts
from tests.views.test_llm_record import remember

PAGE = "pages/system/llm.py"


def test_an_empty_record_says_what_to_do(open_page: OpenPage) -> None:
    test = open_page(PAGE, llm_view="Record")
    assert not test.exception
    assert "No forecast of a language model has been scored yet" in texts(test)


def test_the_record_tells_verdict_figures_and_what_does_not_count(
    open_page: OpenPage, engine: Runtime
) -> None:
    remember(engine, 60)
    remember(engine, 20, contaminated=True)
    test = open_page(PAGE, llm_view="Record")
    assert not test.exception
    told = texts(test)
    assert "Better than the base rate" in told
    assert "Contaminated: 1 that do not count" in [item.label for item in test.expander]
    assert len(test.get("plotly_chart")) == 2


def _passport_reasons() -> None:
    from datetime import UTC, datetime

    from core.records import Forecast, LlmOpinion
    from pages.components.passport_forecasts import _reasons

    said = LlmOpinion("BTC-USD", "short", 4, 0.2, 0.3, 0.5, "RSI *leans* :red[up].", "fake-model", True)
    forecast = Forecast(
        "short", 4, 0.3, 0.4, 0.3, 0.3, 0.4, 0.3, 0.0, 9, False, "m", datetime(2025, 1, 1, tzinfo=UTC)
    )
    _reasons((forecast, Forecast(*[getattr(forecast, name) for name in forecast.__slots__][:-1], said)))


def test_a_passport_quotes_the_reason_as_plain_text() -> None:
    test = AppTest.from_function(_passport_reasons).run()
    assert not test.exception
    assert [item.value for item in test.text] == [
        "fake-model, short (may remember: counts nothing): RSI *leans* :red[up]."
    ]
