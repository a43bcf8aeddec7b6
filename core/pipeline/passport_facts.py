"""The facts of a stored cycle, as numbers and our own words: what an explanation of it may speak of.

No headline and nothing that a language model wrote is among them.
"""

import json
from collections.abc import Mapping
from typing import Any

from core.records import (
    Action,
    CycleReport,
    Decision,
    Explanation,
    Flip,
    Forecast,
    FusedSignal,
    Proposal,
    Sentiment,
    SignalWeight,
    SystemState,
    Validation,
    Verdict,
)

REASONS = 3
"""Features that are told of each forecast, largest contribution first."""


def passport_facts(report: CycleReport, names: Mapping[str, str], flip: Flip | None = None) -> dict[str, Any]:
    """The facts as JSON values; what is not known is left out.

    Args:
        names: of features, in words.
        flip: what would have changed the decision, where it has been searched for.
    """
    decision = report.decision
    facts: dict[str, Any] = {
        "asset": report.request.symbol, "timeframe": report.request.timeframe.value,
        "as_of": f"{report.as_of:%Y-%m-%d %H:%M} UTC", "verdict": decision.verdict.value if decision else "failed",
    }  # fmt: skip
    if decision is None:
        last = report.stages[-1] if report.stages else None
        return facts | {"failed_in": last.stage if last else None, "failure": last.summary if last else None}
    facts |= _plan(decision.proposal) | _stopped(decision, report)
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
    if decision.state is not SystemState.ACTIVE:
        facts["system_state"] = {"state": decision.state.value.lower(), "because": decision.state_words}
    if report.fills:
        facts["filled_at"] = report.fills[-1].price
    if flip is not None and flip.becomes is not None:
        facts["flip"] = _flip(flip)
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


def _stopped(decision: Decision, report: CycleReport) -> dict[str, Any]:
    """The gate that stopped an opening, the threshold that was asked for, and what bound a size."""
    proposal, told = decision.proposal, json.loads(report.settings) if report.settings else {}
    found: dict[str, Any] = {}
    gate = "risk" if decision.verdict is Verdict.DENIED else proposal.gate
    if gate:
        found["stopped_at"] = gate
    threshold = told.get("signals", {}).get("threshold")
    if threshold is not None and proposal.action in (Action.OPEN, Action.HOLD):
        found["threshold"] = round(float(threshold), 2)
    if proposal.sizing and proposal.action is Action.OPEN:
        bound = next((cap for cap in proposal.sizing.caps if cap.name == proposal.sizing.bound), None)
        found["size"] = {
            "pct_of_equity": round(proposal.sizing.share * 100, 2), "bound_by": proposal.sizing.bound.replace("_", " "),
            "because": bound.meaning if bound else "", "bounds": len(proposal.sizing.caps),
        }  # fmt: skip
    return found


def _flip(flip: Flip) -> dict[str, Any]:
    assert flip.becomes is not None
    return {
        "becomes": flip.becomes.words, "verified_by_running_it_again": flip.verified,
        "changes": [
            {"input": change.words, "was": _short(change.before), "would_have_been": _short(change.after)}
            for change in flip.changes
        ],
    }  # fmt: skip


def _short(value: float) -> float:
    """To four significant digits."""
    return float(f"{value:.4g}")


def _second_opinions(fused: FusedSignal) -> dict[str, Any]:
    """Those of the meta-model and the agent, where each has a say."""
    found: dict[str, Any] = {}
    if fused.meta is not None and fused.meta.earned:
        meta = fused.meta
        found["meta_model"] = {
            "gain_pct": round(meta.probability * 100), "needed_pct": round(meta.needed * 100),
            "finds_it_worth_taking": not meta.refuses,
        }  # fmt: skip
    if fused.agent is not None and fused.agent.earned:
        found["agent"] = {"would_hold_pct_of_the_largest_position": round(fused.agent.exposure * 100)}
    return found


def _fused(fused: FusedSignal) -> dict[str, Any]:
    speaking = [part for part in fused.parts if part.weight > 0 and part.signal.direction]
    return _second_opinions(fused) | {
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
        "scalping": "the scalping rule", "intraday": "the intraday rule", "swing": "the swing rule",
        "donchian": "the Donchian breakout", "chart_patterns": "the chart patterns",
        "support_resistance": "support and resistance",
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
