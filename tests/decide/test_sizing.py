"""The size of a position: every bound computed, the smallest named, and nothing that may enlarge."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.decide import (
    Lean,
    Surroundings,
    chance_of_target,
    ewma_variance,
    kelly_fraction,
    volatility_share,
    yearly_volatility,
)
from core.decide.caps import CAPS, Opening, agent
from core.decide.sizing import size
from core.records import AgentOpinion, Costs, MetaOpinion
from core.settings import RiskSettings, Settings, SignalSettings, SizingSettings

NOW = datetime(2024, 1, 1, tzinfo=UTC)
COSTS = Costs(0.001, 0.0002, 0.0003, 0.03)


def settings(most: float = 0.10, threshold: float = 0.7, **sizing: Any) -> Settings:
    return Settings(
        risk=RiskSettings(max_position=most),
        signals=SignalSettings(threshold=threshold),
        sizing=SizingSettings(**sizing),
    )


def meta(probability: float, earned: bool = True) -> MetaOpinion:
    return MetaOpinion(probability, 0.4, 0.02, 500, earned, "m", NOW, "")


def voice(exposure: float, weight: float = 0.3, earned: bool = True) -> AgentOpinion:
    return AgentOpinion(exposure, weight, earned, "a", NOW, "")


SURE = Opening(1, 1.0, 0.0, 0.02, 0.04, None, None, Surroundings(), settings())
"""A long that every source agrees on; nothing is known around it."""


def shares(opening: Opening) -> dict[str, float]:
    return {cap.name: cap.share for cap in size(opening, 10_000.0, 100.0).caps}


# --- the formulae of METHOD §5 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("p", "b", "f"), [(0.6, 1.0, 0.20), (0.55, 1.2, 0.175), (0.5, 1.0, 0.0), (0.2, 1.0, 0.0)]
)
def test_kelly(p: float, b: float, f: float) -> None:
    assert kelly_fraction(p, b) == pytest.approx(f, abs=1e-12)


@given(st.floats(0.01, 0.99), st.floats(0.01, 3), st.floats(0.01, 1))
def test_kelly_grows_fastest(p: float, win: float, loss: float) -> None:
    """No other share, a little larger or smaller, makes the equity grow faster."""
    from math import log

    def growth(f: float) -> float:
        return p * log(1 + f * win) + (1 - p) * log(1 - f * loss)

    f = kelly_fraction(p, win, loss)
    assert 0.0 <= f < 1.0 / loss
    for other in (0.0, 0.99 * f, min(1.01 * f, f + 0.5 * (1.0 / loss - f))):
        assert growth(f) >= growth(other) - 1e-12


def test_volatility_target() -> None:
    assert volatility_share(0.10, 0.25) == pytest.approx(0.40)
    assert volatility_share(0.10, 0.05) == 1.0


def test_exponentially_weighted_variance() -> None:
    assert ewma_variance([0.01, -0.02, 0.015, -0.005, 0.007]) == pytest.approx(1.142875e-4, abs=1e-10)
    assert yearly_volatility([0.01] * 29, 8766.0) is None
    assert yearly_volatility([0.0] * 100, 8766.0) is None
    assert yearly_volatility([0.01, -0.01] * 50, 400.0) == pytest.approx(0.20)


def test_the_chance_of_a_target_follows_the_drift() -> None:
    assert chance_of_target(0.5, 0.01, 0.02, 0.04) == pytest.approx(1 / 3)
    assert chance_of_target(0.6, 0.03, 0.03, 0.03) == pytest.approx(0.6)
    assert chance_of_target(0.6, 0.01, 0.02, 0.04) > chance_of_target(0.55, 0.01, 0.02, 0.04) > 1 / 3
    assert 0.0 <= chance_of_target(1e-9, 1e-4, 0.5, 0.9) < chance_of_target(1 - 1e-9, 1e-4, 0.5, 0.9) <= 1.0


@pytest.mark.slow
def test_the_chance_of_a_target_is_that_of_simulated_walks() -> None:
    import numpy as np

    rng, p, d = np.random.default_rng(1), 0.56, 0.02
    up = 1 / (1 + ((1 - p) / p) ** (1 / 20))  # of a step of d / 20: twenty of them give p between ±d
    hits = 0
    for _ in range(4000):
        walk = np.cumsum(np.where(rng.random(20_000) < up, 1, -1))
        ends = np.flatnonzero((walk >= 40) | (walk <= -20))
        hits += bool(walk[ends[0]] > 0)
    assert hits / 4000 == pytest.approx(chance_of_target(p, d, 0.02, 0.04), abs=0.025)


# --- each bound ------------------------------------------------------------------------------------------------------


def test_without_anything_known_the_largest_position_is_what_bounds() -> None:
    sizing = size(SURE, 10_000.0, 100.0)
    assert (sizing.bound, sizing.share, sizing.quantity) == ("max_position", 0.10, 10.0)
    assert [cap.name for cap in sizing.caps] == [
        "max_position", "volatility", "kelly", "confidence", "disagreement", "regime", "trust", "agent"
    ]  # fmt: skip
    idle = {cap.name: cap.meaning for cap in sizing.caps if cap.meaning.startswith("Does not apply")}
    assert set(idle) == {"volatility", "kelly", "regime", "trust", "agent"}
    assert "not known" in idle["volatility"] and "earned belief" in idle["kelly"]


@pytest.mark.parametrize(
    ("changes", "name", "share"),
    [
        ({"around": Surroundings(volatility=2.0)}, "volatility", 0.05),
        ({"confidence": 0.7}, "confidence", 0.05),
        ({"confidence": 0.85}, "confidence", 0.075),
        ({"disagreement": 0.25}, "disagreement", 0.075),
        ({"around": Surroundings(volatile=0.5)}, "regime", 0.075),
        ({"around": Surroundings(trust=0.93)}, "trust", 0.093),
        ({"agent": voice(0.5)}, "agent", 0.085),
        ({"agent": voice(-1.0)}, "agent", 0.07),
        ({"meta": meta(0.2)}, "kelly", 0.0),
    ],
)
def test_the_smallest_bound_wins_and_is_named(changes: dict[str, Any], name: str, share: float) -> None:
    sizing = size(replace(SURE, **changes), 10_000.0, 100.0)
    assert (sizing.bound, sizing.share) == (name, pytest.approx(share))
    assert sizing.quantity == pytest.approx(share * 100)
    said = next(cap.meaning for cap in sizing.caps if cap.name == name)
    assert f"{share:.2%}" in said


def test_kelly_needs_a_probability_that_has_earned_belief() -> None:
    known = Surroundings(leans=(Lean("forecast:short", 0.52, 0.01),), costs=COSTS)
    assert shares(replace(SURE, meta=meta(0.2, earned=False)))["kelly"] == 0.10
    # worth it, though thin: p = 0.3942 of the target, net 3.75 % against 2.3 %
    thin = size(replace(SURE, around=known), 10_000.0, 100.0)
    kelly = next(cap for cap in thin.caps if cap.name == "kelly")
    win, loss = 0.04 - 0.0015 - 0.001, 0.02 + 2 * 0.0015
    p = chance_of_target(0.52, 0.01, 0.02, 0.04)
    assert kelly.share == pytest.approx(min(1.0, 0.5 * kelly_fraction(p, win, loss)), abs=1e-4)
    assert "forecast:short" in kelly.meaning
    # the same forecast says nothing for a short
    assert "Does not apply" in next(
        cap.meaning for cap in size(replace(SURE, way=-1, around=known), 1e4, 1e2).caps if cap.name == "kelly"
    )


def test_each_bound_can_be_switched_off() -> None:
    off = settings(
        target_volatility=0.0, kelly=0.0, by_confidence=False, by_disagreement=False, volatile_regime=1.0, by_trust=False
    )  # fmt: skip
    around = Surroundings(volatility=9.0, volatile=1.0, trust=0.1)
    opening = replace(SURE, confidence=0.7, disagreement=0.9, meta=meta(0.0), around=around, settings=off)
    assert size(opening, 10_000.0, 100.0).share == 0.10


def test_an_agent_that_agrees_or_has_not_earned_a_say_changes_nothing() -> None:
    for opinion in (voice(1.0), voice(-1.0, earned=False), voice(-1.0, weight=0.0), None):
        assert size(replace(SURE, agent=opinion), 1e4, 1e2).share == 0.10
    assert size(replace(SURE, agent=voice(-1.0), way=-1), 1e4, 1e2).share == 0.10


# --- what holds for any opening --------------------------------------------------------------------------------------

openings = st.builds(
    Opening,
    way=st.sampled_from((1, -1)),
    confidence=st.floats(0, 1),
    disagreement=st.floats(0, 1),
    stop=st.floats(0.001, 0.5),
    target=st.floats(0.001, 2),
    meta=st.none() | st.builds(meta, st.floats(0, 1), st.booleans()),
    agent=st.none() | st.builds(voice, st.floats(-1, 1), st.floats(0, 1), st.booleans()),
    around=st.builds(
        Surroundings,
        volatility=st.none() | st.floats(0.001, 20),
        volatile=st.none() | st.floats(0, 1),
        trust=st.none() | st.floats(0, 1),
        leans=st.lists(
            st.builds(Lean, st.just("forecast:short"), st.floats(0, 1), st.floats(1e-4, 1)), max_size=2
        ).map(tuple),
        costs=st.sampled_from((None, COSTS)),
    ),
    settings=st.builds(
        settings,
        most=st.floats(0.01, 1),
        threshold=st.floats(0, 1),
        target_volatility=st.floats(0, 2),
        kelly=st.floats(0, 1),
        by_confidence=st.booleans(),
        by_disagreement=st.booleans(),
        volatile_regime=st.floats(0, 1),
        by_trust=st.booleans(),
    ),
)
lots = st.sampled_from((1e-8, 1.0))


@given(openings, st.floats(0, 1e8), st.floats(1e-4, 1e6), lots)
def test_a_size_is_never_above_any_bound_and_never_below_zero(
    opening: Opening, equity: float, price: float, lot: float
) -> None:
    sizing = size(opening, equity, price, lot)
    assert sizing.quantity >= 0.0
    for cap in sizing.caps:
        assert 0.0 <= cap.share <= 1.0
        assert sizing.share <= cap.share
        assert sizing.quantity * price <= cap.share * equity * (1 + 1e-9)
    named = next(cap for cap in sizing.caps if cap.name == sizing.bound)
    assert named.share == sizing.share == min(cap.share for cap in sizing.caps)
    assert sizing.quantity / lot == pytest.approx(round(sizing.quantity / lot), rel=1e-6)


@given(openings, st.floats(1, 1e7), st.floats(0.01, 1e5))
def test_neither_agent_nor_any_further_bound_enlarges(opening: Opening, equity: float, price: float) -> None:
    whole = size(opening, equity, price)
    alone = size(replace(opening, agent=None), equity, price)
    assert whole.quantity <= alone.quantity
    for cap in CAPS:
        name = cap(opening).name
        if name != "max_position":
            assert whole.quantity <= size(opening, equity, price, without=(name,)).quantity


@given(openings, st.data())
def test_a_size_grows_with_what_each_bound_allows(opening: Opening, data: st.DataObject) -> None:
    """More confidence, agreement, calm, trust, room: never a smaller position."""
    before, around = size(opening, 1e5, 10.0).quantity, opening.around
    more: dict[str, Opening] = {
        "confidence": replace(opening, confidence=data.draw(st.floats(opening.confidence, 1))),
        "agreement": replace(opening, disagreement=data.draw(st.floats(0, opening.disagreement))),
    }
    if around.volatility is not None:
        calm = data.draw(st.floats(0.0005, around.volatility))
        more["volatility"] = replace(opening, around=replace(around, volatility=calm))
    if around.volatile is not None:
        more["regime"] = replace(
            opening, around=replace(around, volatile=data.draw(st.floats(0, around.volatile)))
        )
    if around.trust is not None:
        more["trust"] = replace(opening, around=replace(around, trust=data.draw(st.floats(around.trust, 1))))
    if opening.meta is not None and opening.meta.earned:
        likelier = data.draw(st.floats(opening.meta.probability, 1))
        more["kelly"] = replace(opening, meta=meta(likelier))
    if opening.agent is not None:
        nearer = voice(opening.way * data.draw(st.floats(-1, 1)), opening.agent.weight, opening.agent.earned)
        if nearer.exposure * opening.way >= opening.agent.exposure * opening.way:
            more["agent"] = replace(opening, agent=nearer)
    for name, larger in more.items():
        assert size(larger, 1e5, 10.0).quantity >= before, name


@given(st.floats(-1, 1), st.floats(0, 1), st.floats(0, 1), st.sampled_from((1, -1)))
def test_the_agent_leaves_its_share(exposure: float, weight: float, share: float, way: int) -> None:
    said = agent(replace(SURE, way=way, agent=voice(exposure, weight)), share).share
    factor = 1 - weight * (1 - min(1.0, max(0.0, exposure * way)))
    if weight > 0:
        assert share * factor - 1.01e-4 <= said <= share * factor + 1e-9
