"""A proposal and its risk checks become a decision, in plain words."""

from collections.abc import Sequence

from core.records import Action, Decision, FusedSignal, Proposal, RiskCheck, Validation, Verdict


def conclude(
    proposal: Proposal,
    checks: Sequence[RiskCheck],
    fused: FusedSignal,
    validation: Validation | None = None,
) -> Decision:
    """The verdict: no trade, denied by a check, or ordered. Moving a stop or a target is no trade.

    Args:
        validation: the second look that the proposal has been through; a veto has turned it into a hold before.
    """
    told = tuple(checks)
    if proposal.action is Action.ADJUST:
        return Decision(proposal, Verdict.NO_TRADE, told, proposal.reason, validation)
    if proposal.action is Action.HOLD:
        words = f"{proposal.reason} {_why(fused)}".strip()
        return Decision(proposal, Verdict.NO_TRADE, told, words, validation)
    refused = [check for check in checks if not check.passed]
    looked = _looked(proposal, validation)
    if refused:
        words = f"{_plan(proposal)} was denied: {refused[0].meaning}"
        if len(refused) > 1:
            words += f" {len(refused) - 1} more {'check' if len(refused) == 2 else 'checks'} refused it too."
        return Decision(proposal, Verdict.DENIED, told, f"{words} {proposal.reason}{looked}", validation)
    words = f"{_plan(proposal)}. {proposal.reason} {_why(fused)}".strip()
    return Decision(proposal, Verdict.ORDERED, told, f"{words}{looked}", validation)


def _looked(proposal: Proposal, validation: Validation | None) -> str:
    """What the second look said of an opening; nothing where nobody was asked."""
    if validation is None or validation.state == "not asked" or proposal.action is not Action.OPEN:
        return ""
    return f" {validation.words}"


def _why(fused: FusedSignal) -> str:
    return f"Of the sources, {fused.reason}" if any(part.weight > 0 for part in fused.parts) else ""


def _plan(proposal: Proposal) -> str:
    side = "Buy" if proposal.quantity > 0 else "Sell"
    amount = abs(proposal.quantity)
    value = amount * proposal.price
    when = "at the next open" if proposal.limit is None else f"at {proposal.limit:,.6g} or better"
    plan = f"{side} {amount:.6g} {proposal.symbol} (about ${value:,.2f}) {when}"
    if proposal.action is Action.CLOSE:
        return f"{plan} to close the position"
    if proposal.stop is None or proposal.target is None:
        return plan
    return f"{plan}, with a stop {proposal.stop:.1%} and a target {proposal.target:.1%} from the fill"
