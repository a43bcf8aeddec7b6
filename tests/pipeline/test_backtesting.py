"""Backtests from the words of a request to the stored report, on the embedded sample."""

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from core.errors import InputError, NotEnoughHistory
from core.evaluate.report import executed
from core.pipeline import Workbench
from core.pipeline.backtest_checks import look_ahead
from core.pipeline.backtest_report import storable, trust_of_the_past
from core.pipeline.backtest_request import AS_SET, CostTerms, RiskProfile, profiles, read_request
from core.pipeline.backtesting import run_request
from core.pipeline.strategies import MAKERS, neighbours_of, strategy_with
from core.records import CostSplit, DataQuality, QualityCheck
from core.signals import STRATEGIES, Opinion, SmaCross, Strategy, sma_cross
from core.store.backtests import list_backtests, read_backtest, read_backtest_bars
from core.store.trials import recent_trials, tally
from core.views import backtest
from tests.seeded import seeded_bars

ASKED = {
    "symbol": "BTC-USD", "timeframe": "4h", "source": "sample", "strategy": "sma_cross", "start": "2018-01-01",
    "stop": "2018-12-31",
}  # fmt: skip


def run(bench: Workbench, name: str = "b1", **changed: object) -> str:
    asked = ASKED | {
        key: value if isinstance(value, str) else json.dumps(value) for key, value in changed.items()
    }
    return run_request(bench, name, read_request(asked, bench.settings), lambda share, words: None)


def strategy_of(direction, name: str = "planted") -> Strategy:
    def decide(bars: pd.DataFrame, features: pd.DataFrame) -> Opinion:
        way = np.asarray(direction(bars), dtype=np.int8)
        return Opinion(way, np.abs(way).astype(float), np.abs(way).astype(float))

    return Strategy(name, "Planted", "For a test.", "short", decide, lambda bars, features: "")


def tomorrow(bars: pd.DataFrame) -> np.ndarray:
    """Tomorrow's direction: what nobody can know."""
    return np.sign(bars["close"].shift(-1) - bars["close"]).fillna(0).to_numpy()


def test_every_strategy_can_be_given_parameters() -> None:
    assert set(MAKERS) == set(STRATEGIES)
    for name, known in STRATEGIES.items():
        assert strategy_with(name, known.parameters.model_dump()).parameters == known.parameters


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"strategy": "nonsense"}, "There is no strategy 'nonsense': choose one of sma_cross"),
        ({"parameters": {"fast": 900}}, "fast of sma_cross is 900, which should be less than or equal to 500"),
        ({"parameters": {"fast": 60}}, "do not go together: fast (60) must be shorter than slow (50)"),
        ({"parameters": {"quick": 3}}, "There is no 'quick' of sma_cross: choose from fast, slow"),
        ({"parameters": "{nonsense"}, "are not JSON"),
        ({"parameters": [1]}, "are no JSON object"),
        ({"costs": {"fee": 0.5}}, "fee of the costs is 0.5, which should be less than 0.1"),
        ({"profile": {"stop": -1}}, "stop of the risk profile is -1"),
        ({"profile": {"leverage": 3}}, "There is no 'leverage' of the risk profile"),
        ({"cash": "much"}, "The cash 'much' is no number"),
        ({"cash": "-5"}, "must be above 0"),
        ({"start": "2019-01-01"}, "The dates are swapped"),
        ({"start": "yesterday"}, "cannot be read: write it like"),
    ],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_sentence(bench: Workbench, changed: dict, said: str) -> None:
    with pytest.raises(InputError) as err:
        run(bench, **changed)
    assert said in str(err.value) and "\n" not in str(err.value)


def test_too_short_a_stretch_says_what_there_is(bench: Workbench) -> None:
    with pytest.raises(NotEnoughHistory, match=r"61 4h bars of BTC-USD between these dates .* needs 100"):
        run(bench, start="2018-12-21")


