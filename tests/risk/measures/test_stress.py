"""Scenarios on books small enough to add up by hand."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import AssetClass, Contributions, Holding, Scenario
from core.risk.measures import (
    contributions,
    correlated,
    gap_through_stops,
    price_shocks,
    stress,
    volatility_doubles,
    wider_spread,
    worst_moves,
)

BTC = Holding("BTC-USD", AssetClass.CRYPTO, 1000.0, 0.03, 0.02)
SHORT = Holding("AAPL", AssetClass.STOCK, -500.0, 0.01, None)
BOOK = (BTC, SHORT)
EQUITY = 10_000.0


def test_price_shocks_follow_class_and_side() -> None:
    fall, rise, *alone = stress(BOOK, price_shocks(BOOK), EQUITY)
    assert fall.pnl == pytest.approx(-250 + 60) and rise.pnl == pytest.approx(250 - 60)
    assert fall.share == pytest.approx(-0.019) and fall.parts[0] == ("BTC-USD", pytest.approx(-250.0))
    assert [loss.pnl for loss in alone] == pytest.approx([-250.0, -60.0])
    assert "AAPL rises by 12%" in alone[1].words
    assert price_shocks(()) == () and len(price_shocks((BTC,))) == 2, "alone would say the same again"


def test_everything_against_the_book() -> None:
    (loss,) = stress(BOOK, correlated(BOOK), EQUITY)
    assert loss.pnl == pytest.approx(-1.6448536 * (1000 * 0.03 + 500 * 0.01))
    unknown = Holding("ETH-USD", AssetClass.CRYPTO, 100.0, None, None)
    assert "1 without enough history left out" in correlated((*BOOK, unknown))[0].words
    assert correlated((unknown,)) == ()


def test_twice_the_volatility_is_twice_the_gaussian_loss() -> None:
    rho = np.array([[1.0, 0.5], [0.5, 1.0]])
    spread = np.sqrt(30.0**2 + 5.0**2 - 2 * 0.5 * 30 * 5)
    (loss,) = stress(BOOK, volatility_doubles(BOOK, rho), EQUITY)
    assert loss.pnl == pytest.approx(-2 * 1.6448536 * spread)
    (worst,) = stress(BOOK, correlated(BOOK), EQUITY)
    assert loss.pnl > 2 * worst.pnl, "what diversifies loses less than what does not"


def test_the_worst_of_the_past_is_worst_for_this_book() -> None:
    ends = [datetime(2019, 6, k, tzinfo=UTC) for k in range(1, 6)]
    past = np.array([[0.01, 0.0], [-0.05, -0.11], [-0.04, 0.02], [0.02, 0.01], [-0.2, 0.0]])
    found = worst_moves(BOOK, past, ends, "day")
    assert [s.name for s in found] == ["Worst day again", "Second worst day again"], "only losses are stress"
    assert stress(BOOK, found, EQUITY)[1].pnl == pytest.approx(-40 - 10)
    assert "Of 5 stored days" in found[0].words and "2019-06-05" in found[0].words
    assert worst_moves((), np.empty((0, 0)), [], "day") == ()


def test_a_gap_costs_a_multiple_of_the_stop_and_names_who_has_none() -> None:
    (scenario,) = gap_through_stops(BOOK)
    (loss,) = stress(BOOK, (scenario,), EQUITY)
    assert loss.pnl == pytest.approx(-1000 * 0.06)
    assert "1 position has no stop and is left out" in scenario.words
    assert gap_through_stops((SHORT,)) == ()


def test_dear_exits_cost_on_every_side() -> None:
    (loss,) = stress(BOOK, wider_spread(BOOK, 0.0002, 0.0013), EQUITY)
    assert loss.pnl == pytest.approx(-1500 * 0.0033)


def test_no_more_than_its_value_is_lost_on_a_long() -> None:
    (loss,) = stress((BTC,), (Scenario("end", "all gone", (("BTC-USD", -3.0),)),), EQUITY)
    assert loss.pnl == -1000.0
    (nothing,) = stress((BTC,), (Scenario("end", "all gone", (("BTC-USD", -3.0),)),), 0.0)
    assert nothing.share == float("-inf")


HOLDINGS = st.lists(
    st.builds(
        Holding,
        symbol=st.integers(0, 99).map(lambda k: f"S{k}"),
        kind=st.sampled_from(AssetClass),
        value=st.floats(-1e5, 1e5).filter(lambda v: abs(v) > 1),
        volatility=st.floats(0.001, 0.2),
        stop=st.one_of(st.none(), st.floats(0.001, 0.2)),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda item: item.symbol,
)


@given(HOLDINGS, st.floats(0.0, 1.0))
def test_parts_add_up_and_what_is_against_the_book_never_earns(held: list[Holding], rho: float) -> None:
    k = len(held)
    correlation = np.full((k, k), rho) + (1 - rho) * np.eye(k)
    made = (
        *correlated(held), *gap_through_stops(held), *wider_spread(held, 0.001, 0.001),
        *volatility_doubles(held, correlation),
    )  # fmt: skip
    for loss in stress(held, made, EQUITY):
        assert loss.pnl <= 1e-6
        assert sum(part for _, part in loss.parts) == pytest.approx(loss.pnl)
        assert len(loss.parts) == k
        assert [p for _, p in loss.parts] == sorted(p for _, p in loss.parts)


def test_contributions_of_two_assets() -> None:
    found = contributions([0.5, 0.5], np.array([[0.04, 0.036], [0.036, 0.09]]))
    assert found.volatility == pytest.approx(0.224722, abs=1e-6)
    assert found.parts == pytest.approx((0.084549, 0.140173), abs=1e-6)


def test_a_hedge_has_a_negative_part_and_nothing_held_no_risk() -> None:
    found = contributions([1.0, -0.2], np.array([[0.04, 0.036], [0.036, 0.09]]))
    assert found.parts[1] < 0 < found.parts[0]
    assert contributions([0.0, 0.0], np.eye(2)) == Contributions(0.0, (0.0, 0.0))
    with pytest.raises(ValueError, match="2 × 2"):
        contributions([1.0, 1.0], np.eye(3))


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=6), st.integers(0, 1000))
def test_the_parts_sum_to_the_volatility(weights: list[float], seed: int) -> None:
    sample = np.random.default_rng(seed).normal(size=(50, len(weights)))
    found = contributions(weights, np.atleast_2d(np.cov(sample, rowvar=False)))
    assert sum(found.parts) == pytest.approx(found.volatility, abs=1e-9)


def test_days_may_end_whenever_they_do() -> None:
    ends = [datetime(2019, 1, 1, tzinfo=UTC) + timedelta(days=k) for k in range(30)]
    past = np.random.default_rng(0).normal(0, 0.02, (30, 1))
    assert len(worst_moves((BTC,), past, ends, "week", 3)) == 3
