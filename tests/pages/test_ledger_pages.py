"""The funnel and the uplift page: empty, and with decisions."""

from datetime import UTC, datetime, timedelta

import pytest

from core.pipeline import run_cycle
from core.records import CycleRequest, Mode, Timeframe
from core.runtime import Runtime
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import texts

FUNNEL, UPLIFT = "pages/trading/funnel.py", "pages/research/uplift.py"
NOON = datetime(2019, 6, 26, 12, tzinfo=UTC)


@pytest.fixture
def decided(engine: Runtime) -> Runtime:
    """A few cycles: some too weak, one that trades."""
    for number, (hours, threshold) in enumerate(((-9, 0.99), (-4, 0.99), (0, 0.0), (5, 0.99))):
        signals = engine.settings.signals.model_copy(update={"threshold": threshold})
        engine.apply(engine.settings.model_copy(update={"signals": signals}))
        request = CycleRequest("BTC-USD", Timeframe.H1, "sample", NOON + timedelta(hours=hours), Mode.PAPER)
        run_cycle(request, engine.bench, f"p{number}")
    return engine


def test_empty_pages_say_what_to_do(open_page: OpenPage) -> None:
    for page, words in ((FUNNEL, "No decision was made yet"), (UPLIFT, "No shadow book yet")):
        test = open_page(page)
        assert not test.exception
        assert words in texts(test)


def test_both_pages_tell_what_became_of_decisions(open_page: OpenPage, decided: Runtime) -> None:
    test = open_page(FUNNEL)
    assert not test.exception
    told = texts(test)
    assert "openings were at stake" in told and "Where do trades get lost" not in told
    assert {metric.label: metric.value for metric in test.metric}["Cycles"] == "4"
    assert len(test.get("plotly_chart")) == 1
    assert len(test.dataframe) == 2
    test.selectbox(key="funnel_symbol").select("BTC-USD").run()
    assert not test.exception

    test = open_page(UPLIFT)
    assert not test.exception
    told = texts(test)
    assert "Identical so far: the language model changed no trade; no language model is configured" in told
    assert "Cycles" in {metric.label for metric in test.metric}
    assert len(test.get("plotly_chart")) == 2
