"""Every rule at its boundary, and what holds for all of them together."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import Action, Proposal, RiskCheck, RiskState, SystemState
from core.risk import RULES, RiskContext, check, volatility_ratio
from core.risk.usage import usage
from tests.risk.proposals import NOW, around, held, opening, prices, verdict, waiting


@pytest.mark.parametrize(
    ("name", "context", "value", "limit", "passed"),
    [
        ("symbol_exposure", around(), 10.0, 10.0, True),
        ("symbol_exposure", around(held("BTC-EUR", 0.1), cash=9_990.0), 10.1, 10.0, False),
        ("symbol_exposure", around(held("ETH-USD", 0.1), cash=9_990.0), 10.0, 10.0, True),
        ("symbol_exposure", around(held("BTC-EUR", 5.0), cash=9_500.0, risk={"max_symbol_exposure": 0.15}), 15.0, 15.0, True),
        ("symbol_exposure", around(orders=(waiting("BTC-EUR"),)), 20.0, 10.0, False),
        ("symbol_exposure", around(orders=(waiting("BTC-EUR", True),)), 10.0, 10.0, True),
        ("total_exposure", around(held("A", 40.0), cash=6_000.0), 50.0, 50.0, True),
        ("total_exposure", around(held("A", 40.1), cash=5_990.0), 50.1, 50.0, False),
        ("total_exposure", around(held("A", -40.1), cash=14_010.0), 50.1, 50.0, False),
        ("total_exposure", around(held("A", 30.0), cash=7_000.0, orders=(waiting("B"),)), 50.0, 50.0, True),
        ("total_exposure", around(held("A", 31.0), cash=6_900.0, orders=(waiting("B"),)), 51.0, 50.0, False),
        ("volatility_spike", around(volatility_ratio=3.0), 3.0, 3.0, True),
        ("volatility_spike", around(volatility_ratio=3.001), 3.001, 3.0, False),
        ("volatility_spike", around(volatility_ratio=None), None, 3.0, True),
        ("volatility_spike", around(volatility_ratio=9.0, risk={"max_volatility_ratio": 0.0}), 9.0, None, True),
        ("stale_data", around(bars_late=2), 2, 2, True),
        ("stale_data", around(bars_late=3), 3, 2, False),
        ("stale_data", around(bars_late=None), None, 2, False),
        ("reward_to_risk", around(risk={"min_reward_to_risk": 1.63}), 0.0375 / 0.023, 1.63, True),
        ("reward_to_risk", around(risk={"min_reward_to_risk": 1.64}), 0.0375 / 0.023, 1.64, False),
        ("losing_streak", around(state=RiskState(losing_streak=4)), 4, 5, True),
        ("losing_streak", around(state=RiskState(losing_streak=9), risk={"losing_streak": 0}), 9, None, True),
    ],
)  # fmt: skip
def test_each_limit_with_its_number(
    name: str, context: RiskContext, value: float | None, limit: float | None, passed: bool
) -> None:
    item = verdict(opening(), context, name)
    assert item.value == (None if value is None else pytest.approx(value))
    assert (item.limit, item.passed) == (None if limit is None else pytest.approx(limit), passed)
    assert item.meaning.endswith(".") and item.unit


SHARES = st.floats(0.01, 0.99)
Case = tuple[Proposal, RiskContext]


def _position(limit: float, share: float) -> Case:
    return opening(share * 100.0), around(risk={"max_position": limit, "max_symbol_exposure": 1.0})


def _symbol(limit: float, share: float) -> Case:
    return opening(share * 100.0), around(risk={"max_symbol_exposure": limit})


def _total(limit: float, share: float) -> Case:
    return opening(share * 100.0), around(risk={"max_exposure": limit})


def _stop(limit: float, share: float) -> Case:
    return replace(opening(), stop=share), around(risk={"stop_loss": limit})


def _volatility(limit: float, share: float) -> Case:
    return opening(), around(volatility_ratio=share, risk={"max_volatility_ratio": limit})


BOUNDS: dict[str, Callable[[float, float], Case]] = {
    "max_position": _position, "symbol_exposure": _symbol, "total_exposure": _total, "stop_distance": _stop,
    "volatility_spike": _volatility,
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(BOUNDS))
@given(limit=SHARES)
def test_exactly_at_the_limit_passes_and_a_hair_above_refuses(name: str, limit: float) -> None:
    make = BOUNDS[name]
    assert verdict(*make(limit, limit), name).passed
    assert verdict(*make(limit, limit * (1 - 1e-6)), name).passed
    assert not verdict(*make(limit, limit * (1 + 1e-6)), name).passed


@given(limit=SHARES)
def test_a_loss_as_large_as_its_limit_refuses_and_a_hair_less_passes(limit: float) -> None:
    for name, lost in (("daily_loss", {"max_daily_loss": limit}), ("drawdown", {"max_drawdown": limit})):
        for share, passed in ((limit * (1 + 1e-9), False), (limit * (1 - 1e-6), True)):
            context = around(cash=10_000.0 * (1 - share), risk=lost, state=RiskState(drawdown=share))
            assert verdict(opening(1.0), replace(context, day_start_equity=10_000.0), name).passed is passed


def contexts() -> st.SearchStrategy[RiskContext]:
    """Any book in any market, good ones and ruined ones."""

    def build(
        units: list[float], cash: float, day: float, quality: float, late: int | None, ratio: float | None,
        state: RiskState, seed: int, orders: int,
    ) -> RiskContext:  # fmt: skip
        names = ["BTC-EUR", "ETH-USD", "AAPL"][: len(units)]
        rng = np.random.default_rng(seed)
        closes = prices(rng.normal(0, 0.02, (60, 1 + len(units))))
        closes[rng.random(closes.shape) < 0.05] = np.nan
        context = around(
            *(held(name, count) for name, count in zip(names, units, strict=True)), cash=cash,
            orders=tuple(waiting(f"O{number}") for number in range(orders)), state=state, bars_late=late,
            volatility_ratio=ratio, symbols=("BTC-USD", *names), closes=closes, bars_per_day=1.0,
        )  # fmt: skip
        return replace(context, day_start_equity=day, quality=quality)

    return st.builds(
        build,
        st.lists(st.floats(-300, 300), max_size=3),
        st.floats(-20_000, 40_000),
        st.floats(0, 40_000),
        st.floats(0, 100),
        st.none() | st.integers(0, 9),
        st.none() | st.floats(0, 9),
        st.builds(
            RiskState,
            st.sampled_from(SystemState),
            drawdown=st.floats(0, 1),
            losing_streak=st.integers(0, 9),
            cooling_until=st.none() | st.just(NOW) | st.just(NOW.replace(hour=20)),
        ),
        st.integers(0, 2**32 - 1),
        st.integers(0, 2),
    )


@given(contexts(), st.floats(-300, 300), st.sampled_from([Action.CLOSE, Action.ADJUST]))
def test_closing_and_adjusting_always_pass_and_say_so_where_they_would_not(
    context: RiskContext, quantity: float, action: Action
) -> None:
    asked = Proposal(action, "BTC-USD", quantity, 100.0, None, None, 0.9, "r")
    items = check(asked, context)
    assert len(items) == len(RULES) and all(item.passed for item in items)
    as_opening = check(replace(asked, action=Action.OPEN), context)
    for item, would in zip(items, as_opening, strict=True):
        if item.name != "max_positions" and not would.passed:
            assert "always allowed" in item.meaning


@given(contexts(), st.floats(-300, 300).filter(bool), st.sets(st.sampled_from(RULES)))
def test_more_rules_never_turn_a_refusal_into_a_pass(
    context: RiskContext, quantity: float, few: set[Callable[..., RiskCheck]]
) -> None:
    """A rule knows nothing of the others: the checks of a part are a part of the checks."""
    some = tuple(rule for rule in RULES if rule in few)
    part, whole = check(opening(quantity), context, some), check(opening(quantity), context)
    assert set(part) <= set(whole)
    assert not (all(item.passed for item in whole) and not all(item.passed for item in part))


@given(contexts(), st.floats(-300, 300).filter(bool))
def test_what_passes_every_rule_keeps_every_limit(context: RiskContext, quantity: float) -> None:
    proposal = opening(quantity)
    if not all(item.passed for item in check(proposal, context)):
        return
    book, risk = context.book, context.risk
    gross = sum(abs(p.value) for p in book.positions) + abs(quantity) * 100.0
    assert gross <= risk.max_exposure * book.equity * (1 + 1e-6)
    assert abs(quantity) * 100.0 <= risk.max_position * book.equity * (1 + 1e-6)
    assert len(book.positions) + len(book.orders) + 1 <= risk.max_positions
    assert context.state.state is SystemState.ACTIVE and context.state.drawdown < risk.max_drawdown


def test_a_passing_book_exists_for_the_test_before() -> None:
    assert all(item.passed for item in check(opening(), around(held("ETH-USD", 1.0), cash=9_900.0)))


@given(st.integers(0, 2**32 - 1), st.floats(1.0, 8.0))
def test_volatility_over_the_usual_one(seed: int, storm: float) -> None:
    """Of a walk whose last day moves `storm` times as much."""
    moves = np.random.default_rng(seed).normal(0, 0.01, 24 + 480)
    calm = volatility_ratio(prices(moves), 24, 480)
    moves[-24:] *= storm
    found = volatility_ratio(100.0 * np.exp(np.concatenate([[0.0], np.cumsum(moves)])), 24, 480)
    assert calm is not None and found is not None and found == pytest.approx(calm * storm, rel=0.05)
    assert volatility_ratio(prices(moves)[1:], 24, 480) is None
    assert volatility_ratio(np.full(600, 5.0), 24, 480) is None


def used(items: tuple[RiskCheck, ...]) -> dict[str, Any]:
    return {item.name: item.value for item in items}


def test_the_use_of_each_limit_by_a_book_as_it_stands() -> None:
    closes = prices(np.random.default_rng(1).normal(0, 0.02, (200, 2)))
    context = around(
        held("BTC-USD", 5.0), held("ETH-USD", -8.0), cash=10_300.0, symbols=("BTC-USD", "ETH-USD"), closes=closes,
        bars_per_day=1.0, state=RiskState(drawdown=0.03),
    )  # fmt: skip
    items = usage(context)
    told = used(items)
    assert told["total_exposure"] == pytest.approx(13.0) and told["max_position"] == pytest.approx(8.0)
    assert (told["max_positions"], told["drawdown"]) == (2, pytest.approx(3.0))
    assert told["var"] > 0 and told["cvar"] > told["var"]
    assert all(item.passed for item in items)
    assert not any("would" in item.meaning for item in items)


def test_an_empty_book_uses_nothing() -> None:
    items = usage(around())
    assert {item.value for item in items} <= {None, 0.0} and all(item.passed for item in items)
