"""Figures of the risk page: they draw the records' numbers, mark limits, and say in words what they show."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from core.charts import (
    Look,
    binding_chart,
    breaker_chart,
    contribution_chart,
    holdings_chart,
    stress_losses_chart,
    usage_chart,
    var_backtest_chart,
    var_chart,
)
from core.records import (
    CheckTally,
    Contributions,
    Exposure,
    RiskCheck,
    RiskEvent,
    RiskEventKind,
    StressLoss,
    SystemState,
    VarBacktest,
    VarEstimate,
    VarMethod,
)
from core.risk.measures import backtest_var

EVERY_LOOK = pytest.mark.parametrize("look", list(Look))
AT = datetime(2024, 6, 3, tzinfo=UTC)


def named(figure, name: str):
    return next(trace for trace in figure.data if trace.name == name)


@EVERY_LOOK
def test_what_is_held_stands_beside_its_limit(look: Look) -> None:
    held = (
        Exposure("BTC", 0.12, 0.10, 1200.0), Exposure("SOL", -0.06, 0.10, -600.0),
        Exposure("all together", 0.18, 0.5, 1800.0, total=True),
    )  # fmt: skip
    figure = holdings_chart(held, look)
    bars = named(figure, "held")
    assert tuple(bars.x) == (0.12, 0.06, 0.18) and tuple(named(figure, "limit").x) == (0.10, 0.10, 0.5)
    assert bars.marker.color[0] == look.tokens.warning, "over its limit"
    assert bars.marker.pattern.shape[1] == "/", "a short is hatched"
    assert named(figure, "numbers").text[0].strip() == "12.0% long, over"
    assert "SOL 6.0% of at most 10.0%" in figure.layout.meta
    assert "Nothing is held" in holdings_chart((), look).layout.meta


@EVERY_LOOK
def test_the_fullest_limit_comes_first(look: Look) -> None:
    checks = (
        (RiskCheck("var", 1.0, 5.0, "%", True, "VaR 1%."), 0.2),
        (RiskCheck("max_positions", 5, 5, "positions", True, "5 of 5."), 1.0),
        (RiskCheck("system_state", None, None, "", True, "ACTIVE."), None),
    )
    figure = usage_chart(checks, look)
    assert list(named(figure, "used").y) == ["max positions", "var"]
    assert figure.layout.meta == "Nearest limit: max positions, 100% used. 5 of 5."
    assert "No limit can be held" in usage_chart((), look).layout.meta


ESTIMATES = (
    VarEstimate(0.02, 0.03, VarMethod.HISTORICAL, "Linear quantile.", 0.95, 900),
    VarEstimate(None, None, VarMethod.EVT, "900 returns are <too> few.", 0.95, 900),
)


@EVERY_LOOK
def test_the_deciding_method_is_starred_and_a_refusal_is_told(look: Look) -> None:
    figure = var_chart(ESTIMATES, VarMethod.HISTORICAL, 0.05, 10_000.0, look)
    assert list(named(figure, "VaR").x) == [0.02, 0.0] and named(figure, "VaR").text[0] == "2.00%  $200"
    assert "★ Historical" in named(figure, "VaR").y[0] and "★" not in named(figure, "VaR").y[1]
    assert any("refuses: 900 returns are &lt;too&gt; few." in note.text for note in figure.layout.annotations)
    assert [shape.name for shape in figure.layout.shapes] == ["limit of the VaR 5.0%"]
    assert "few" in var_chart(ESTIMATES[1:], VarMethod.EVT, None, 1.0, look).layout.meta
    assert "Nothing is held" in var_chart((), VarMethod.EVT, None, 1.0, look).layout.meta


@EVERY_LOOK
def test_the_past_marks_every_exception(look: Look) -> None:
    returns = np.random.default_rng(2).normal(0, 0.01, 400)
    found = backtest_var(returns, 0.95, VarMethod.GAUSSIAN, 250)
    times = pd.date_range("2024-01-01", periods=len(found.rows), freq="D", tz="UTC")
    figure = var_backtest_chart(found, times, look)
    crosses = next(trace for trace in figure.data if trace.name.startswith("beyond it"))
    assert len(crosses.x) == found.exceeded.sum()
    assert (np.asarray(crosses.y) < 0).all() and figure.layout.meta == found.words
    nothing = VarBacktest(VarMethod.EVT, 0.95, 10, *(np.empty(0, dtype=int),) * 3, np.empty(0, bool), None, "Too short.")  # fmt: skip
    assert var_backtest_chart(nothing, times[:0], look).layout.meta == "Too short."


@EVERY_LOOK
def test_the_fall_stands_against_its_breakers(look: Look) -> None:
    fall = pd.Series([0.0, -0.05, -0.16], pd.date_range("2024-06-01", periods=3, tz="UTC"))
    trip = RiskEvent(
        "b", RiskEventKind.TRIP, AT, AT, "breaker", "It <b>fell</b>.", SystemState.ACTIVE, SystemState.HALTED, 84.0, 100.0, 0.16,
    )  # fmt: skip
    figure = breaker_chart(fall, (("openings pause", 0.10), ("the breaker trips", 0.15)), (trip,), look)
    assert [shape.y0 for shape in figure.layout.shapes] == [-0.10, -0.15]
    assert named(figure, "tripped").y[0] == -0.16 and "&lt;b&gt;" in named(figure, "tripped").customdata[0]
    assert figure.layout.yaxis.range[0] < -0.16 and "at worst −16.0%" in figure.layout.meta
    assert "too short" in breaker_chart(fall[:1], (), (), look).layout.meta


@EVERY_LOOK
def test_the_worst_scenario_is_on_top(look: Look) -> None:
    losses = (
        StressLoss("All prices rise", "Up.", 50.0, 0.005, (("A", 50.0),)),
        StressLoss("All prices fall", "Down.", -80.0, -0.008, (("A", -80.0),)),
    )
    figure = stress_losses_chart(losses, look)
    bars = figure.data[0]
    assert list(bars.y) == ["All prices fall", "All prices rise"] and list(bars.x) == [-80.0, 50.0]
    assert bars.text[0] == "−$80  −0.80%" and "Down." in bars.customdata[0]
    assert figure.layout.meta.startswith("Worst: All prices fall, −$80")
    assert "no scenario can hurt" in stress_losses_chart((), look).layout.meta


@EVERY_LOOK
def test_parts_of_the_risk_beside_parts_of_the_money(look: Look) -> None:
    figure = contribution_chart(("A", "B"), (0.1, -0.3), Contributions(0.02, (0.024, -0.004)), look)
    assert list(named(figure, "part of the risk").x) == pytest.approx([1.2, -0.2])
    assert list(named(figure, "part of the money held").x) == pytest.approx([0.25, 0.75])
    assert named(figure, "part of the risk").marker.pattern.shape[1] == "x", "a hedge"
    assert "too little history" in contribution_chart(("A",), (0.1,), None, look).layout.meta


@EVERY_LOOK
def test_the_check_that_stops_most_comes_first(look: Look) -> None:
    tallies = (
        CheckTally("correlation", 44, 19, 0, 1.2, "Too <alike>."),
        CheckTally("cash", 44, 0, 8, 0.5, "Enough."),
        CheckTally("stale_data", 44, 0, 0, 0.0, "New."),
    )
    figure = binding_chart(tallies, look)
    assert (
        list(named(figure, "refused").x) == [19, 0]
        and "&lt;alike&gt;" in named(figure, "refused").customdata[0]
    )
    assert "correlation refused 19 of 44" in figure.layout.meta
    assert "No risk check has been run" in binding_chart(tallies[2:], look).layout.meta


def test_marks_of_a_log_keep_their_times() -> None:
    fall = pd.Series([0.0, -0.02, 0.0], pd.date_range("2024-06-01", periods=3, tz="UTC"))
    made = RiskEvent(
        "b", RiskEventKind.RESET, AT - timedelta(days=1), AT, "Ada", "Why not.", SystemState.HALTED, SystemState.ACTIVE, 1.0, 1.0, 0.0,
    )  # fmt: skip
    figure = breaker_chart(fall, (("the breaker trips", 0.15),), (made,))
    assert named(figure, "reset").x[0] == pd.Timestamp("2024-06-02").to_pydatetime()