def test_a_request_takes_what_it_does_not_name_from_the_settings(bench: Workbench) -> None:
    asked = read_request(ASKED | {"costs": '{"fee": 0.002}', "profile": '{"stop": null}'}, bench.settings)
    assert asked.costs.record() == replace(bench.settings.costs.record(), fee=0.002)
    assert asked.profile == profiles(bench.settings)[AS_SET].model_copy(update={"stop": None})
    rules = asked.profile.rules(asked.instrument)
    assert math.isnan(rules.stop) and rules.target == 0.04 and rules.lot == asked.instrument.lot
    assert asked.cash == bench.settings.initial_cash


def test_the_whole_report_is_stored_and_read_back(bench: Workbench) -> None:
    run(bench, parameters={"fast": 10, "slow": 40}, profile={"size": 0.5}, cash="5000")
    summary, curves, trades = read_backtest(bench.store, "b1")
    bars, fills = read_backtest_bars(bench.store, "b1")
    assert summary.title == "Moving-average cross (10 / 40)" and json.loads(summary.parameters) == {
        "fast": 10,
        "slow": 40,
    }
    assert summary.initial_cash == 5000 and curves["equity"].iloc[0] == 5000
    assert summary.refusal == "" and summary.verdict is not None and summary.intervals is not None
    assert len(bars) == len(curves) == summary.bars and (bars.index == curves.index).all()
    assert {"exposure", "regime"} <= set(curves) and {"mae", "mfe", "regime"} <= set(trades)
    assert (trades["mae"] <= 0).all() and (trades["mfe"] >= 0).all()
    assert (trades["mae"] - 1e-9 <= trades["return_"] + 2 * 0.0015).all()
    profit = float(curves["equity"].iloc[-1]) - 5000
    done = executed(fills)
    gross = float(
        done["quantity"].sum() * bars["close"].iloc[-1] - (done["quantity"] * done["reference"]).sum()
    )
    assert isinstance(summary.costs_paid, CostSplit)
    assert gross - summary.costs_paid.total == pytest.approx(profit, abs=1e-6)
    assert [near.parameter for near in summary.neighbours] == ["fast", "fast", "slow", "slow"]
    assert [near.value for near in summary.neighbours] == [9, 11, 36, 44]
    assert list_backtests(bench.store)["title"].tolist() == [summary.title]


def test_the_run_and_its_neighbours_are_counted_for_good(bench: Workbench) -> None:
    run(bench)
    assert tally(bench.store, "BTC-USD", "4h").distinct == 5
    run(bench, "b2")
    again = tally(bench.store, "BTC-USD", "4h")
    assert (again.distinct, again.runs) == (5, 10)
    run(bench, "b3", profile={"size": 0.2})
    assert tally(bench.store, "BTC-USD", "4h").distinct == 10
    kinds = recent_trials(bench.store, "BTC-USD", "4h")["kind"].value_counts()
    assert kinds.to_dict() == {"sweep": 12, "backtest": 3}


def test_a_neighbour_is_the_same_as_running_it(bench: Workbench) -> None:
    run(bench)
    near = next(
        n for n in read_backtest(bench.store, "b1")[0].neighbours if (n.parameter, n.value) == ("slow", 45)
    )
    run(bench, "b2", parameters={"slow": 45})
    metrics = read_backtest(bench.store, "b2")[0].metrics
    assert (near.total_return, near.sharpe, near.trades) == (
        metrics.total_return,
        metrics.sharpe,
        metrics.trades,
    )


def test_neighbours_keep_the_bounds() -> None:
    steps = neighbours_of(sma_cross(SmaCross(fast=2, slow=3)))
    assert [(step.parameter, step.value) for step in steps] == [("slow", 4)]


