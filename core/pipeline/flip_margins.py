"""How near a decision was to its limits: what a setting, not the market, would have had to be."""

import math

from core.records import Action, CycleReport, Margin, RiskCheck
from core.settings import Settings

_NEAREST = 3
"""Risk checks of a trade that are told although they passed."""


def margins_of(report: CycleReport, settings: Settings) -> tuple[Margin, ...]:
    """Confidence against its threshold, the meta-model's probability, and the risk checks: those that refused first, then
    those that passed by the least."""
    fused, decision = report.fused, report.decision
    if fused is None or decision is None:
        return ()
    found = []
    if decision.proposal.action in (Action.OPEN, Action.HOLD) and fused.direction:
        found.append(_at_least("threshold", fused.confidence, settings.signals.threshold, "the confidence"))
    if fused.meta is not None and fused.meta.earned:
        found.append(
            _at_least(
                "break_even_probability", fused.meta.probability, fused.meta.needed, "the meta-model's probability of a gain",
            )
        )  # fmt: skip
    checks = [item for item in (_of_check(check) for check in decision.checks) if item is not None]
    passed = sorted((item for item in checks if item.missing <= 0), key=closeness, reverse=True)
    told = [*found, *(item for item in checks if item.missing > 0), *passed[:_NEAREST]]
    return tuple(sorted(told, key=lambda item: item.missing <= 0))  # what stopped it comes first


def closeness(margin: Margin) -> float:
    """How much of its limit a number used, 0 … 1 and more; from 1 on it refuses. 0 where the limit is 0."""
    return 1.0 + margin.missing / abs(margin.limit) if margin.limit else 0.0


def _at_least(name: str, value: float, limit: float, what: str) -> Margin:
    missing = limit - value
    told = f"missing {missing:.2f}" if missing > 0 else f"{-missing:.2f} to spare"
    words = f"{name.replace('_', ' ').capitalize()} {limit:.2f}: {what} was {value:.2f}, {told}."
    return Margin(name, value, limit, missing, "", words)


def _of_check(check: RiskCheck) -> Margin | None:
    """None: it compares no two numbers, or its verdict does not follow from them."""
    value, limit = check.value, check.limit
    if value is None or limit is None or not math.isfinite(value) or not math.isfinite(limit):
        return None
    over = value - limit
    missing = abs(over) if not check.passed else -abs(over)
    return Margin(check.name, value, limit, missing, check.unit, check.meaning)
