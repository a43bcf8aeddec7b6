"""The Life view of the Models page: nothing yet, then training, checking, promoting, tuning, with its buttons."""

import pytest
from streamlit.testing.v1 import AppTest

from core.records import ModelStatus
from core.runtime import Runtime
from core.store.models import all_models
from core.store.tuning import adopted_parameters
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import texts

PAGE = "pages/research/models.py"
LIFE = {"asset": "BTC-USD", "timeframe": "1h", "source": "sample", "models_view": "Life"}
SERIES = {"symbol": "BTC-USD", "timeframe": "1h", "source": "sample"}


def words(test: AppTest) -> str:
    """Everything written on the page, boxes too."""
    return "\n".join(
        [texts(test), *(str(box.value) for kind in (test.success, test.warning, test.info) for box in kind)]
    )


def done(engine: Runtime, kind: str, **more: str) -> None:
    job = engine.jobs.wait(engine.jobs.submit(kind, SERIES | more), 300)
    assert job.error is None, job.error


def test_without_a_model_it_says_what_to_do(open_page: OpenPage) -> None:
    test = open_page(PAGE, **LIFE)
    assert not test.exception and "has been trained yet" in texts(test)
    assert len(test.get("plotly_chart")) == 1  # what tuning will find


@pytest.mark.slow
def test_a_life_on_the_page(open_page: OpenPage, engine: Runtime) -> None:
    done(engine, "train", as_of="2019-06-01T12:00Z")
    done(engine, "train", as_of="2019-06-08T12:00Z", status="challenger")
    done(engine, "drift", as_of="2019-07-15T12:00Z")
    done(engine, "tune", as_of="2019-06-08T12:00Z", horizon="short", trials="3")
    test = open_page(PAGE, **LIFE)
    assert not test.exception and not test.error
    said = words(test)
    for part in ("shared bars", "bars since the training", "which no trial saw"):
        assert part in said, part
    assert "stronger than what tuning found" in said  # the test's settings name trees and members
    assert len(test.get("plotly_chart")) == 5  # drift, three contests, tuning

    test.button("life_promote_go").click().run()
    assert not test.exception and "champion now" in words(test)
    assert sum(row.status is ModelStatus.CHALLENGER for row in all_models(engine.store)) == 2
    test.button("life_back_go").click().run()
    assert not test.exception and "champion again" in words(test)
    test.number_input("life_keep").set_value(0).run()
    test.button("life_prune_go").click().run()
    assert not test.exception and "1 model removed" in words(test)

    test.button("life_use").click().run()
    assert adopted_parameters(engine.store, "BTC-USD", "1h", "sample") is not None
    assert "use tuned parameters since" in words(test)
    test.button("life_unuse").click().run()
    assert adopted_parameters(engine.store, "BTC-USD", "1h", "sample") is None
