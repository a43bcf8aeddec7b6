"""The forecast's prompt and how its answers are read."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.llm.snapshot import Ahead, Snapshot, unknown_numbers
from core.llm.use import Unit
from core.llm.uses.forecast import FORECAST, ForecastsSaid, probabilities, read
from core.llm.uses.forecast_asking import ask, snapshot_unit
from core.records import RegimeKind, Timeframe

SNAPSHOT = Snapshot(
    symbol="BTC-USD", timeframe=Timeframe.H1, price=67321.5, returns=((1, 0.0012), (24, -0.0324)), volatility=0.006,
    atr=0.0081, rsi=63.2, position=0.71, distance=((20, 0.011),), regime=RegimeKind.TREND, regime_probability=0.83,
    ahead=(Ahead("short", 4, 0.012, (0.3, 0.4, 0.3)), Ahead("long", 96, 0.059, (0.28, 0.36, 0.36))),
)  # fmt: skip
UNIT = snapshot_unit(SNAPSHOT)


def answer(unit: int = 1, symbol: str = "BTC-USD", **changed: Any) -> dict[str, Any]:
    short = {
        "horizon": "short",
        "reason": "RSI at 63.",
        "p_down": 0.25,
        "p_flat": 0.4,
        "p_up": 0.35,
    } | changed
    return {"unit": unit, "symbol": symbol, "horizons": [short]}


def said(*answers: dict[str, Any]) -> ForecastsSaid:
    return ForecastsSaid.model_validate({"answers": list(answers)})


def test_the_examples_are_answers_that_would_be_taken_whole() -> None:
    assert len(FORECAST.examples) >= 3
    for asked, answered in FORECAST.examples:
        shown = json.loads(asked)["snapshots"]
        units = [
            Unit(item["symbol"], json.dumps({k: v for k, v in item.items() if k != "unit"})) for item in shown
        ]
        taken = read(ForecastsSaid.model_validate_json(answered), units)
        for item, held in zip(shown, taken, strict=True):
            assert held is not None
            assert [h.horizon for h in held.horizons] == [h["horizon"] for h in item["horizons"]]


def test_a_question_holds_several_assets_and_only_their_numbers() -> None:
    asked = json.loads(ask([UNIT, UNIT]))
    assert [item["unit"] for item in asked["snapshots"]] == [1, 2]
    assert asked["snapshots"][0] == {"unit": 1} | json.loads(UNIT.content)


def test_answers_come_in_the_order_of_the_units() -> None:
    other = Unit("ETH-USD", UNIT.content)
    first, second = read(said(answer(2, "eth-usd"), answer(1)), [UNIT, other])
    assert first is not None and first.symbol == "BTC-USD"
    assert second is not None and second.symbol == "ETH-USD"


@pytest.mark.parametrize(
    "wrong",
    [
        answer(unit=2),
        answer(symbol="ETH-USD"),
        answer(reason="It will reach 70,000."),
        answer(reason="RSI at 57."),
        answer(reason="Up +3.24 % over 24 bars."),
        answer(p_up=0.9),
        answer(p_down=-0.1, p_flat=0.7, p_up=0.4),
        answer(p_down=0.0, p_flat=0.0, p_up=0.0),
        {"unit": 1, "symbol": "BTC-USD", "horizons": []},
    ],
)
def test_what_does_not_hold_is_void(wrong: dict[str, Any]) -> None:
    assert read(said(wrong), [UNIT]) == (None,)


def test_one_void_horizon_does_not_take_the_other_along() -> None:
    both = answer()
    both["horizons"].append(both["horizons"][0] | {"horizon": "long", "reason": "Target 99,999."})
    (taken,) = read(said(both), [UNIT])
    assert taken is not None and [item.horizon for item in taken.horizons] == ["short"]


def test_a_long_reason_is_cut_between_words_and_not_refused() -> None:
    (taken,) = read(said(answer(reason="price 67321.5 and " * 30)), [UNIT])
    assert taken is not None
    reason = taken.horizons[0].reason
    assert len(reason) <= 202 and reason.endswith("…")
    assert unknown_numbers(reason, UNIT.content) == ()


def test_percentages_and_small_gaps_are_put_right() -> None:
    assert probabilities(25, 40, 35) == pytest.approx((0.25, 0.4, 0.35))
    assert probabilities(0.25, 0.41, 0.35) == pytest.approx((0.25 / 1.01, 0.41 / 1.01, 0.35 / 1.01))
    assert probabilities(0.25, 0.45, 0.35) is None
    assert probabilities(-0.004, 0.504, 0.5) == pytest.approx((0.0, 0.504 / 1.004, 0.5 / 1.004))


@given(st.tuples(*[st.floats(-2, 102, allow_nan=False)] * 3))
def test_what_is_taken_is_a_distribution(three: tuple[float, float, float]) -> None:
    taken = probabilities(*three)
    if taken is not None:
        assert math.isclose(sum(taken), 1.0, abs_tol=1e-12)
        assert min(taken) >= 0.0
