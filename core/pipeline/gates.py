"""Which gate stopped a stored decision: as the cycle wrote it down or, before gates were kept, as its facts tell it."""

import json
import math
from dataclasses import dataclass
from typing import Any

from core.instruments import resolve
from core.records import GATES
from core.store.funnel import DecisionFacts

NO_OPENING = "no opening at stake"
"""The book held the asset or waited for an order, or the decision closed or adjusted what was held."""
FAILED = "failed before a decision"
UNKNOWN = "unknown"
"""A hold of which neither a gate nor its facts tell why."""


@dataclass(frozen=True, slots=True)
class Gated:
    """One decision and the gate at which it ended."""

    gate: str
    """One of GATES; «filled» where none stopped it; empty beside the funnel."""
    beside: str = ""
    inferred: bool = False
    units: float = 0.0
    """Signed units that were ordered, or would have been without the gate."""


def gated(item: DecisionFacts) -> Gated:
    """The gate of a decision."""
    proposal = item.proposal
    if proposal is None or item.verdict == "failed":
        return Gated("", FAILED)
    if proposal["action"] == "open":
        return Gated("risk" if item.verdict == "denied" else "filled", units=float(proposal["quantity"]))
    if proposal["action"] != "hold":
        return Gated("", NO_OPENING)
    gate = str(proposal.get("gate") or "")
    if gate in GATES:
        return Gated(gate, units=float(proposal.get("wanted") or 0.0))
    if item.book is None:
        return Gated("", UNKNOWN)
    if item.book.position(item.symbol) or any(order.symbol == item.symbol for order in item.book.orders):
        return Gated("", NO_OPENING)
    return _inferred(item, proposal)


def _inferred(item: DecisionFacts, proposal: dict[str, Any]) -> Gated:
    """From before gates were kept: direction, confidence and second look tell it; sizes were the largest allowed."""
    told = json.loads(item.settings) if item.settings else {}
    threshold = told.get("signals", {}).get("threshold")
    if item.direction == 0:
        return Gated("signals", inferred=True)
    units = _largest(item, proposal, float(told.get("risk", {}).get("max_position", 0.0)))
    if threshold is not None and item.confidence < float(threshold):
        return Gated("confidence", inferred=True, units=units)
    if item.validation in ("vetoed", "shrunk", "not validated"):
        return Gated("llm", inferred=True, units=units)
    return Gated("", UNKNOWN, inferred=True)


def _largest(item: DecisionFacts, proposal: dict[str, Any], share: float) -> float:
    """The largest position of then in whole lots, signed by what the signals asked for."""
    if item.book is None or not proposal["price"]:
        return 0.0
    lot = resolve(item.symbol).lot
    units = math.floor(share * item.book.equity / float(proposal["price"]) / lot) * lot
    return math.copysign(units, item.direction)
