"""No sequence of opinions, prices and fills makes a book break a limit when it opens, lose a cent, or let a stop go.

A machine draws signals with all that may stand around them, lets three assets jump and wander, and has a person meddle
with the stops. Policy, risk rules and broker are the product's own.
"""

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from core.decide import Lean, Surroundings
from core.errors import InputError
from core.execute import Series, adjust, advance, new_book, submit
from core.instruments import resolve
from core.pipeline.deciding import decision_on, proposal_on
from core.pipeline.risk_context import Past, risk_context
from core.pipeline.trading import adjusted, managed, order_for
from core.records import (
    Action,
    AgentOpinion,
    Book,
    Costs,
    Decision,
    Direction,
    FusedSignal,
    MetaOpinion,
    Position,
    RiskState,
    SystemState,
    Timeframe,
    Verdict,
)
from core.settings import RiskSettings, Settings, SignalSettings, SizingSettings

NOW = datetime(2024, 1, 1, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
SYMBOLS = ("BTC-USD", "ETH-USD", "SOL-USD")
COSTS = Costs(0.001, 0.0002, 0.0003, 0.05, funding=0.02)
CASH = 10_000.0
TINY = 1e-9

signals = st.builds(
    lambda score, numbers, apart, meta, agent: FusedSignal(
        Direction(int(np.sign(score))), abs(score), score, (), apart, "", numbers, meta, agent
    ),
    st.floats(-1, 1),
    st.floats(-1, 1),
    st.floats(0, 1),
    st.none()
    | st.builds(lambda p, e: MetaOpinion(p, 0.4, 0.1, 99, e, "m", NOW, ""), st.floats(0, 1), st.booleans()),
    st.none()
    | st.builds(lambda e, w: AgentOpinion(e, w, True, "a", NOW, ""), st.floats(-1, 1), st.floats(0, 1)),
)
around = st.builds(
    Surroundings,
    volatility=st.none() | st.floats(0.01, 5),
    volatile=st.none() | st.floats(0, 1),
    trust=st.none() | st.floats(0, 1),
    atr=st.none() | st.floats(1e-4, 0.2),
    leans=st.just(())
    | st.tuples(st.builds(Lean, st.just("forecast:short"), st.floats(0, 1), st.floats(1e-3, 0.1))),
    costs=st.just(COSTS),
)
moves = st.tuples(*(st.tuples(*(st.floats(-0.15, 0.15) for _ in range(4))) for _ in SYMBOLS))
"""Of each asset: the jump to the open, then three steps within the hour."""


@dataclass(frozen=True)
class Sent:
    """What was known when an opening was sent."""

    equity: float
    price: float


class Books(RuleBasedStateMachine):
    """A book, three prices, and whoever acts on them."""

    @initialize(
        risk=st.builds(
            RiskSettings,
            max_position=st.sampled_from((0.1, 0.3, 0.5)),
            max_positions=st.integers(1, 3),
            max_exposure=st.sampled_from((0.3, 0.5, 1.0)),
            max_daily_loss=st.sampled_from((0.02, 0.5)),
            trailing_stop=st.sampled_from((0.0, 0.03)),
            break_even=st.sampled_from((0.0, 0.02)),
            atr_stop=st.sampled_from((0.0, 0.5)),
            max_correlation=st.just(1.0),
        ),
        sizing=st.builds(
            SizingSettings,
            entry=st.sampled_from(("market", "limit")),
            adjust_atr=st.sampled_from((0.5, 3.0)),
            by_confidence=st.booleans(),
            kelly=st.sampled_from((0.0, 0.5)),
        ),
    )
    def begin(self, risk: RiskSettings, sizing: SizingSettings) -> None:
        self.settings = Settings(risk=risk, sizing=sizing, signals=SignalSettings(threshold=0.3))
        self.book: Book = new_book("b", "live", CASH)
        self.clock = NOW
        self.prices = dict.fromkeys(SYMBOLS, 100.0)
        self.day_start = CASH
        self.profit = 0.0
        self.sent: dict[str, Sent] = {}

    @rule(symbol=st.sampled_from(SYMBOLS), fused=signals, around=around, halted=st.booleans())
    def decide(self, symbol: str, fused: FusedSignal, around: Surroundings, halted: bool) -> None:
        if self.book.clock != self.clock:
            return  # a new book learns its clock with the first hour
        instrument, price = resolve(symbol), self.prices[symbol]
        proposal = proposal_on(fused, self.book, instrument, price, self.settings, around)
        state = RiskState(state=SystemState.HALTED if halted else SystemState.ACTIVE)
        context = risk_context(
            self.book, self.day_start, 100.0, self.settings, COSTS, Past(moment=self.clock, state=state)
        )
        decision = decision_on(proposal, fused, context)
        if proposal.action is Action.ADJUST:
            self.held_tighter(adjusted(self.book, proposal))
        elif decision.verdict is Verdict.ORDERED:
            assert proposal.action is Action.CLOSE or not halted
            self.send(symbol, decision)

    def send(self, symbol: str, decision: Decision) -> None:
        proposal, number = decision.proposal, len(self.sent)
        order = managed(order_for(proposal, str(number), self.clock, Timeframe.H1, ""), self.settings.risk)
        if proposal.action is Action.OPEN:
            self.within_limits(symbol, decision)
            self.sent[order.id] = Sent(self.book.equity, self.prices[symbol])
        else:
            held = self.book.position(symbol)
            assert held is not None and abs(held.quantity + proposal.quantity) < abs(held.quantity)
        self.book = submit(self.book, order)

    def within_limits(self, symbol: str, decision: Decision) -> None:
        """Recomputed by hand, at the price that is known."""
        risk, proposal, equity = self.settings.risk, decision.proposal, self.book.equity
        sizing, value = proposal.sizing, abs(proposal.quantity) * proposal.price
        assert self.book.position(symbol) is None and sizing is not None
        assert value <= risk.max_position * equity * (1 + TINY)
        assert all(value <= cap.share * equity * (1 + TINY) for cap in sizing.caps)
        taken = {p.symbol for p in self.book.positions} | {o.symbol for o in self.book.orders} | {symbol}
        assert len(taken) <= risk.max_positions
        gross = sum(abs(p.value) for p in self.book.positions) + value
        assert gross <= risk.max_exposure * equity * (1 + TINY)
        assert equity > (1 - risk.max_daily_loss) * self.day_start
        assert proposal.stop is not None and 0 < proposal.stop <= risk.stop_loss
        bound = 2 * sum(max(-p.value, 0.0) for p in self.book.positions)
        assert value <= self.book.cash - bound

    @rule(moves=moves)
    def hour(self, moves: tuple[tuple[float, ...], ...]) -> None:
        """Every asset jumps and wanders; what waits fills, what is met leaves."""
        series, opens = {}, {}
        for symbol, steps in zip(SYMBOLS, moves, strict=True):
            path = self.prices[symbol] * np.exp(np.cumsum(steps))
            opens[symbol] = float(path[0])
            bar = [opens[symbol], float(path.max()), float(path.min()), float(path[-1]), 1e9]
            index = pd.DatetimeIndex([self.clock], name="date")
            frame = pd.DataFrame([bar], columns=["open", "high", "low", "close", "volume"], index=index)
            series[symbol] = Series(resolve(symbol), Timeframe.H1, frame)
            self.prices[symbol] = bar[3]
        before, self.clock = self.book, self.clock + HOUR
        lived = advance(before, series, self.clock, COSTS)
        self.profit += sum(trade.pnl for trade in lived.trades)
        for fill in lived.fills:
            if fill.reason == "entry":
                sent = self.sent[fill.order_id]
                grown = max(
                    1.0, fill.reference / sent.price
                )  # a price that jumps at the open carries the value with it
                assert fill.quantity * fill.reference <= (
                    self.settings.risk.max_position * sent.equity * grown * (1 + TINY)
                )
                self.stopped(lived.book.position(fill.symbol), fill.order_id, fill.price)
        self.held_tighter(lived.book)
        if self.clock.hour == 0:
            self.day_start = self.book.equity

    def stopped(self, held: Position | None, order_id: str, price: float) -> None:
        if held is not None and held.order_id == order_id:
            assert held.stop is not None
            assert (price - held.stop) * math.copysign(
                1, held.quantity
            ) <= self.settings.risk.stop_loss * price * (1 + TINY)

    @rule(symbol=st.sampled_from(SYMBOLS), level=st.floats(20, 500), person=st.booleans())
    def meddle(self, symbol: str, level: float, person: bool) -> None:
        """A person may widen a stop, nobody else."""
        held = self.book.position(symbol)
        try:
            moved = adjust(self.book, symbol, level, by_user=person)
        except InputError:
            return
        assert held is not None and held.stop is not None
        assert person or (level - held.stop) * held.quantity >= 0
        self.book = moved

    def held_tighter(self, after: Book) -> None:
        """Take the book over; no stop of what it held before is further away."""
        for old in self.book.positions:
            new = after.position(old.symbol)
            if new is not None and new.order_id == old.order_id and old.stop is not None:
                assert new.stop is not None and (new.stop - old.stop) * old.quantity >= 0
        self.book = after

    @invariant()
    def nothing_is_lost(self) -> None:
        """Cash and positions are the equity, and the equity is what came in with all gains and losses."""
        if not hasattr(self, "book"):
            return
        book = self.book
        assert book.equity == book.cash + sum(p.quantity * p.last_price for p in book.positions)
        open_ = sum(position.unrealised for position in book.positions)
        assert book.equity == pytest.approx(CASH + self.profit + open_, abs=1e-6)
        assert len(book.positions) <= self.settings.risk.max_positions


class TestBooks(Books.TestCase):  # type: ignore[misc,name-defined]
    """Run by pytest."""

    settings = settings(
        max_examples=60, stateful_step_count=30, deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )  # fmt: skip


def test_the_machine_trades() -> None:
    """A book that never opened anything would pass: here one opens, is adjusted, stopped and opens again."""
    machine = Books()
    machine.begin(RiskSettings(max_correlation=1.0, max_daily_loss=0.5), SizingSettings(adjust_atr=0.5))
    still, said = ((0.0,) * 4,) * 3, FusedSignal(Direction.UP, 0.9, 0.9, (), 0.0, "", 0.9)
    calm = Surroundings(atr=0.01, costs=COSTS)
    machine.hour(still)
    machine.decide("BTC-USD", said, calm, halted=False)
    machine.hour(still)
    held = machine.book.position("BTC-USD")
    assert held is not None and held.stop is not None
    machine.decide(
        "BTC-USD", replace(said, direction=Direction.FLAT, score=0.0, numbers_only=0.0), calm, halted=False
    )
    moved = machine.book.position("BTC-USD")
    assert moved is not None and moved.stop == pytest.approx(99.5)
    machine.hour(((-0.006, 0.0, 0.0, 0.0),) * 3)
    assert machine.book.position("BTC-USD") is None and machine.profit < 0
    machine.decide("BTC-USD", said, calm, halted=True)
    assert not machine.book.orders
    machine.nothing_is_lost()
