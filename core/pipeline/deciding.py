"""The proposal, and the checks it has to pass."""

from dataclasses import replace
from datetime import UTC, datetime

from core.decide import conclude, propose
from core.errors import GlassboxError
from core.pipeline.run import Outcome, Run, Tell, Workbench
from core.records import Action, Book, Costs, Decision, FusedSignal, Instrument, Proposal, Validation
from core.risk import RiskContext, check
from core.settings import Settings
from core.store import dump
from core.store.books import equity_at


def decide(run: Run, bench: Workbench, tell: Tell) -> Outcome:
    """What the policy would like to do with the fused signal."""
    if run.fused is None:
        raise GlassboxError("There is no signal to decide on.")
    proposal = proposal_on(run.fused, run.book, run.instrument, run.price, bench.settings)
    return Outcome(
        run=replace(run, proposal=proposal),
        summary=f"{proposal.action.value.capitalize()}: {proposal.reason}",
        source="policy",
        output=dump(Proposal, proposal),
    )


def assess_risk(run: Run, bench: Workbench, tell: Tell) -> Outcome:
    """Every limit, with its number; then the decision in words."""
    if run.proposal is None or run.fused is None:
        raise GlassboxError("There is no proposal to check.")
    decision = decision_on(
        run.proposal,
        run.fused,
        run.book,
        equity_at(bench.store, run.book.id, midnight(run.as_of)),
        run.quality.score if run.quality else 0.0,
        bench.settings,
        bench.settings.costs.record(),
        run.validation,
    )
    checks = decision.checks
    refused = sum(not item.passed for item in checks)
    words = (
        "Nothing is proposed, so there is nothing to check."
        if run.proposal.action is Action.HOLD
        else f"{len(checks) - refused} of {len(checks)} checks passed"
        + (f", {refused} refused." if refused else ".")
    )
    return Outcome(
        run=replace(run, checks=checks, decision=decision),
        summary=words,
        source="limits",
        output=dump(Decision, decision),
    )


def midnight(moment: datetime) -> datetime:
    """00:00 UTC of a moment's day, from which the daily loss counts."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def proposal_on(
    fused: FusedSignal, book: Book, instrument: Instrument, price: float, settings: Settings
) -> Proposal:
    """What the policy would like to do with a fused signal and the book as it stands."""
    symbol = instrument.symbol
    return propose(
        symbol,
        fused,
        book.position(symbol),
        price,
        book.equity,
        settings.risk,
        settings.signals.threshold,
        working=any(order.symbol == symbol for order in book.orders),
        lot=instrument.lot,
        text_cap=settings.sentiment.text_cap,
    )


def decision_on(
    proposal: Proposal,
    fused: FusedSignal,
    book: Book,
    day_start_equity: float | None,
    quality: float,
    settings: Settings,
    costs: Costs,
    validation: Validation | None = None,
) -> Decision:
    """The proposal after every check.

    Args:
        day_start_equity: of the book at 00:00 UTC; None when it did not exist then.
        quality: score of the bars, 0…100.
        costs: those that the book pays.
        validation: the second look that the proposal has been through.
    """
    context = RiskContext(
        book=book,
        day_start_equity=book.initial_cash if day_start_equity is None else day_start_equity,
        quality=quality,
        minimum_quality=settings.collect.minimum_quality,
        risk=settings.risk,
        costs=costs,
    )
    return conclude(proposal, check(proposal, context), fused, validation)
