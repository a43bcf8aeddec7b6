"""Meta-labelling: labels by hand, the fused signal of past bars, and inputs turned to the side of the trade."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import Costs, Direction, Signal
from core.signals import fuse
from core.signals.meta import (
    MARKET,
    Exits,
    Primary,
    events_of,
    exits_of,
    fit_regression,
    input_names,
    luck,
    meta_inputs,
    primary_at,
    primary_of,
    trade_outcomes,
)

FREE = Exits(0.02, 0.04, 3, 0.0, 0.0, 0.0)


def outcome(
    bars: list[tuple[float, float, float, float]], side: int, exits: Exits = FREE
) -> tuple[float, int]:
    net, ended = trade_outcomes(np.array([0]), np.array([side]), np.array(bars), exits)
    return float(net[0]), int(ended[0])


FLAT = (100.0, 100.5, 99.5, 100.0)


@pytest.mark.parametrize(
    ("bars", "side", "net", "ended"),
    [
        ([FLAT, FLAT, FLAT, (100.0, 101.0, 99.5, 101.0)], 1, 0.01, 3),
        ([FLAT, FLAT, FLAT, (100.0, 101.0, 99.5, 101.0)], -1, -0.01, 3),
        ([FLAT, FLAT, (100.0, 104.5, 99.0, 104.0), FLAT], 1, 0.04, 2),
        ([FLAT, FLAT, (100.0, 105.0, 97.0, 104.0), FLAT], 1, -0.02, 2),
        ([FLAT, (100.0, 100.5, 97.9, 99.0), FLAT, FLAT], 1, -0.02, 1),
        ([FLAT, FLAT, (95.0, 96.0, 94.0, 95.0), FLAT], 1, -0.05, 2),
        ([FLAT, FLAT, (95.0, 96.0, 94.0, 95.0), FLAT], -1, 0.05, 2),
        ([FLAT, (100.0, 102.5, 99.0, 100.0), FLAT, FLAT], -1, -0.02, 1),
    ],
    ids=["time", "time short", "target", "stop first", "entry bar", "gap", "gap to target", "short stop"],
)
def test_what_becomes_of_a_trade(bars: list, side: int, net: float, ended: int) -> None:
    assert outcome(bars, side) == (pytest.approx(net), ended)


def test_costs_are_paid_and_a_trade_without_its_time_has_no_label() -> None:
    exits = exits_of(0.02, 0.04, 3, Costs(0.001, 0.0002, 0.0003, 0.0365, funding=0.0), 365.0)
    net, _ = outcome([FLAT] * 4, -1, exits)
    assert net == pytest.approx(-0.003 - 3 * 0.0001)
    assert exits.needed == pytest.approx((0.02 + 0.003) / 0.06)
    short, ended = outcome([FLAT] * 3, 1)
    assert np.isnan(short) and ended == -1


@given(
    st.lists(st.tuples(st.sampled_from([-1, 0, 1]), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=9)
)
def test_the_signal_of_many_bars_is_that_of_a_cycle(sources: list[tuple[int, float, float]]) -> None:
    names = [f"s{n}" for n in range(len(sources))]
    way, confidence, weight = (np.array([[one[n]] for one in sources], dtype=float) for n in range(3))
    confidence = np.where(way != 0, confidence, 0.0)
    found = primary_of(names, way, confidence, weight)
    signals = [
        Signal(name, Direction(one[0]), 1.0, float(c), "short", "")
        for name, one, c in zip(names, sources, confidence[:, 0], strict=True)
    ]
    fused = fuse(signals, {name: (one[2], "") for name, one in zip(names, sources, strict=True)})
    assert found.score[0] == pytest.approx(fused.score, abs=1e-9)
    own = primary_at(fused)
    assert found.speakers[0] == own.speakers[0]
    for name in names:
        assert found.contributions[name][0] == pytest.approx(own.contributions[name][0], abs=1e-12)


def test_forecasts_count_together_and_inputs_are_turned_to_the_trade() -> None:
    names = input_names(["sma_cross", "forecast:short", "forecast:long"])
    assert names[:5] == ("confidence", "disagreement", "speakers", "from sma_cross", "from forecasts")
    way = np.array([[-1.0], [-1.0], [1.0]])
    primary = primary_of(
        ["sma_cross", "forecast:short", "forecast:long"], way, np.full((3, 1), 0.8), np.ones((3, 1))
    )
    market = {name: np.array([0.5]) for name in MARKET} | {"rsi_14": np.array([80.0])}
    row = dict(zip(names, meta_inputs(names, primary, market)[0].tolist(), strict=True))
    assert row["confidence"] == pytest.approx(0.8 / 3) and row["speakers"] == 3
    assert row["from sma_cross"] == pytest.approx(0.8 / 3) and row["from forecasts"] == pytest.approx(0.0)
    assert row["return_24"] == -0.5 and row["atr_close"] == 0.5 and row["rsi_14"] == pytest.approx(-0.6)


def test_a_lower_confidence_counts_where_there_are_too_few_events() -> None:
    score = np.concatenate((np.full(5, 0.9), np.full(20, -0.5), np.full(100, 0.1)))
    assert events_of(score, 0.7, 4)[1] == 0.7
    rows, bar = events_of(score, 0.7, 20)
    assert (len(rows), bar) == (25, pytest.approx(0.42))
    assert events_of(score, 0.7, 1000)[1] == pytest.approx(0.28)


def test_the_regression_finds_what_is_there_and_ignores_what_is_unknown_or_constant() -> None:
    rng = np.random.default_rng(1)
    inputs = rng.normal(0, 1, (400, 3))
    inputs[:, 2] = 7.0
    gained = (inputs[:, 0] + rng.normal(0, 1, 400) > 0).astype(int)
    inputs[::10, 1] = np.nan
    fitted = fit_regression(inputs, gained, np.ones(400))
    assert fitted.weight[0] > 5 * abs(fitted.weight[1]) and abs(fitted.weight[2]) < 1e-9
    usual = fitted.probability(np.array([[np.nan, np.nan, np.nan]]))
    assert usual == pytest.approx(fitted.probability(fitted.mean[None]))
    said = fitted.probability(inputs)
    assert ((said > 0) & (said < 1)).all() and np.corrcoef(said, gained)[0, 1] > 0.5


def test_luck_counts_independent_rows() -> None:
    outcome = np.array([1.0, 0.0] * 50)
    good, base = np.where(outcome > 0, 0.6, 0.45), np.full(100, 0.5)
    assert luck(outcome, good, base, 100.0) == pytest.approx(2 * luck(outcome, good, base, 25.0))  # type: ignore[operator]
    assert luck(outcome, base, base, 100.0) is None


def test_no_direction_has_no_side() -> None:
    silent = Primary(np.zeros(1), np.zeros(1), np.zeros(1), {})
    row = meta_inputs(input_names([]), silent, {name: np.ones(1) for name in MARKET})
    assert row.shape == (1, 4 + len(MARKET)) and row[0, -1] == 0.0
