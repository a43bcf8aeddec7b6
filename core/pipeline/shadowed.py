"""One shadow book through one cycle: it lives, decides and trades by the functions that the real book goes through."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pandas as pd

from core.errors import GlassboxError
from core.execute import MEMORY, Series, advance, new_book
from core.instruments import resolve
from core.pipeline.at_hand import known_bars
from core.pipeline.deciding import assess_risk, decide
from core.pipeline.run import Run, Workbench
from core.pipeline.shadow_variants import VARIANTS
from core.pipeline.trading import execute
from core.pipeline.validating import NOT_ASKED, resized
from core.records import Action, Book, Decision, Proposal, Timeframe, Verdict
from core.records.ledgers import shadow_id, shadow_world
from core.store import Write, load
from core.store.cycles import outputs_of
from core.store.shadows import Lived, begin_shadow
from core.tables import closed_bars

HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Shadowed:
    """One cycle as its shadows go through it."""

    run: Run
    bench: Workbench

    def lived(self, book: Book) -> Lived:
        """A shadow brought up to this cycle's moment."""
        run = self.run
        known = advance(book, self._series(book), run.as_of, self.bench.settings.costs.record())
        return Lived(known.book, known.orders, known.fills, known.trades, known.equity)

    def decided(self, name: str, book: Book | None, writes: list[Write]) -> Book | None:
        """A shadow after the decision that it would have made; None while it is in step with the real book.

        Args:
            book: brought up to the moment; None for one in step.
            writes: what is to be stored is added.
        """
        if name == HOLD:
            return self._held(book, writes)
        changed = VARIANTS[name](self.run, self.bench)
        same = changed.fused == self.run.fused and not self._looks_away(name)
        if book is None and (same or self.run.lapsed):
            return None
        known = book or self.settled()
        own = replace(
            changed, id=f"{self.run.id}#{name}", book=known, proposal=None, decision=None, order=None, fills=(),
            checks=(), calls=(),
        )  # fmt: skip
        judged = self._judged(name, own, writes if book is not None else None)
        if book is None:
            if _effect(judged.decision) == _effect(self.run.decision):
                return None
            begun, made = self._begun(name, known)
            writes += made
            judged = replace(judged, book=begun)
        done = execute(judged, self.bench, _quiet)
        writes += done.writes
        return done.run.book

    def settled(self) -> Book:
        """The real book as it stood before this cycle decided.

        Raises:
            GlassboxError: it is not in the store.
        """
        decision = self.run.decision
        if decision is not None and _effect(decision) is None:
            return self.run.book
        if self.run.moved_book is not None:
            return self.run.moved_book
        told = outputs_of(self.bench.store, self.run.id).get("settle")
        if told is None:
            raise GlassboxError("The book of this cycle was not stored, so its shadows cannot begin.")
        return load(Book, told)

    def _judged(self, name: str, own: Run, writes: list[Write] | None) -> Run:
        """With proposal and decision. Where nothing is proposed there is nothing to check.

        Args:
            writes: of a shadow that has a book; they are done first, because the checks read its past from the store.
        """
        proposed = decide(own, self.bench, _quiet).run
        looked = self._looked_at(name, proposed)
        if looked.proposal is not None and looked.proposal.action in (Action.HOLD, Action.ADJUST):
            return replace(looked, decision=Decision(looked.proposal, Verdict.NO_TRADE, (), ""))
        if writes is None and self._same_plan(looked.proposal):
            return replace(
                looked, decision=self.run.decision
            )  # the same book and the same plan: the same checks
        if writes:
            self.bench.store.write(*writes)
            writes.clear()
        judged = assess_risk(looked, self.bench, _quiet)
        if writes is not None:
            writes += judged.writes
        return judged.run

    def _same_plan(self, proposal: Proposal | None) -> bool:
        """Whether the real book's checks were asked about the same."""
        real = self.run.proposal
        return real is not None and proposal is not None and _plan(real) == _plan(proposal)

    def _looks_away(self, name: str) -> bool:
        """Whether a second look, which this shadow does without, has touched the trade."""
        look = self.run.validation
        return name == "no-llm" and look is not None and look.factor < 1.0

    def _looked_at(self, name: str, own: Run) -> Run:
        """With the language model's second look, where it was shown this trade; nobody is asked again."""
        look, shown = self.run.validation, self.run.proposal
        if look is None or shown is None or own.proposal is None or look.state == NOT_ASKED:
            return own
        way = shown.quantity or shown.wanted
        if name == "no-llm" or own.proposal.action is not Action.OPEN or own.proposal.quantity * way <= 0:
            return replace(own, validation=None)
        return replace(own, proposal=resized(own.proposal, look, own.instrument.lot))

    def _begun(self, name: str, real: Book) -> tuple[Book, list[Write]]:
        """A book of its own, as the real one stood, with its history."""
        run = self.run
        book = replace(real, id=shadow_id(run.book.id, name), world=shadow_world(run.world, name))
        return book, [begin_shadow(book, run.book.id, self.bench.clock())]

    def _held(self, book: Book | None, writes: list[Write]) -> Book:
        """Buy and hold: each asset once, with the largest share that one position may have, without stop or target."""
        run, risk = self.run, self.bench.settings.risk
        if book is None:
            real = self.settled()
            book = replace(
                new_book(shadow_id(run.book.id, HOLD), shadow_world(run.world, HOLD), real.equity),
                clock=real.clock,
            )
            writes.append(begin_shadow(book, None, self.bench.clock()))
        taken = {*(p.symbol for p in book.positions), *(o.symbol for o in book.orders)}
        lot, symbol = run.instrument.lot, run.instrument.symbol
        units = risk.max_position * book.equity / run.price // lot * lot
        if symbol in taken or len(taken) >= risk.max_positions or units <= 0:
            return book
        proposal = Proposal(Action.OPEN, symbol, units, run.price, None, None, 1.0, "Buy and hold.")
        bare = risk.model_copy(update={"trailing_stop": 0.0, "break_even": 0.0, "time_limit": 0})
        plain = replace(self.bench, settings=self.bench.settings.model_copy(update={"risk": bare}))
        own = replace(
            run, id=f"{run.id}#{HOLD}", book=book, proposal=proposal, order=None, fills=(),
            decision=Decision(proposal, Verdict.ORDERED, (), ""),
        )  # fmt: skip
        done = execute(own, plain, _quiet)
        writes += done.writes
        return done.run.book

    def _series(self, book: Book) -> dict[str, Series]:
        """Bars of everything held or ordered, without the network: the cycle's own, else those at hand."""
        run = self.run
        wanted = {(o.symbol, o.timeframe, o.data_source) for o in book.orders}
        wanted |= {(p.symbol, p.timeframe, p.data_source) for p in book.positions}
        own = (run.instrument.symbol, run.request.timeframe.value, run.data_source)
        found = {}
        for symbol, frame, source in sorted(wanted):
            same, timeframe = (symbol, frame, source) == own, Timeframe(frame)
            bars = run.bars if same else self._at_hand(symbol, timeframe, source, book.clock or run.as_of)
            found[symbol] = Series(resolve(symbol), timeframe, bars)
        return found

    def _at_hand(self, symbol: str, timeframe: Timeframe, source: str, since: datetime) -> pd.DataFrame:
        """Closed bars from a little before `since`, further where costs look back."""
        lead = 5 * MEMORY if self.bench.settings.costs.record().looks_back else 10
        begin, until = since - lead * timeframe.delta, self.run.as_of
        bars = known_bars(self.bench, resolve(symbol), timeframe, source, begin, until)
        return closed_bars(bars, timeframe, until)


def _effect(decision: Decision | None) -> tuple[Any, ...] | None:
    """What a decision does to a book; None for nothing. Two decisions of the same effect leave two books the same."""
    if decision is None or decision.verdict is Verdict.DENIED or decision.proposal.action is Action.HOLD:
        return None
    return _plan(decision.proposal)


def _plan(one: Proposal) -> tuple[Any, ...]:
    return (
        one.action, one.quantity, one.stop, one.target, one.order_type, one.limit, one.life, one.new_stop, one.new_target
    )  # fmt: skip


def _quiet(share: float, words: str) -> None:
    """Nobody waits for a shadow."""
