"""The Monte Carlo page without a backtest, with one, by method, kept, and by deep link."""

import json
from io import StringIO

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import views
from core.__main__ import main
from core.records import MonteCarloRequest, MonteCarloRun, PathMethod
from core.runtime import Runtime
from core.store import dump, load
from core.store.jobs import JobRow
from core.store.monte_carlo import list_simulations, read_simulation
from core.views.monte_carlo_export import figures_csv
from tests.pages.conftest import OpenPage
from tests.pages.test_pages import texts

PAGE = "pages/research/monte_carlo.py"


@pytest.fixture
def backtest(engine: Runtime) -> str:
    """A stored backtest of the sample."""
    arguments = {"symbol": "BTC-USD", "timeframe": "4h", "source": "sample", "strategy": "sma_cross"}
    job = engine.jobs.wait(engine.jobs.submit("backtest", arguments), 120)
    assert job.error is None and job.result_id
    return job.result_id


def by_key(elements, key: str):
    return next(item for item in elements if item.key == key)


def newest_job(engine: Runtime) -> JobRow:
    """The last simulation submitted, when it has ended."""
    job = next(job for job in engine.jobs.recent() if job.kind == "montecarlo")
    return engine.jobs.wait(job.id, 120)


def test_without_a_backtest_it_says_what_to_do(open_page: OpenPage) -> None:
    test = open_page(PAGE)
    assert not test.exception and [item.value for item in test.title] == ["Monte Carlo"]
    assert "No backtest yet" in texts(test)
    assert len(test.get("page_link")) == 1


def test_it_answers_at_once_and_follows_the_method(open_page: OpenPage, backtest: str) -> None:
    test = open_page(PAGE, backtest=backtest)
    assert not test.exception and not test.error
    written = texts(test)
    assert "one path in twenty fell" in written and "The actual run ended better than" in written
    assert (
        "Stationary block bootstrap of bar returns · block" in written
        and "seed 0 · N = 10,000 paths" in written
    )
    assert "What these paths cannot show" in written and "New regimes" in written
    assert len(test.get("plotly_chart")) == 9
    values = {metric.label: metric.value for metric in test.metric}
    assert {"Median end", "Chance of loss", "Risk of ruin", "Sharpe, 95 % of paths"} <= set(values)
    by_key(test.selectbox, "monte_carlo_method").set_value(PathMethod.SHUFFLE.value).run()
    assert not test.exception and "In another order of the same trades" in texts(test)
    by_key(test.number_input, "monte_carlo_seed").set_value(5).run()
    assert "seed 5" in texts(test)
    assert len(test.get("download_button")) == 1 and len(test.get("page_link")) == 1


def test_the_figures_are_taken_home(engine: Runtime, backtest: str) -> None:
    request = MonteCarloRequest(backtest, PathMethod.TRADES, paths=500)
    view = views.monte_carlo(views.monte_carlo_source(engine.bench, backtest), request)
    table = pd.read_csv(StringIO(figures_csv(view))).set_index("figure")
    assert table.loc["drawdown", "p5"] == view.run.distribution("drawdown").p5
    assert table.loc["loss", "p50"] == view.run.loss.value and (table["paths"] == 500).all()


def test_a_kept_simulation_is_stored_and_opens_by_its_address(
    open_page: OpenPage, engine: Runtime, backtest: str
) -> None:
    test = open_page(PAGE, backtest=backtest)
    by_key(test.selectbox, "monte_carlo_method").set_value(PathMethod.TRADES.value).run()
    shown = {metric.label: metric.value for metric in test.metric}
    by_key(test.button, "monte_carlo_keep").click().run()
    job = newest_job(engine)
    assert job.error is None
    (kept,) = list_simulations(engine.store, backtest)["id"]
    run = read_simulation(engine.store, kept)
    assert run.request.method is PathMethod.TRADES and run.request.backtest_id == backtest
    fresh: AppTest = open_page(PAGE, backtest=backtest, simulation=kept)
    assert not fresh.exception
    assert {metric.label: metric.value for metric in fresh.metric} == shown, "the same seed, the same numbers"


def test_unknown_addresses_are_sentences(open_page: OpenPage, backtest: str) -> None:
    test = open_page(PAGE, backtest="nonsense", simulation="other")
    assert not test.exception
    assert "There is no backtest 'nonsense' any more" in texts(test)
    assert "There is no simulation 'other'" in texts(test)


def test_what_cannot_be_done_is_a_sentence(open_page: OpenPage, engine: Runtime, backtest: str) -> None:
    test = open_page(PAGE, backtest=backtest)
    by_key(test.selectbox, "monte_carlo_paths").set_value(50_000).run()
    by_key(test.number_input, "monte_carlo_horizon_bars_False").set_value(900_000).run()
    assert "runs in the background" in texts(test)
    by_key(test.button, "monte_carlo_run").click().run()
    job = newest_job(engine)
    assert "are too many" in (job.error or "")
    refused = open_page(PAGE, backtest=backtest, simulation=job.id)
    assert not refused.exception and "are too many" in refused.error[0].value


def test_the_job_and_the_command_give_the_same(
    engine: Runtime, backtest: str, capsys: pytest.CaptureFixture[str], home
) -> None:
    request = MonteCarloRequest(backtest, PathMethod.SKIP, paths=500, seed=3)
    job = engine.jobs.wait(
        engine.jobs.submit("montecarlo", {"request": dump(MonteCarloRequest, request)}), 60
    )
    assert job.error is None and job.result_id == job.id
    stored = read_simulation(engine.store, job.id)
    from core.runtime import close_shared_runtime

    close_shared_runtime()  # one process, one owner: the command opens the file itself
    assert main(["montecarlo", "latest", "--method", "skip", "--paths", "500", "--seed", "3", "--json"]) == 0
    answer = load(MonteCarloRun, capsys.readouterr().out)
    assert answer.distributions == stored.distributions and answer.headline == stored.headline
    assert main(["montecarlo", "latest", "--paths", "500"]) == 0
    said = capsys.readouterr().out
    assert "seed 0 · N = 500 paths" in said and "Cannot show:" in said
    assert main(["montecarlo", "nope", "--json"]) == 1
    assert "There is no backtest 'nope'" in json.loads(capsys.readouterr().out)["error"]
    assert main(["montecarlo", "latest", "--paths", "3"]) == 2
