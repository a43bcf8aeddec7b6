"""The proposal, and the checks it has to pass."""

from dataclasses import replace

from core.decide import conclude, propose
from core.errors import GlassboxError
from core.pipeline.risk_context import context_of_run
from core.pipeline.run import Outcome, Run, Tell, Workbench
from core.records import Action, Book, Decision, FusedSignal, Instrument, Proposal, Validation
from core.risk import RiskContext, check
from core.settings import Settings
from core.store import dump


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
    decision = decision_on(run.proposal, run.fused, context_of_run(run, bench), run.validation)
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
    proposal: Proposal, fused: FusedSignal, context: RiskContext, validation: Validation | None = None
) -> Decision:
    """The proposal after every check; `validation`: the second look that it has been through."""
    return conclude(proposal, check(proposal, context), fused, validation)
