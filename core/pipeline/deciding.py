"""The proposal, and the checks it has to pass."""

from dataclasses import replace

from core.decide import UNKNOWN, Standing, Surroundings, conclude, propose
from core.errors import GlassboxError
from core.pipeline.risk_context import context_of_run
from core.pipeline.risk_state import trips
from core.pipeline.run import Outcome, Run, Tell, Workbench
from core.pipeline.surroundings import surroundings_of_run
from core.records import Action, Book, Decision, FusedSignal, Instrument, Proposal, Validation
from core.risk import RiskContext, check
from core.settings import Settings
from core.signals.fusion import TEXT
from core.store import dump


def decide(run: Run, bench: Workbench, tell: Tell) -> Outcome:
    """What the policy would like to do with the fused signal."""
    if run.fused is None:
        raise GlassboxError("There is no signal to decide on.")
    around = surroundings_of_run(run, bench)
    proposal = proposal_on(run.fused, run.book, run.instrument, run.price, bench.settings, around)
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
    context = context_of_run(run, bench)
    decision = decision_on(run.proposal, run.fused, context, run.validation)
    checks = decision.checks
    refused = sum(not item.passed for item in checks)
    words = (
        "Nothing is proposed, so there is nothing to check."
        if run.proposal.action in (Action.HOLD, Action.ADJUST)
        else f"{len(checks) - refused} of {len(checks)} checks passed"
        + (f", {refused} refused." if refused else ".")
    )
    return Outcome(
        run=replace(run, checks=checks, decision=decision),
        summary=words,
        source="limits",
        writes=trips(run, bench, context.state),
        output=dump(Decision, decision),
    )


def proposal_on(
    fused: FusedSignal,
    book: Book,
    instrument: Instrument,
    price: float,
    settings: Settings,
    around: Surroundings = UNKNOWN,
) -> Proposal:
    """What the policy would like to do with a fused signal and the book as it stands.

    Args:
        price: last close, quote currency.
        around: see `core.pipeline.surroundings`; bounds on the size that need what is not known say so.
    """
    symbol = instrument.symbol
    standing = Standing(
        symbol,
        book.position(symbol),
        price,
        book.equity,
        working=any(order.symbol == symbol for order in book.orders),
        lot=instrument.lot,
    )
    return propose(fused, standing, settings, around, TEXT)


def decision_on(
    proposal: Proposal, fused: FusedSignal, context: RiskContext, validation: Validation | None = None
) -> Decision:
    """The proposal after every check; `validation`: the second look that it has been through."""
    decision = conclude(proposal, check(proposal, context), fused, validation)
    return replace(decision, state=context.state.state, state_words=context.state.reason)
