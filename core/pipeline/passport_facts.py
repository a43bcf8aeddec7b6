"""The facts of a stored cycle, as numbers and our own words: what an explanation of it may speak of.

No headline and nothing that a language model wrote is among them.
"""

from collections.abc import Mapping
from typing import Any

from core.records import (
    Action,
    CycleReport,
    Explanation,
    Forecast,
    FusedSignal,
    Proposal,
    Sentiment,
    SignalWeight,
    Validation,
)

REASONS = 3
"""Features that are told of each forecast, largest contribution first."""


def passport_facts(report: CycleReport, names: Mapping[str, str]) -> dict[str, Any]:
    """The facts as JSON values; what is not known is left out.

    Args:
        names: of features, in words.
    """
    decision = report.decision
    facts: dict[str, Any] = {
        "asset": report.request.symbol, "timeframe": report.request.timeframe.value,
        "as_of": f"{report.as_of:%Y-%m-%d %H:%M} UTC", "verdict": decision.verdict.value if decision else "failed",
    }  # fmt: skip
    if decision is None:
        last = report.stages[-1] if report.stages else None
        return facts | {"failed_in": last.stage if last else None, "failure": last.summary if last else None}
    facts |= _plan(decision.proposal)
    if decision.validation:  # what a language model said stays out
        facts["because"] = facts["because"].removeprefix(decision.validation.words).strip()
    if report.fused:
        facts |= _fused(report.fused)
    facts["forecasts"] = [_forecast(item, report.explanations, names) for item in report.forecasts]
    if report.regime:
        regime = report.regime
        facts["regime"] = {
            "kind": regime.kind.value,
            "probability_pct": round(regime.probabilities[regime.likeliest] * 100),
        }
    if report.sentiment and report.sentiment.score is not None:
        facts["sentiment"] = _mood(report.sentiment)
    if report.quality:
        facts["data_quality_of_100"] = round(report.quality.score)
    if decision.validation and decision.validation.concerns:
        facts["second_look"] = _second_look(decision.validation)
    refused = [check.meaning for check in decision.checks if not check.passed]
    facts |= {"checks_passed": len(decision.checks) - len(refused), "checks_refused": refused}
    if report.fills:
        facts["filled_at"] = report.fills[-1].price
    return facts


def action_words(proposal: Proposal) -> str:
    """What was to be done, e.g. «buy 0.1 BTC-USD»; empty when nothing was."""
    if proposal.action is Action.HOLD:
        return ""
    side = "buy" if proposal.quantity > 0 else "sell"
    closing = " to close the position" if proposal.action is Action.CLOSE else ""
    return f"{side} {abs(proposal.quantity):.6g} {proposal.symbol}{closing}"


def _plan(proposal: Proposal) -> dict[str, Any]:
    plan: dict[str, Any] = {"action": action_words(proposal) or "hold", "because": proposal.reason}
    if proposal.action is not Action.HOLD:
        plan["value"] = round(abs(proposal.quantity) * proposal.price, 2)
        plan["last_close"] = proposal.price
    if proposal.stop is not None and proposal.target is not None:
        plan |= {"stop_pct": round(proposal.stop * 100, 2), "target_pct": round(proposal.target * 100, 2)}
    return plan


def _fused(fused: FusedSignal) -> dict[str, Any]:
    speaking = [part for part in fused.parts if part.weight > 0 and part.signal.direction]
    return {
        "confidence": round(fused.confidence, 2),
        "disagreement_pct": round(fused.disagreement * 100),
        "sources": [_source(part) for part in speaking],
        "sources_without_a_say": len(fused.parts) - len(speaking),
    }


def _source(part: SignalWeight) -> dict[str, Any]:
    return {
        "source": source_words(part.signal.source), "says": part.signal.direction.word,
        "contribution": round(part.contribution, 2), "because": part.signal.reason,
    }  # fmt: skip


def source_words(source: str) -> str:
    """What a source of signals is called in a sentence."""
    if source.startswith("forecast:"):
        return f"the {source.removeprefix('forecast:')} forecast"
    known = {
        "sma_cross": "the moving-average rule", "rsi_bollinger": "the RSI and Bollinger rule", "sentiment": "sentiment",
    }  # fmt: skip
    return known.get(source, source.replace("_", " "))


def _forecast(
    item: Forecast, explanations: tuple[Explanation, ...], names: Mapping[str, str]
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "horizon": item.horizon, "bars": item.bars, "down_pct": round(item.p_down * 100),
        "flat_pct": round(item.p_flat * 100), "up_pct": round(item.p_up * 100), "evidence_of_edge": item.edge,
    }  # fmt: skip
    why = next((found for found in explanations if found.horizon == item.horizon), None)
    if why is not None:
        told["target"] = why.target
        told["reasons"] = [
            {"feature": names.get(part.feature, part.feature), "contribution": round(part.contribution, 2)}
            for part in why.attributions[:REASONS]
        ]
    return told


def _mood(mood: Sentiment) -> dict[str, Any]:
    parts = {"score": mood.score, "news": mood.news, "social": mood.social}
    known = {name: round(score, 2) for name, score in parts.items() if score is not None}
    return known | {"items": len(mood.items), "scale": "-1 bad to 1 good"}


def _second_look(validation: Validation) -> dict[str, Any]:
    worst = min(validation.concerns, key=lambda concern: concern.score)
    return {
        "by": "a language model", "state": validation.state, "size_kept_pct": round(validation.factor * 100),
        "gravest_concern": worst.topic, "its_score_of_1": round(worst.score, 2),
    }  # fmt: skip
