"""What the policy does with a signal and the book as it stands, and why it does nothing where it does nothing."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.decide import Standing, Surroundings, conclude, position_size, propose
from core.instruments import resolve
from core.records import (
    Action,
    AgentOpinion,
    Direction,
    FusedSignal,
    MetaOpinion,
    OrderType,
    Position,
    Proposal,
    RiskCheck,
    Signal,
    SignalWeight,
    Verdict,
)
from core.settings import RiskSettings, SentimentSettings, Settings, SignalSettings, SizingSettings

NOW = datetime(2024, 1, 1, tzinfo=UTC)
UP, FLAT, DOWN = Direction.UP, Direction.FLAT, Direction.DOWN
PLAIN: dict[str, Any] = {
    "target_volatility": 0.0, "kelly": 0.0, "by_confidence": False, "by_disagreement": False, "volatile_regime": 1.0,
    "by_trust": False,
}  # fmt: skip
"""No bound but the largest position."""


def given_settings(cap: float = 2.0, sizing: dict[str, Any] | None = None, **risk: Any) -> Settings:
    return Settings(
        risk=RiskSettings(**risk),
        signals=SignalSettings(threshold=0.7),
        sentiment=SentimentSettings(text_cap=cap),
        sizing=SizingSettings(**PLAIN | (sizing or {})),
    )


def fused(direction: Direction, confidence: float, **more: Any) -> FusedSignal:
    return FusedSignal(direction, confidence, confidence * direction, (), 0.0, "a says so.", **more)


def held(quantity: float, **more: Any) -> Position:
    levels = {"stop": 98.0, "target": 104.0} if quantity > 0 else {"stop": 102.0, "target": 96.0}
    return Position(
        "BTC-USD", "1h", quantity, 100.0, 0.1, NOW, order_id="o", last_price=100.0, **levels | more
    )


def plan(
    signal: FusedSignal,
    position: Position | None = None,
    settings: Settings | None = None,
    working: bool = False,
    equity: float = 10_000.0,
    around: Surroundings | None = None,
    lot: float = 1e-8,
    text: tuple[str, ...] = ("sentiment",),
) -> Proposal:
    standing = Standing("BTC-USD", position, 100.0, equity, working, lot)
    return propose(signal, standing, settings or given_settings(), around or Surroundings(), text)


@pytest.mark.parametrize(
    ("signal", "position", "short", "working", "action", "quantity", "gate", "wanted", "said"),
    [
        (fused(UP, 0.7), None, True, False, Action.OPEN, 10.0, "", 0.0, "at or above the threshold 0.70"),
        (fused(DOWN, 0.9), None, True, False, Action.OPEN, -10.0, "", 0.0, "say down"),
        (fused(DOWN, 0.9), None, False, False, Action.HOLD, 0.0, "signals", 0.0, "positions are switched off"),
        (fused(DOWN, 0.6), None, False, False, Action.HOLD, 0.0, "signals", 0.0, "below the threshold"),
        (fused(UP, 0.69), None, True, False, Action.HOLD, 0.0, "confidence", 10.0, "0.69 is below"),
        (fused(DOWN, 0.2), None, True, False, Action.HOLD, 0.0, "confidence", -10.0, "0.20 is below"),
        (fused(FLAT, 0.0), None, True, False, Action.HOLD, 0.0, "signals", 0.0, "No source"),
        (fused(UP, 0.9), held(5.0), True, False, Action.HOLD, 0.0, "", 0.0, "already positioned"),
        (fused(UP, 0.2), held(5.0), True, False, Action.HOLD, 0.0, "", 0.0, "below the threshold"),
        (fused(DOWN, 0.9), held(5.0), True, False, Action.CLOSE, -5.0, "", 0.0, "against the open position"),
        (fused(DOWN, 0.9), held(5.0), False, False, Action.CLOSE, -5.0, "", 0.0, "against the open position"),
        (fused(UP, 0.9), held(-5.0), True, False, Action.CLOSE, 5.0, "", 0.0, "against the open position"),
        (fused(UP, 0.9), None, True, True, Action.HOLD, 0.0, "", 0.0, "already waits"),
    ],
)  # fmt: skip
def test_policy_table(
    signal: FusedSignal, position: Position | None, short: bool, working: bool, action: Action, quantity: float,
    gate: str, wanted: float, said: str,
) -> None:  # fmt: skip
    proposal = plan(signal, position, given_settings(allow_short=short), working)
    assert (proposal.action, proposal.quantity) == (action, pytest.approx(quantity))
    assert (proposal.gate, proposal.wanted) == (gate, pytest.approx(wanted))
    assert said in proposal.reason
    assert (proposal.stop, proposal.target) == ((0.02, 0.04) if action is Action.OPEN else (None, None))
    assert (proposal.sizing is not None) == (action is Action.OPEN)


def test_signals_that_cancel_out_are_told_as_such() -> None:
    tie = FusedSignal(FLAT, 0.0, 0.0, (), 1.0, "a says up and b says down; together they cancel out.")
    assert plan(tie).reason == "The signals cancel out."


def test_an_account_too_small_buys_nothing() -> None:
    none = plan(fused(UP, 0.9), equity=1e-8)
    assert "buys no lot" in none.reason and (none.gate, none.wanted) == ("size", 0.0)
    assert plan(fused(UP, 0.9), equity=-5.0).action is Action.HOLD


def test_stocks_are_bought_in_whole_shares() -> None:
    lot = resolve("AAPL").lot
    assert position_size(10_000, 300.0, 0.1, lot) == 3
    assert position_size(10_000, 1_001.0, 0.1, lot) == 0


@given(st.floats(1, 1e9), st.floats(1e-6, 1e6), st.floats(0.01, 1))
def test_size_never_exceeds_the_share(equity: float, price: float, fraction: float) -> None:
    size = position_size(equity, price, fraction)
    assert 0 <= size * price <= fraction * equity * (1 + 1e-9)
    assert size * price >= fraction * equity * (1 - 1e-9) - price * 1.01e-8


def meta(probability: float, earned: bool = True) -> MetaOpinion:
    return MetaOpinion(probability, 0.4, 0.02, 500, earned, "m", NOW, "The meta-model gives it too little.")


def agent(exposure: float, weight: float = 1.0, earned: bool = True) -> AgentOpinion:
    return AgentOpinion(exposure, weight, earned, "a", NOW, "The agent spoke.")


@pytest.mark.parametrize(
    ("more", "sizing", "gate", "wanted", "said"),
    [
        ({"meta": meta(0.3)}, {"kelly": 0.5}, "meta", 10.0, "meta-model gives it too little"),
        ({"agent": agent(-1.0)}, {}, "agent", 10.0, "agent would hold -1.00"),
        ({"meta": meta(0.1, earned=False)}, {"volatile_regime": 0.0}, "size", 10.0, "volatile regime leaves 0%"),
        ({"agent": agent(0.0)}, {"by_trust": True}, "agent", 9.0, "agent would hold"),
    ],
    ids=["meta", "agent", "regime", "agent after trust"],
)  # fmt: skip
def test_what_stops_an_opening_is_named_with_what_was_wanted(
    more: dict[str, Any], sizing: dict[str, Any], gate: str, wanted: float, said: str
) -> None:
    around = Surroundings(volatile=1.0, trust=0.9)
    for way in (UP, DOWN):
        signal = fused(way, 0.9, **{k: _mirrored(v, way) for k, v in more.items()})
        proposal = plan(signal, settings=given_settings(sizing=sizing), around=around)
        assert (proposal.action, proposal.gate, proposal.quantity) == (Action.HOLD, gate, 0.0)
        assert proposal.wanted == pytest.approx(wanted * way)
        assert said.replace("-1.00", f"{-1.0 * way:+.2f}") in proposal.reason
        assert (proposal.sizing is None) == (gate == "meta")
        assert proposal.stop is None and proposal.target is None


def _mirrored(opinion: Any, way: Direction) -> Any:
    return replace(opinion, exposure=opinion.exposure * way) if isinstance(opinion, AgentOpinion) else opinion


def test_a_cap_that_leaves_less_than_a_share_stops_a_stock() -> None:
    proposal = plan(
        fused(UP, 0.7), settings=given_settings(sizing={"by_confidence": True}), equity=1_500.0, lot=1.0
    )
    assert (proposal.action, proposal.gate, proposal.wanted) == (Action.HOLD, "size", 1.0)
    assert proposal.sizing is not None and proposal.sizing.bound == "confidence"


def test_a_limit_order_waits_below_the_price_for_a_long_and_above_for_a_short() -> None:
    settings = given_settings(sizing={"entry": "limit", "entry_atr": 0.5, "entry_bars": 4})
    around = Surroundings(atr=0.01)
    for way, level in ((UP, 99.5), (DOWN, 100.5)):
        proposal = plan(fused(way, 0.9), settings=settings, around=around)
        assert (proposal.order_type, proposal.life) == (OrderType.LIMIT, 4)
        assert proposal.limit == pytest.approx(level)
        assert f"at {level:g} or better" in conclude(proposal, (), fused(way, 0.9)).words
    unknown = plan(fused(UP, 0.9), settings=settings)
    assert (unknown.order_type, unknown.limit, unknown.life) == (OrderType.MARKET, None, None)


def check(name: str, passed: bool) -> RiskCheck:
    return RiskCheck(name, 1.0, 2.0, "x", passed, f"{name} has spoken.")


def test_the_verdict_in_words() -> None:
    signal, opening = fused(UP, 0.9), plan(fused(UP, 0.9))
    ordered = conclude(opening, (check("a", True),), signal)
    assert ordered.verdict is Verdict.ORDERED
    assert ordered.words.startswith(
        "Buy 10 BTC-USD (about $1,000.00) at the next open, with a stop 2.0% and a target 4.0%"
    )
    denied = conclude(opening, (check("a", False), check("b", False)), signal)
    assert denied.verdict is Verdict.DENIED
    assert "was denied: a has spoken. 1 more check refused it too." in denied.words
    none = conclude(plan(fused(UP, 0.1)), (), signal)
    assert none.verdict is Verdict.NO_TRADE and "below the threshold" in none.words


# --- text -----------------------------------------------------------------------------------------------------------


def split(score: float, numbers: float) -> FusedSignal:
    way = UP if score > 0 else DOWN if score < 0 else FLAT
    return FusedSignal(way, abs(score), score, (), 0.0, "a says so.", numbers)


@pytest.mark.parametrize(
    ("signal", "position", "action", "quantity"),
    [
        (split(0.8, 0.8), None, Action.OPEN, 10.0),
        (split(0.8, 0.1), None, Action.OPEN, 2.5),
        (split(0.1, 0.8), None, Action.OPEN, 7.5),
        (split(0.8, -0.8), None, Action.OPEN, -7.5),
        (split(-0.8, 0.1), held(5.0), Action.CLOSE, -2.5),
        (split(0.1, -0.8), held(5.0), Action.CLOSE, -2.5),
        (split(-0.8, 0.1), held(2.0), Action.CLOSE, -2.0),
        (split(0.8, 0.1), held(5.0), Action.HOLD, 0.0),
    ],
)
def test_text_moves_a_position_by_a_quarter_of_the_largest_at_most(
    signal: FusedSignal, position: Position | None, action: Action, quantity: float
) -> None:
    proposal = plan(signal, position, given_settings(cap=0.25))
    assert (proposal.action, proposal.quantity) == (action, pytest.approx(quantity))
    plain = plan(signal, position)
    assert ("text may move" in proposal.reason) == (proposal.quantity != plain.quantity)
    if action is Action.OPEN:
        assert proposal.sizing is not None
        assert (proposal.sizing.bound == "text") == (proposal.quantity != plain.quantity)
        assert proposal.sizing.quantity == pytest.approx(abs(quantity))


def test_without_a_say_text_opens_nothing_and_the_hold_names_it() -> None:
    proposal = plan(split(0.8, 0.1), settings=given_settings(cap=0.0))
    assert (proposal.action, proposal.gate, proposal.wanted) == (Action.HOLD, "size", 10.0)
    assert proposal.sizing is not None and proposal.sizing.bound == "text"


def spoken(numbers: list[float], text: float | None) -> FusedSignal:
    """A fused signal of equally weighted sources; `text`: what the headlines contribute."""
    said = [(f"rule{n}", value) for n, value in enumerate(numbers)]
    alone = sum(numbers) / max(1, len(numbers))
    everything = said + ([("sentiment", text)] if text is not None else [])
    parts = tuple(
        SignalWeight(Signal(name, Direction(int(value > 0) - int(value < 0)), 1.0, abs(value), "short", ""),
                     1 / len(everything), value / len(everything), "")
        for name, value in everything
    )  # fmt: skip
    score = alone if text is None else sum(part.contribution for part in parts)
    loud = sum(abs(part.contribution) for part in parts)
    way = UP if score > 0 else DOWN if score < 0 else FLAT
    apart = 1.0 - abs(score) / loud if loud > 0 else 0.0
    return FusedSignal(way, abs(score), score, parts, max(0.0, apart), "", alone)


@given(
    numbers=st.lists(st.floats(-1, 1), min_size=0, max_size=3),
    text=st.floats(-1, 1),
    quantity=st.floats(-20, 20),
    cap=st.floats(0, 2),
    short=st.booleans(),
    around=st.builds(
        Surroundings,
        volatility=st.none() | st.floats(0.01, 5),
        volatile=st.none() | st.floats(0, 1),
        trust=st.none() | st.floats(0, 1),
    ),
    exposure=st.none() | st.floats(-1, 1),
)
def test_no_text_can_move_a_position_further_than_the_cap(
    numbers: list[float], text: float, quantity: float, cap: float, short: bool, around: Surroundings,
    exposure: float | None,
) -> None:  # fmt: skip
    """With every bound on the size at work."""
    settings = given_settings(cap, SizingSettings().model_dump(), allow_short=short)
    before = held(quantity) if quantity else None
    opinion = None if exposure is None else agent(exposure, 0.3)
    after = {
        name: quantity + plan(replace(signal, agent=opinion), before, settings, around=around).quantity
        for name, signal in (("with", spoken(numbers, text)), ("without", spoken(numbers, None)))
    }
    assert abs(after["with"] - after["without"]) <= cap * 10.0 + 2e-8
    assert abs(after["with"]) <= max(10.0, abs(quantity)) + 1e-9


def test_a_refusal_of_what_text_turned_around_takes_no_more_than_text_may() -> None:
    """The numbers are sure of a long; text has turned the whole to a short, which the meta-model refuses."""
    turned = fused(DOWN, 0.9, numbers_only=0.9, meta=meta(0.1))
    proposal = plan(turned, settings=given_settings(cap=0.25))
    assert (proposal.action, proposal.quantity) == (Action.OPEN, pytest.approx(7.5))
    same_way = fused(UP, 0.9, numbers_only=0.8, meta=meta(0.1))
    assert plan(same_way, settings=given_settings(cap=0.25)).gate == "meta"
    silent = fused(DOWN, 0.9, numbers_only=0.1, meta=meta(0.1))
    assert plan(silent, settings=given_settings(cap=0.25)).gate == "meta"
