"""The Models page without a model, with models that know something and nothing, its jobs, and by deep link."""

import pytest

from core.records import NullTestRun, PathRun
from core.runtime import Runtime
from core.store.models import all_models
from core.store.validation import validation_runs
from core.views.models import Standing, latest_forecasts, model_curves, models_view
from core.views.models_words import null_verdict, scores_table
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import texts
from tests.stored_models import store_models, store_null_test, store_paths

PAGE = "pages/research/models.py"
SCORES = "Better than knowing nothing?"
SERIES = {"asset": "BTC-USD", "timeframe": "1h", "source": "sample"}


@pytest.fixture
def stored(engine: Runtime) -> tuple[str, ...]:
    """Ids of stored models, nearest horizon first."""
    return store_models(engine.store, engine.settings.predict)


def by_key(elements, key: str):
    return next(item for item in elements if item.key == key)


def test_without_a_model_every_view_says_what_to_do(open_page: OpenPage) -> None:
    test = open_page(PAGE, **SERIES)
    assert not test.exception and [item.value for item in test.title] == ["Models"]
    assert "No model of BTC-USD 1h yet" in texts(test) and "No cycle of BTC-USD 1h" in texts(test)
    asked = open_page(PAGE, **SERIES, models_view=SCORES)
    assert not asked.exception and "Press Train now" in texts(asked)
    nothing = open_page(PAGE, **SERIES, models_view="Null tests")
    assert not nothing.exception and "must find nothing" in texts(nothing)


def test_the_verdicts_come_first(open_page: OpenPage, stored: tuple[str, ...]) -> None:
    test = open_page(PAGE, **SERIES)
    written = texts(test)
    assert not test.exception and "No model of" not in written
    badges = [item.value for item in test.markdown if "badge" in item.value]
    assert "Better than knowing nothing" in badges[0]
    assert all("No evidence of edge" in badge for badge in badges[1:])


def test_each_score_stands_beside_knowing_nothing(
    open_page: OpenPage, engine: Runtime, stored: tuple[str, ...]
) -> None:
    store_paths(engine.store)
    test = open_page(PAGE, **SERIES, models_view=SCORES)
    assert not test.exception and not test.error
    assert len(test.get("plotly_chart")) == 6
    values = {metric.label: metric.value for metric in test.metric}
    assert {"Brier skill", "Hit rate", "Break-even", "Return per signal"} <= set(values)
    assert "above the" in texts(test) and "4 of 5 paths" in texts(test)
    table = test.table[0].value
    assert len(table) == 17 and {"Model", "Knowing nothing", "Verdict"} <= set(table.columns)
    silent = open_page(PAGE, **SERIES, models_view=SCORES, models_horizon="medium")
    assert not silent.exception
    assert {metric.label: metric.value for metric in silent.metric} != values
    assert len(silent.get("plotly_chart")) == 6


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_null_tests_run_from_the_button(
    open_page: OpenPage, engine: Runtime, stored: tuple[str, ...]
) -> None:
    test = open_page(PAGE, **SERIES, models_view="Null tests")
    by_key(test.selectbox, "models_seeds").set_value(5).run()
    by_key(test.button, "models_run_nulltest").click().run()
    job = next(job for job in engine.jobs.recent() if job.kind == "nulltest")
    assert engine.jobs.wait(job.id, 300).error is None
    (run,) = validation_runs(engine.store, NullTestRun, "BTC-USD", "1h", "short")
    assert len(run.seeds) == 5
    again = open_page(PAGE, **SERIES, models_view="Null tests")
    assert not again.exception and "5 draws" in texts(again) and len(again.get("plotly_chart")) == 1


def test_a_null_test_says_what_it_found(open_page: OpenPage, engine: Runtime) -> None:
    run = store_null_test(engine.store)
    assert run.clean and run.sharp
    test = open_page(PAGE, **SERIES, models_view="Null tests")
    assert "finds nothing" in texts(test)
    title, _ = null_verdict(run)
    assert title == "Nothing is found in nothing"


@pytest.mark.parametrize(
    ("areas", "said"),
    [
        ((0.50, 0.49, 0.48, 0.71), "finds nothing"),
        ((0.50, 0.56, 0.48, 0.71), "trust no score until this passes"),
        ((0.50, 0.49, 0.48, 0.55), "might not be seen"),
    ],
)
def test_a_null_test_in_words(engine: Runtime, areas: tuple[float, ...], said: str) -> None:
    from dataclasses import replace

    from core.records import NullSeed

    run = replace(store_null_test(engine.store), seeds=(NullSeed(0, *areas),))
    assert said in null_verdict(run)[1]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_training_from_the_page_and_the_cycle_that_uses_it(open_page: OpenPage, engine: Runtime) -> None:
    test = open_page(PAGE, **SERIES)
    by_key(test.button, "models_run_train").click().run()
    job = next(job for job in engine.jobs.recent() if job.kind == "train")
    assert engine.jobs.wait(job.id, 600).error is None
    assert {row.horizon for row in all_models(engine.store)} == {"short", "medium", "long"}
    view = models_view(engine.bench, "BTC-USD", all_models(engine.store)[0].timeframe, "sample")
    assert view.trained and all(model.standing is not Standing.MISSING for model in view.models)
    assert all(model_curves(engine.bench, model.row.id) is not None for model in view.models if model.row)
    cycle = engine.jobs.wait(engine.jobs.submit("cycle", SERIES | {"symbol": "BTC-USD"}), 600)
    assert cycle.error is None
    now = open_page(PAGE, **SERIES)
    assert not now.exception and "Forecast at" in texts(now) and len(now.get("page_link")) == 2
    assert latest_forecasts(engine.bench, "BTC-USD", view.timeframe, "auto") is not None
    paths = engine.jobs.wait(
        engine.jobs.submit("paths", {"symbol": "BTC-USD", "timeframe": "1h", "source": "sample"}), 600
    )
    assert paths.error is None and validation_runs(engine.store, PathRun, "BTC-USD", "1h")


def test_the_view_is_had_in_one_call(engine: Runtime, stored: tuple[str, ...]) -> None:
    timeframe = all_models(engine.store)[0].timeframe
    view = models_view(engine.bench, "BTC-USD", timeframe, "auto")
    assert [model.row.id for model in view.models if model.row] == list(stored)
    assert view.models[0].standing is Standing.EDGE
    assert models_view(engine.bench, "ETH-USD", timeframe, "auto").trained is False
    assert models_view(engine.bench, "BTC-USD", timeframe, "yfinance").trained is False
    table = scores_table(view.scored["short"]).set_index("figure")
    assert table.loc["Brier score", "verdict"] == "✓ better"
    assert table.loc["Coverage of the 90 % interval", "nothing"] == "90.0 %"
    curves = model_curves(engine.bench, stored[0])
    assert curves is not None and len(curves.members) == 2 and curves.window > 1
