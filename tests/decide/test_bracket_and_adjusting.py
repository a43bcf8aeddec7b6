"""Where stop and target rest, and when they move: never wider than the limit, and a stop only nearer."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.decide import Standing, Surroundings, adjustment, propose
from core.decide.bracket import bracket, reward_to_risk
from core.records import Action, Costs, Direction, FusedSignal, Levels, Position
from core.settings import RiskSettings, Settings, SizingSettings

NOW = datetime(2024, 1, 1, tzinfo=UTC)
COSTS = Costs(0.001, 0.0002, 0.0003, 0.03)


def chosen(sizing: dict[str, Any] | None = None, **risk: Any) -> Settings:
    return Settings(risk=RiskSettings(**risk), sizing=SizingSettings(**(sizing or {})))


def held(way: int = 1, stop: float | None = None, target: float | None = None) -> Position:
    return Position(
        "BTC-USD", "1h", 2.0 * way, 100.0, 0.1, NOW, 100.0 - 2 * way if stop is None else stop,
        100.0 + 4 * way if target is None else target, "o", 100.0,
    )  # fmt: skip


LEVELS = Levels(0.012, 0.03, 0.015, 0.025, 500)


@pytest.mark.parametrize(
    ("way", "around", "sizing", "risk", "expected", "said"),
    [
        (1, Surroundings(), {}, {}, (0.02, 0.04), ""),
        (1, Surroundings(atr=0.005), {}, {"atr_stop": 2.0}, (0.01, 0.04), "2 average true ranges of 0.50%"),
        (1, Surroundings(atr=0.05), {}, {"atr_stop": 2.0}, (0.02, 0.04), ""),
        (1, Surroundings(), {}, {"atr_stop": 2.0}, (0.02, 0.04), ""),
        (1, Surroundings(levels=LEVELS), {}, {}, (0.02, 0.04), ""),
        (
            1,
            Surroundings(levels=LEVELS, costs=COSTS),
            {"levels": True},
            {},
            (0.012, 0.03),
            "that is the target",
        ),
        (
            -1,
            Surroundings(levels=LEVELS, costs=COSTS),
            {"levels": True},
            {},
            (0.015, 0.025),
            "that is the stop",
        ),
        (
            -1,
            Surroundings(levels=LEVELS, costs=COSTS),
            {"levels": True},
            {"min_reward_to_risk": 1.5},
            (0.015, 0.04),
            "",
        ),
        (
            1,
            Surroundings(levels=LEVELS, atr=0.005),
            {"levels": True},
            {"atr_stop": 1.0},
            (0.005, 0.03),
            "0.50%",
        ),
    ],
)
def test_the_tightest_stop_and_a_target_that_pays(
    way: int, around: Surroundings, sizing: dict[str, Any], risk: dict[str, Any], expected: tuple[float, float], said: str
) -> None:  # fmt: skip
    stop, target, words = bracket(way, around, chosen(sizing, **risk))
    assert (stop, target) == pytest.approx(expected)
    assert said in words and (said or expected != (0.02, 0.04) or not words)


@given(
    way=st.sampled_from((1, -1)),
    atr=st.none() | st.floats(1e-5, 0.5),
    levels=st.none() | st.builds(Levels, *(st.floats(0, 0.3) for _ in range(4)), st.just(9)),
    atr_stop=st.floats(0, 10),
    limit=st.floats(0.001, 0.5),
    target=st.floats(0.001, 2),
)
def test_a_stop_is_never_wider_than_the_limit_nor_a_levels_target_a_bad_deal(
    way: int, atr: float | None, levels: Levels | None, atr_stop: float, limit: float, target: float
) -> None:
    settings = chosen({"levels": True}, atr_stop=atr_stop, stop_loss=limit, take_profit=target)
    stop, taken, _ = bracket(way, Surroundings(atr=atr, levels=levels, costs=COSTS), settings)
    assert 0.0 < stop <= limit
    assert taken == target or reward_to_risk(stop, taken, COSTS) >= settings.risk.min_reward_to_risk


@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize(
    ("numbers", "around", "stop"),
    [
        (0.5, Surroundings(atr=0.005), None),
        (0.5, Surroundings(atr=0.005, volatile=0.4), None),
        (0.5, Surroundings(atr=0.005, volatile=0.5), 1.5),
        (0.0, Surroundings(atr=0.005), 1.5),
        (-0.3, Surroundings(atr=0.005), 1.5),
        (-0.3, Surroundings(), None),
        (-0.3, Surroundings(atr=0.01), None),
    ],
)
def test_a_stop_is_drawn_to_three_true_ranges_when_there_is_reason(
    way: int, numbers: float, around: Surroundings, stop: float | None
) -> None:
    found = adjustment(held(way), 100.0, numbers * way, around, chosen())
    if stop is None:
        assert found is None
    else:
        assert found is not None and found.stop == pytest.approx(100.0 - stop * way)
        assert found.target is None and "1.50% from the last close" in found.reason


def test_it_can_be_switched_off_and_small_moves_are_left() -> None:
    around = Surroundings(atr=0.005)
    assert adjustment(held(), 100.0, -0.3, around, chosen({"adjust": False})) is None
    assert adjustment(held(stop=98.46), 100.0, -0.3, around, chosen()) is None
    assert adjustment(held(stop=98.44), 100.0, -0.3, around, chosen()) is not None


def test_a_target_follows_the_levels_where_they_are_asked_for() -> None:
    around = Surroundings(atr=0.005, levels=LEVELS)
    found = adjustment(held(), 100.0, 0.5, around, chosen({"levels": True}))
    assert found is not None and found.stop is None and found.target == pytest.approx(103.0)
    assert adjustment(held(target=103.0), 100.0, 0.5, around, chosen({"levels": True})) is None
    assert adjustment(held(), 100.0, 0.5, around, chosen()) is None


def test_text_alone_moves_no_stop() -> None:
    """Headlines that shout against a position leave its stop where the numbers have it."""
    around = Surroundings(atr=0.005)
    standing = Standing("BTC-USD", held(), 100.0, 10_000.0)
    loud = FusedSignal(Direction.DOWN, 0.6, -0.6, (), 0.5, "", numbers_only=0.4)
    assert propose(loud, standing, Settings(), around).action is Action.HOLD
    meant = FusedSignal(Direction.DOWN, 0.6, -0.6, (), 0.5, "", numbers_only=-0.4)
    proposal = propose(meant, standing, Settings(), around)
    assert (proposal.action, proposal.quantity, proposal.gate) == (Action.ADJUST, 0.0, "")
    assert proposal.new_stop == pytest.approx(98.5) and proposal.new_target is None


@given(
    way=st.sampled_from((1, -1)),
    price=st.floats(1, 1e5),
    stop=st.floats(0.5, 0.9999),
    numbers=st.floats(-1, 1),
    atr=st.floats(1e-5, 0.9),
    volatile=st.none() | st.floats(0, 1),
)
def test_an_adjustment_never_moves_a_stop_away_nor_past_the_price(
    way: int, price: float, stop: float, numbers: float, atr: float, volatile: float | None
) -> None:
    level = price * (stop if way > 0 else 2 - stop)
    found = adjustment(
        held(way, stop=level),
        price,
        numbers,
        Surroundings(atr=atr, volatile=volatile),
        chosen({"adjust_atr": 0.7}),
    )
    if found is not None:
        assert found.stop is not None and (found.stop - level) * way > 0 and (price - found.stop) * way > 0
