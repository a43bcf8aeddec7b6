"""The Optimise page through Streamlit's own test client: empty, searching, stopped, found."""

import pytest
from streamlit.testing.v1 import AppTest

from core.pipeline.search_request import request_arguments, space_from
from core.records import SearchMethod, SearchRequest, WindowPlan
from core.runtime import Runtime
from core.store.jobs import JobState
from core.views.search_form import space_of, space_table
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import address

PAGE = "pages/research/optimise.py"


def written(test: AppTest) -> str:
    kinds = (test.markdown, test.info, test.warning, test.error, test.success, test.caption, test.title)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def run(engine: Runtime, method: SearchMethod, wishes: dict[str, str], **terms) -> str:
    space = space_from("sma_cross", wishes, engine.settings, True)
    request = SearchRequest("NVDA", "1d", "sample", "sma_cross", method, space, **terms)
    job = engine.jobs.wait(engine.jobs.submit("optimise", request_arguments(request)), 120)
    assert job.error is None and job.result_id is not None
    return job.id


def press(test: AppTest, key: str) -> AppTest:
    return next(button for button in test.button if button.key == key).click().run()


def test_the_empty_page_says_what_to_do(open_page: OpenPage) -> None:
    test = open_page(PAGE)
    assert not test.exception
    assert [item.value for item in test.title] == ["Optimise"]
    assert "No search yet" in written(test)
    assert "100 cells" in written(test)


@pytest.mark.slow
def test_a_press_of_the_button_ends_in_a_report(open_page: OpenPage, engine: Runtime) -> None:
    test = open_page(PAGE, asset="NVDA", timeframe="1d", source="sample")
    press(test, "search_start")
    for job in engine.jobs.active():
        engine.jobs.wait(job.id, 120)
    test.run()
    assert not test.exception and not test.error
    labels = {metric.label for metric in test.metric}
    assert {"Sharpe ratio, plateau", "Sharpe ratio, peak", "Overfitting (PBO)", "Luck (SPA)"} <= labels
    assert "**Plateau**" in written(test) and "**Peak**" in written(test)
    assert len(test.get("plotly_chart")) == 5  # map, surface, importance, course, overfitting


@pytest.mark.parametrize(
    ("method", "wishes", "terms", "charts"),
    [
        (SearchMethod.GRID, {"fast": "5:40:5"}, {}, 4),
        (SearchMethod.GRID, {"fast": "5:20:5", "slow": "30:60:10", "stop": "0:0.04:0.02"}, {}, 5),
        (SearchMethod.TPE, {"fast": "5:40:log", "slow": "50:200:log"}, {"trials": 25}, 5),
        (SearchMethod.WALK_FORWARD, {"fast": "5:20:5"}, {"windows": WindowPlan(300, 100)}, 3),
    ],
)
def test_every_kind_of_result_is_drawn(
    open_page: OpenPage,
    engine: Runtime,
    method: SearchMethod,
    wishes: dict[str, str],
    terms: dict,
    charts: int,
) -> None:
    job = run(engine, method, wishes, **terms)
    test = open_page(PAGE, job=job)
    assert not test.exception
    assert len(test.get("plotly_chart")) == charts
    assert len(test.dataframe) == 2  # the ranges of the form, and the cells or windows


def test_a_cell_is_taken_to_the_backtest_page(open_page: OpenPage, engine: Runtime) -> None:
    job = run(engine, SearchMethod.GRID, {"fast": "5:20:5", "slow": "30:60:10", "target": "0:0.1:0.05"})
    test = open_page(PAGE, job=job)
    press(test, "search_backtest_Plateau")
    assert not test.exception
    sent = next(row for row in engine.jobs.recent() if row.kind == "backtest")
    done = engine.jobs.wait(sent.id, 120)
    assert done.state is JobState.DONE, done.error
    assert sent.arguments["strategy"] == "sma_cross" and '"slow"' in sent.arguments["parameters"]


def test_a_stopped_search_can_go_on(open_page: OpenPage, engine: Runtime) -> None:
    space = space_from("sma_cross", {"fast": "2:60:1", "slow": "61:300:1"}, engine.settings, True)
    request = SearchRequest("NVDA", "1d", "sample", "sma_cross", SearchMethod.GRID, space)
    job = engine.jobs.submit("optimise", request_arguments(request))
    engine.jobs.cancel(job)
    assert engine.jobs.wait(job, 120).state is JobState.CANCELLED
    test = open_page(PAGE, job=job)
    assert not test.exception
    assert [button.label for button in test.button if button.key == "search_resume"] == [
        "Go on where it stopped"
    ]


def test_the_set_up_says_stop_and_target_in_per_cent(engine: Runtime) -> None:
    table = space_table(engine.bench, "sma_cross")
    stop = table["parameter"] == "stop (%)"
    assert table.loc[stop, ["low", "high", "step", "fixed"]].to_numpy().tolist() == [[1.0, 5.0, 1.0, 2.0]]
    space = {d.name: d for d in space_of(engine.bench, "sma_cross", table.assign(vary=stop | table["vary"]))}
    assert (space["stop"].low, space["stop"].high, space["stop"].step) == (0.01, 0.05, 0.01)
    assert space["target"].low == space["target"].high == 0.04


def test_a_finished_search_is_named_and_opens_by_its_address(open_page: OpenPage, engine: Runtime) -> None:
    job = run(engine, SearchMethod.GRID, {"fast": "5:20:5", "stop": "0.01:0.03:0.01"}, least_trades=5)
    test = open_page(PAGE, job=job)
    found = address(test, "search")
    assert "job" not in test.query_params
    assert [item.value for item in test.subheader] == ["Grid of Moving-average cross on NVDA 1d"]
    assert "fast 5 to 20 by 5" in written(test) and "stop 1.0 % to 3.0 % by 1.0 %" in written(test)
    assert "at least 5 trades" in written(test)
    again = open_page(PAGE, search=found)
    assert [item.value for item in again.subheader] == [item.value for item in test.subheader]
    assert not again.warning or "There is no" not in written(again)
    unknown = open_page(PAGE, search="nonsense")
    assert "There is no search 'nonsense' any more" in written(unknown) and not unknown.exception
