"""More signals than slots: never too many, always the same, and louder is never worse."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.records import Direction, FusedSignal, MetaOpinion
from core.signals.priority import Candidate, prioritise

NOW = datetime(2024, 1, 1, tzinfo=UTC)
SYMBOLS = [f"A{number}" for number in range(8)]


def fused(
    confidence: float,
    way: Direction = Direction.UP,
    disagreement: float = 0.0,
    meta: MetaOpinion | None = None,
) -> FusedSignal:
    return FusedSignal(way, confidence, confidence * way, (), disagreement, "", meta=meta)


def meta(probability: float, earned: bool = True) -> MetaOpinion:
    return MetaOpinion(probability, 0.4, 0.02, 200, earned, "m", NOW, "")


def candidate(symbol: str, confidence: float, **changes: object) -> Candidate:
    alike = changes.pop("alike", {})
    volatility = changes.pop("volatility", 0.5)
    return Candidate(symbol, fused(confidence, **changes), volatility, alike.get)  # type: ignore[arg-type, attr-defined]


@st.composite
def fields(draw: st.DrawFn) -> list[Candidate]:
    count = draw(st.integers(0, 8))
    pairs = {
        frozenset((one, other)): draw(st.floats(-1, 1))
        for n, one in enumerate(SYMBOLS)
        for other in SYMBOLS[:n]
    }
    out = []
    for symbol in SYMBOLS[:count]:
        opinion = draw(st.none() | st.builds(meta, st.floats(0, 1), st.booleans()))
        signal = fused(
            draw(st.floats(0, 1)),
            draw(st.sampled_from([Direction.UP, Direction.DOWN])),
            draw(st.floats(0, 1)),
            opinion,
        )
        alike = {other: pairs[frozenset((symbol, other))] for other in SYMBOLS if other != symbol}
        out.append(Candidate(symbol, signal, draw(st.floats(0.1, 2)), alike.get))
    return out


HELD = st.dictionaries(st.sampled_from(SYMBOLS), st.sampled_from([Direction.UP, Direction.DOWN]), max_size=3)


@given(fields(), HELD, st.integers(0, 5), st.randoms())
def test_never_more_than_the_slots_and_the_order_of_asking_does_not_matter(
    candidates: list[Candidate], held: dict[str, Direction], slots: int, random: object
) -> None:
    found = prioritise(candidates, held, slots, 0.3, 0.7)
    taken = [one.symbol for one in found if one.taken]
    assert len(taken) <= slots and not set(taken) & set(held)
    assert [one.place for one in found] == list(range(1, len(candidates) + 1))
    assert all(one.reason.endswith(".") for one in found)
    turned = list(candidates)
    random.shuffle(turned)  # type: ignore[attr-defined]
    assert prioritise(turned, held, slots, 0.3, 0.7) == found


@given(fields(), HELD, st.integers(0, 5), st.integers(0, 7), st.floats(0, 1))
def test_a_louder_signal_is_never_placed_or_treated_worse(
    candidates: list[Candidate], held: dict[str, Direction], slots: int, which: int, share: float
) -> None:
    if which >= len(candidates):
        return
    before = {one.symbol: one for one in prioritise(candidates, held, slots, 0.3, 0.7)}
    one = candidates[which]
    confidence = one.fused.confidence + share * (1 - one.fused.confidence)
    louder = replace(one, fused=replace(one.fused, confidence=confidence))
    after = prioritise([*candidates[:which], louder, *candidates[which + 1 :]], held, slots, 0.3, 0.7)
    found = next(item for item in after if item.symbol == one.symbol)
    assert found.place <= before[one.symbol].place
    assert found.taken or not before[one.symbol].taken


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (candidate("A", 0.9), "Slot 1 of 1: up with confidence 0.90"),
        (candidate("H", 0.9), "held already"),
        (candidate("A", 0.6), "below the threshold of 0.70"),
        (candidate("A", 0.0, way=Direction.FLAT), "No source with a say"),
        (candidate("A", 0.9, meta=meta(0.3)), "a chance of 30%, and 40% are needed"),
        (candidate("A", 0.9, meta=meta(0.3, earned=False)), "chance of a gain 30% (without a say)"),
        (candidate("A", 0.9, alike={"H": 0.8}), "too much like H (correlation +0.80"),
        (candidate("A", 0.9, alike={"H": -0.8}), "Slot 1 of 1"),
        (candidate("A", 0.9, way=Direction.DOWN, alike={"H": 0.8}), "Slot 1 of 1"),
    ],
)
def test_each_is_told_why(one: Candidate, said: str) -> None:
    (found,) = prioritise([one], {"H": Direction.UP}, 1, 0.7, 0.7)
    assert said in found.reason
    assert found.taken == said.startswith(("Slot", "chance"))


def test_the_slots_go_to_the_best_and_the_rest_is_told_to_whom() -> None:
    rows = [
        candidate("A", 0.8),
        candidate("B", 0.9),
        candidate("C", 0.9, volatility=0.2),
        candidate("D", 0.95, disagreement=0.5),
    ]
    found = prioritise(rows, {}, 2, 0.7, 0.7)
    assert [(one.symbol, one.taken) for one in found] == [
        ("C", True),
        ("B", True),
        ("A", False),
        ("D", False),
    ]
    assert found[2].reason == "All 2 slots go to C, B, ranked before it."
    assert prioritise(rows, {}, 0, 0.7, 0.7)[0].reason.startswith("No slot is free")
