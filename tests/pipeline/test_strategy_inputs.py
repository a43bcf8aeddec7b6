"""The strategy that trades forecasts: handed those of models that were trained before each bar, and nothing else."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from core.errors import InputError
from core.features import poison
from core.instruments import resolve
from core.pipeline import Workbench
from core.pipeline.backtest_request import read_request
from core.pipeline.backtesting import run_request
from core.pipeline.gathering import Gathered, gather
from core.pipeline.search_request import searchable, usual_space
from core.pipeline.strategy_inputs import NOTHING, Beside, beside_of, forecast_columns
from core.records import Forecast, Timeframe
from core.signals import STRATEGIES, MlDriven, ml_driven
from core.store.backtests import read_backtest
from core.views.search import searchable_strategies

ML = STRATEGIES["ml_driven"]
NOW = datetime(2019, 1, 1, tzinfo=UTC)


def forecast(horizon: str, p_up: float, skill: float, calibrated: bool) -> Forecast:
    return Forecast(horizon, 4, 0.2, 0.8 - p_up, p_up, 0.3, 0.4, 0.3, skill, 500, calibrated, "m", NOW)


def test_forecasts_as_columns() -> None:
    index = pd.date_range("2019-01-01", periods=3, freq="h", tz="UTC")
    said = [(), (forecast("short", 0.5, 0.04, True), forecast("long", 0.3, 0.04, False)), (forecast("medium", 0.4, -0.1, False),)]  # fmt: skip
    found = forecast_columns(index, said)
    assert found["lead_short"].iloc[1] == pytest.approx(0.2 + 0.1) and found["skill_short"].iloc[1] == 0.04
    assert found["lead_long"].iloc[1] == pytest.approx(0.1) and found["skill_long"].iloc[1] == 0.0
    assert found["skill_medium"].iloc[2] == -0.1 and found.iloc[0].isna().all()
    bars = pd.DataFrame({"close": 1.0}, index=index)
    assert ML.decide(bars, found).direction.tolist() == [0, 1, 0], "models without a say are silent"
    assert ml_driven(MlDriven(least_skill=-1.0)).decide(bars, found).direction.tolist() == [0, 1, 1]
    assert ml_driven(MlDriven(least_skill=-1.0, agree=3)).decide(bars, found).direction.tolist() == [0, 0, 0]
    assert "short +30.0%" in ML.explain(bars, found.iloc[:2])


@pytest.fixture(scope="module")
def stretch() -> tuple[str, str]:
    return "2018-10-01", "2018-10-25"


def beside(bench: Workbench, found: Gathered, bars: pd.DataFrame, stop: str, first: str) -> Beside:
    bars = bars.loc[:stop]
    wanted = bars.loc[first:]
    return beside_of(
        bench,
        ML,
        resolve("BTC-USD"),
        Timeframe.H4,
        replace(found, bars=bars),
        wanted,
        lambda share, words: None,
    )


def test_no_forecast_handed_over_knows_what_comes_after_its_bar(
    bench: Workbench, stretch: tuple[str, str]
) -> None:
    """Fit and forecast together: the bars after a cut are taken away, then replaced by noise, and all is trained again."""
    first, stop = stretch
    found = gather(bench, resolve("BTC-USD"), Timeframe.H4, "sample", None, datetime(2018, 1, 1, tzinfo=UTC))
    whole = beside(bench, found, found.bars, stop, first).columns
    assert whole.filter(like="lead_").notna().any().all() and len(whole) > 100
    row = 77
    cut = whole.index[row]
    at = int(found.bars.index.get_loc(cut))
    wild = poison(found.bars, at, np.random.default_rng(1))
    for known in (found.bars.iloc[: at + 1], wild):
        again = beside(bench, found, known, stop, first).columns
        pd.testing.assert_frame_equal(again.iloc[: row + 1], whole.iloc[: row + 1], check_exact=True)


def test_the_models_are_backtested_as_a_strategy(bench: Workbench, stretch: tuple[str, str]) -> None:
    asked = {
        "symbol": "BTC-USD", "timeframe": "4h", "source": "sample", "strategy": "ml_driven", "start": stretch[0],
        "stop": stretch[1], "parameters": json.dumps({"least_skill": -1.0, "margin": 0.0}),
    }  # fmt: skip
    told: list[str] = []
    run_request(bench, "b1", read_request(asked, bench.settings), lambda share, words: told.append(words))
    summary = read_backtest(bench.store, "b1")[0]
    assert not summary.refusal and summary.metrics.exposure > 0
    assert any("models" in words for words in told) and len(summary.neighbours) >= 2


def test_a_strategy_without_needs_is_given_nothing() -> None:
    assert all(("forecasts" in one.needs) == (one.name == "ml_driven") for one in STRATEGIES.values())
    assert all(one.live != bool(one.needs) for one in STRATEGIES.values())
    assert not len(NOTHING.columns.columns)


def test_a_search_says_that_it_has_no_forecasts(bench: Workbench) -> None:
    with pytest.raises(InputError, match="needs forecasts of models"):
        searchable("ml_driven")
    others = [one.name for one in searchable_strategies()]
    assert others == [name for name in STRATEGIES if name != "ml_driven"]
    for name in others:
        assert len(usual_space(name, bench.settings)) >= 4
