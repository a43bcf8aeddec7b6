"""A proposal and its risk checks become a decision, in plain words."""

from collections.abc import Sequence

from core.records import Action, Decision, FusedSignal, Proposal, RiskCheck, Verdict


def conclude(proposal: Proposal, checks: Sequence[RiskCheck], fused: FusedSignal) -> Decision:
    """The verdict: no trade, denied by a check, or ordered."""
    refused = [check for check in checks if not check.passed]
    if proposal.action is Action.HOLD:
        return Decision(proposal, Verdict.NO_TRADE, tuple(checks), f"{proposal.reason} {_why(fused)}".strip())
    if refused:
        words = f"{_plan(proposal)} was denied: {refused[0].meaning}"
        if len(refused) > 1:
            words += f" {len(refused) - 1} more {'check' if len(refused) == 2 else 'checks'} refused it too."
        return Decision(proposal, Verdict.DENIED, tuple(checks), f"{words} {proposal.reason}")
    return Decision(
        proposal, Verdict.ORDERED, tuple(checks), f"{_plan(proposal)}. {proposal.reason} {_why(fused)}"
    )


def _why(fused: FusedSignal) -> str:
    return f"Of the sources, {fused.reason}" if any(part.weight > 0 for part in fused.parts) else ""


def _plan(proposal: Proposal) -> str:
    side = "Buy" if proposal.quantity > 0 else "Sell"
    amount = abs(proposal.quantity)
    value = amount * proposal.price
    plan = f"{side} {amount:.6g} {proposal.symbol} (about ${value:,.2f}) at the next open"
    if proposal.action is Action.CLOSE:
        return f"{plan} to close the position"
    if proposal.stop is None or proposal.target is None:
        return plan
    return f"{plan}, with a stop {proposal.stop:.1%} and a target {proposal.target:.1%} from the fill"