def test_a_strategy_that_sees_the_future_is_refused(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(STRATEGIES, "planted", strategy_of(tomorrow))
    run(bench, strategy="planted")
    summary = read_backtest(bench.store, "b1")[0]
    assert summary.refusal.startswith("The strategy sees the future. With the bars after 201")
    assert summary.verdict is None and summary.intervals is None
    assert tally(bench.store, "BTC-USD", "4h").distinct == 1, "refused runs count as tried"


@pytest.mark.parametrize("name", list(STRATEGIES))
def test_no_registered_strategy_sees_the_future(name: str) -> None:
    assert look_ahead(STRATEGIES[name], seeded_bars(3000, seed=8)) == ""


@pytest.mark.parametrize(
    "peek",
    [
        tomorrow,
        lambda bars: np.sign(bars["close"] - bars["close"].mean()),
        lambda bars: np.sign(bars["close"].rolling(21, center=True).mean().diff().fillna(0)),
    ],
    ids=["shift", "global mean", "centred window"],
)
def test_planted_leaks_are_found(peek) -> None:
    said = look_ahead(strategy_of(peek), seeded_bars(3000, seed=8))
    assert "random cuts show it" in said


def test_ruin_is_refused(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Short with half the account before the price goes from 4,000 to 19,000."""
    monkeypatch.setitem(STRATEGIES, "planted", strategy_of(lambda bars: np.full(len(bars), -1)))
    run(bench, strategy="planted", start="2017-10-05", profile={"size": 0.45, "stop": None, "target": None})
    summary = read_backtest(bench.store, "b1")[0]
    assert summary.refusal.startswith("The account was ruined on 2017-12-")
    view = backtest(bench, "b1")
    assert view.numbers == () and view.summary.verdict is None


def test_bars_that_cannot_be_trusted_are_refused(bench: Workbench) -> None:
    strict = bench.settings.collect.model_copy(update={"minimum_quality": 100.0})
    doubting = replace(bench, settings=bench.settings.model_copy(update={"collect": strict}))
    run(doubting, timeframe="1h")
    assert "cannot be trusted" in read_backtest(bench.store, "b1")[0].refusal


def test_late_bars_do_not_spoil_the_past() -> None:
    checks = (QualityCheck("stale", 9, 45.0, ""), QualityCheck("gaps", 3, 12.0, ""))
    assert trust_of_the_past(DataQuality(43.0, 100, None, None, checks)) == 88.0


def test_figures_that_are_no_number_are_not_stored_as_one(bench: Workbench) -> None:
    run(bench)
    metrics = read_backtest(bench.store, "b1")[0].metrics
    marked = storable(replace(metrics, total_return=math.nan, sharpe=math.inf))
    assert marked.total_return == 0.0 and marked.sharpe is None and marked.trades == metrics.trades


def test_rare_rules_and_costs_reach_the_core(bench: Workbench) -> None:
    run(bench)
    plain = read_backtest(bench.store, "b1")[0]
    run(
        bench, "b2", profile={"trail": 0.02, "time_limit": 5, "break_even": 0.015}, costs={"minimum_fee": 3.0}
    )
    summary, _, trades = read_backtest(bench.store, "b2")
    assert {"trailing_stop", "time_limit"} <= set(trades["exit_reason"])
    assert summary.costs_paid is not None and plain.costs_paid is not None
    assert summary.costs_paid.fee / max(summary.metrics.trades, 1) >= 6.0
    told = " ".join(summary.assumptions)
    assert (
        "trailing stop follows 2.0%" in told
        and "closed after 5 bars" in told
        and "at least 3.00 in fees" in told
    )


def test_terms_cover_what_the_records_hold() -> None:
    """A cost or rule that the core learns is either offered here or left out on purpose."""
    from dataclasses import fields

    from core.evaluate import Rules
    from core.records import Costs

    assert set(CostTerms.model_fields) == {field.name for field in fields(Costs)}
    left_out = {"every_bar", "lot", "entry_through", "time_in_force", "fills"}
    assert set(RiskProfile.model_fields) == {field.name for field in fields(Rules)} - left_out
