"""The proposal, and the checks it has to pass."""

from dataclasses import replace
from datetime import UTC

from core.decide import conclude, propose
from core.errors import GlassboxError
from core.pipeline.run import Outcome, Run, Tell, Workbench
from core.records import Action, Decision, Proposal
from core.risk import RiskContext, check
from core.store import dump
from core.store.books import equity_at


def decide(run: Run, bench: Workbench, tell: Tell) -> Outcome:
    """What the policy would like to do with the fused signal."""
    if run.fused is None:
        raise GlassboxError("There is no signal to decide on.")
    symbol = run.instrument.symbol
    proposal = propose(
        symbol,
        run.fused,
        run.book.position(symbol),
        run.price,
        run.book.equity,
        bench.settings.risk,
        bench.settings.signals.threshold,
        working=any(order.symbol == symbol for order in run.book.orders),
        lot=run.instrument.lot,
    )
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
    midnight = run.as_of.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    known = equity_at(bench.store, run.book.id, midnight)
    context = RiskContext(
        book=run.book,
        day_start_equity=known if known is not None else run.book.initial_cash,
        quality=run.quality.score if run.quality else 0.0,
        minimum_quality=bench.settings.collect.minimum_quality,
        risk=bench.settings.risk,
        costs=bench.settings.costs.record(),
    )
    checks = check(run.proposal, context)
    decision = conclude(run.proposal, checks, run.fused)
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
