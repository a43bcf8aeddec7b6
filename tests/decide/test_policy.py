from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.decide import conclude, position_size, propose
from core.instruments import resolve
from core.records import Action, Direction, FusedSignal, Position, Proposal, RiskCheck, Verdict
from core.settings import RiskSettings

NOW = datetime(2024, 1, 1, tzinfo=UTC)
UP, FLAT, DOWN = Direction.UP, Direction.FLAT, Direction.DOWN


def fused(direction: Direction, confidence: float) -> FusedSignal:
    return FusedSignal(direction, confidence, confidence * direction, (), 0.0, "a says so.")


def held(quantity: float) -> Position:
    return Position("BTC-USD", "1h", quantity, 100.0, 0.1, NOW, 98.0, 104.0, "o", 100.0)


def plan(
    signal: FusedSignal,
    position: Position | None = None,
    short: bool = True,
    working: bool = False,
    equity: float = 10_000.0,
) -> Proposal:
    return propose("BTC-USD", signal, position, 100.0, equity, RiskSettings(allow_short=short), 0.7, working)


@pytest.mark.parametrize(
    ("signal", "position", "short", "working", "action", "quantity", "said"),
    [
        (fused(UP, 0.7), None, True, False, Action.OPEN, 10.0, "at or above the threshold 0.70"),
        (fused(DOWN, 0.9), None, True, False, Action.OPEN, -10.0, "say down"),
        (fused(DOWN, 0.9), None, False, False, Action.HOLD, 0.0, "short positions are switched off"),
        (fused(UP, 0.69), None, True, False, Action.HOLD, 0.0, "0.69 is below the threshold 0.70"),
        (fused(FLAT, 0.0), None, True, False, Action.HOLD, 0.0, "No source"),
        (fused(UP, 0.9), held(5.0), True, False, Action.HOLD, 0.0, "already positioned"),
        (fused(DOWN, 0.9), held(5.0), True, False, Action.CLOSE, -5.0, "against the open position"),
        (fused(DOWN, 0.9), held(5.0), False, False, Action.CLOSE, -5.0, "against the open position"),
        (fused(UP, 0.9), held(-5.0), True, False, Action.CLOSE, 5.0, "against the open position"),
        (fused(UP, 0.9), None, True, True, Action.HOLD, 0.0, "already waits"),
    ],
)
def test_policy_table(signal, position, short, working, action, quantity, said) -> None:
    proposal = plan(signal, position, short, working)
    assert (proposal.action, proposal.quantity) == (action, pytest.approx(quantity))
    assert said in proposal.reason
    assert (proposal.stop, proposal.target) == ((0.02, 0.04) if action is Action.OPEN else (None, None))


def test_signals_that_cancel_out_are_told_as_such() -> None:
    tie = FusedSignal(FLAT, 0.0, 0.0, (), 1.0, "a says up and b says down; together they cancel out.")
    assert plan(tie).reason == "The signals cancel out."


def test_an_account_too_small_buys_nothing() -> None:
    assert "buys no lot" in plan(fused(UP, 0.9), equity=1e-8).reason


def test_stocks_are_bought_in_whole_shares() -> None:
    lot = resolve("AAPL").lot
    assert position_size(10_000, 300.0, 0.1, lot) == 3
    assert position_size(10_000, 1_001.0, 0.1, lot) == 0


@given(st.floats(1, 1e9), st.floats(1e-6, 1e6), st.floats(0.01, 1))
def test_size_never_exceeds_the_share(equity: float, price: float, fraction: float) -> None:
    size = position_size(equity, price, fraction)
    assert 0 <= size * price <= fraction * equity * (1 + 1e-9)
    assert size * price >= fraction * equity * (1 - 1e-9) - price * 1.01e-8


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


def split(score: float, numbers: float) -> FusedSignal:
    way = UP if score > 0 else DOWN if score < 0 else FLAT
    return FusedSignal(way, abs(score), score, (), 0.0, "a says so.", numbers)


def capped(signal: FusedSignal, position: Position | None = None, cap: float = 0.25, **kwargs) -> Proposal:
    return propose(
        "BTC-USD", signal, position, 100.0, 10_000.0, RiskSettings(**kwargs), 0.7, False, text_cap=cap
    )


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
    proposal = capped(signal, position)
    assert (proposal.action, proposal.quantity) == (action, pytest.approx(quantity))
    plain = capped(signal, position, cap=2.0)
    assert ("text may move" in proposal.reason) == (proposal.quantity != plain.quantity)


@given(
    score=st.floats(-1, 1),
    numbers=st.floats(-1, 1),
    quantity=st.floats(-20, 20),
    cap=st.floats(0, 2),
    short=st.booleans(),
)
def test_no_text_can_move_a_position_further_than_the_cap(
    score: float, numbers: float, quantity: float, cap: float, short: bool
) -> None:
    before = held(quantity) if quantity else None
    after = {
        text: quantity + capped(split(said, numbers), before, cap, allow_short=short).quantity
        for text, said in (("with", score), ("without", numbers))
    }
    assert abs(after["with"] - after["without"]) <= cap * 10.0 + 2e-8
    assert abs(after["with"]) <= max(10.0, abs(quantity)) + 1e-9
