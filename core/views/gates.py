"""The way of one decision through the gates: which it passed, and which stopped it."""

from dataclasses import dataclass
from enum import StrEnum

from core.records import GATES, Action, CycleReport, Decision, FusedSignal, Verdict
from core.views.number import percent, plain


class GateState(StrEnum):
    """What a gate did."""

    PASSED = "passed"
    STOPPED = "stopped"
    IDLE = "idle"
    """It had no say."""
    BEYOND = "beyond"
    """It was not reached."""


@dataclass(frozen=True, slots=True)
class GateStep:
    """One gate of one decision."""

    gate: str
    state: GateState
    value: str
    """Its number, short."""
    meaning: str
    """What is asked there, and what came of it."""


_ASKED = {
    "signals": "Does a source with a say have an opinion?",
    "confidence": "Does the fused confidence reach its threshold?",
    "meta": "Does the meta-model find the signal worth taking? It has a say only while it beats the base rate out of sample.",
    "agent": "Does the agent leave anything of the size? It has a say only once its evaluation earned it, and never enlarges.",
    "size": "Does the smallest bound leave at least one lot?",
    "llm": "Does the language model's second look leave anything of it?",
    "risk": "Do all risk checks pass?",
    "filled": "Was the order sent and filled?",
}  # fmt: skip
_UNKNOWN = "no reason kept"


def stopping_gate(report: CycleReport) -> str:
    """The first of GATES that stopped an opening, `filled` where none did; empty where none was at stake or none is known."""
    decision = report.decision
    if decision is None:
        return ""
    proposal = decision.proposal
    if proposal.action is Action.OPEN:
        return "risk" if decision.verdict is Verdict.DENIED else "filled"
    if proposal.action is Action.HOLD:
        return proposal.gate
    return ""


def gate_steps(report: CycleReport, threshold: float) -> tuple[GateStep, ...]:
    """Every gate in its order; empty where no opening was at stake.

    Args:
        threshold: of the cycle's own settings.
    """
    gate, decision = stopping_gate(report), report.decision
    if not gate or decision is None:
        return ()
    at = GATES.index(gate)
    steps = []
    for place, name in enumerate(GATES):
        value = _value(name, report, decision, threshold)
        if place > at:
            state = GateState.BEYOND
        elif place == at and name != "filled":
            state = GateState.STOPPED
        else:
            state = GateState.PASSED if value else GateState.IDLE
        shown = value if state is not GateState.BEYOND else ""
        steps.append(GateStep(name, state, shown or _silent(state), _ASKED[name]))
    return tuple(steps)


def _silent(state: GateState) -> str:
    return {GateState.BEYOND: "not reached", GateState.IDLE: "no say", GateState.STOPPED: _UNKNOWN}.get(
        state, ""
    )


def _value(name: str, report: CycleReport, decision: Decision, threshold: float) -> str:
    """The number that a gate looked at; empty where it had no say."""
    fused, proposal = report.fused, decision.proposal
    if name == "filled":
        return report.order.status.value.lower() if report.order else ""
    if name == "risk":
        refused = sum(not check.passed for check in decision.checks)
        return (
            f"{refused} of {len(decision.checks)} refuse"
            if refused
            else f"{len(decision.checks)} checks passed"
        )
    if name == "llm":
        look = decision.validation
        return (
            ""
            if look is None or look.state == "not asked"
            else f"{look.state}, keeps {percent(look.factor, 0)}"
        )
    if name == "size":
        return (
            f"{percent(proposal.sizing.share)} by {proposal.sizing.bound.replace('_', ' ')}"
            if proposal.sizing
            else ""
        )
    return _judged(name, fused, threshold) if fused else ""


def _judged(name: str, fused: FusedSignal, threshold: float) -> str:
    if name == "signals":
        return (
            f"{fused.direction.word}" if fused.direction else "nobody" if not _spoken(fused) else "cancel out"
        )
    if name == "confidence":
        return f"{plain(fused.confidence)} of {plain(threshold)}"
    if name == "meta":
        meta = fused.meta
        return f"{percent(meta.probability, 0)} of {percent(meta.needed, 0)}" if meta and meta.earned else ""
    agent = fused.agent
    return f"holds {percent(agent.exposure, 0)}" if agent and agent.earned else ""


def _spoken(fused: FusedSignal) -> bool:
    return any(part.weight > 0 for part in fused.parts)
