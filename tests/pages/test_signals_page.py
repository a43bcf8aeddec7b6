"""The signals page: empty, and with many assets judged."""

from datetime import UTC, datetime

from core.pipeline import run_cycle
from core.pipeline.many_assets import scan
from core.records import CycleRequest, Mode, Timeframe
from core.runtime import Runtime
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import texts

PAGE = "pages/trading/signals.py"
NOON = datetime(2019, 6, 26, 12, tzinfo=UTC)


def test_an_empty_page_says_what_to_do(open_page: OpenPage) -> None:
    test = open_page(PAGE, asset="BTC-USD", timeframe="1h", source="sample")
    assert not test.exception
    assert "Judge them now" in texts(test) and not test.dataframe
    assert len(test.get("plotly_chart")) == 1


def test_assets_are_shown_ranked_with_their_reasons(open_page: OpenPage, engine: Runtime) -> None:
    request = CycleRequest("BTC-USD", Timeframe.H1, "sample", NOON, Mode.BACKTEST)
    run_cycle(request, engine.bench, "before")
    found = scan(engine.bench, "look", [], Timeframe.H1, "sample", as_of=NOON)
    test = open_page(PAGE, asset="BTC-USD", timeframe="1h", source="sample")
    assert not test.exception
    shown = test.dataframe[0].value
    assert shown["symbol"].tolist() == [one.symbol for one in found.ranked]
    assert shown["reason"].tolist() == [one.reason for one in found.ranked]
    numbers = {metric.label: metric.value for metric in test.metric}
    assert numbers["Assets"] == "2" and numbers["Free slots"] == str(found.slots)
    assert len(test.get("plotly_chart")) == 3
    assert "Is a signal worth taking?" in texts(test)
