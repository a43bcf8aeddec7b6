"""What a validation is told of a proposed trade: numbers, the symbols of assets, and words that we chose."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.llm.use import Unit


@dataclass(frozen=True, slots=True)
class HorizonFacts:
    """One forecast."""

    horizon: str
    bars: int
    p_down: float
    p_flat: float
    p_up: float
    skill: float
    edge: bool


@dataclass(frozen=True, slots=True)
class MoodFacts:
    """What was read about the asset, as scores and counts."""

    score: float | None
    """−1 … 1."""
    news: float | None
    social: float | None
    news_items: int
    social_items: int
    events: tuple[tuple[str, int], ...]
    """Type of event and how many items report one; the types are ours."""


@dataclass(frozen=True, slots=True)
class HeldFacts:
    """One open position."""

    symbol: str
    share: float
    """Signed value over equity."""
    correlation: float | None
    """Of its returns with the asset's; None where it is not known."""


@dataclass(frozen=True, slots=True)
class ProposalFacts:
    """A proposed trade with its surroundings; fractions, not per cent."""

    symbol: str
    timeframe: str
    direction: str
    """buy or sell short."""
    share: float
    """Value of the trade over equity."""
    stop: float | None
    target: float | None
    reward_to_risk: float | None
    """Net profit at the target over net loss at the stop, after all costs."""
    confidence: float
    disagreement: float
    numbers_only: float | None
    """Fused score without the sources that read text."""
    regime: str
    """trend, range or volatile; empty when unknown."""
    regime_probability: float | None
    yearly_volatility: float | None
    expected_move: float | None
    """Standard deviation of the return over the nearest horizon."""
    returns: tuple[tuple[str, float], ...]
    """Over the last bars, e.g. («24 bars», 0.012)."""
    last_return_sigmas: float | None
    """The last bar's return in standard deviations of the returns before it."""
    mood: MoodFacts | None
    forecasts: tuple[HorizonFacts, ...]
    held: tuple[HeldFacts, ...]
    quality: float | None
    """0 … 100."""


def proposal_unit(facts: ProposalFacts, lifetime: timedelta | None = None) -> Unit:
    """The facts as a unit; fractions of prices and of equity turn into per cent."""
    content = {
        "symbol": facts.symbol, "timeframe": facts.timeframe, "direction": facts.direction,
        "size_pct_of_equity": _percent(facts.share), "stop_pct": _percent(facts.stop),
        "target_pct": _percent(facts.target), "reward_to_risk_after_costs": _number(facts.reward_to_risk, 2),
        "confidence": _number(facts.confidence), "disagreement": _number(facts.disagreement),
        "fused_score_without_text": _number(facts.numbers_only),
        "regime": facts.regime or None, "regime_probability": _number(facts.regime_probability),
        "yearly_volatility_pct": _percent(facts.yearly_volatility, 1),
        "expected_move_pct": _percent(facts.expected_move),
        "returns_pct": {name: _percent(value) for name, value in facts.returns},
        "last_return_in_sigmas": _number(facts.last_return_sigmas, 1),
        "sentiment": _mood(facts.mood),
        "forecasts": [_horizon(item) for item in facts.forecasts],
        "open_positions": [
            {"symbol": item.symbol, "pct_of_equity": _percent(item.share), "correlation": _number(item.correlation)}
            for item in facts.held
        ],
        "data_quality": _number(facts.quality, 0),
    }  # fmt: skip
    return Unit(facts.symbol, json.dumps(content, separators=(",", ":")), lifetime)


def ask(units: Sequence[Unit]) -> str:
    """The proposals as JSON, numbered from 1."""
    return json.dumps(
        {"proposals": [{"unit": number} | json.loads(unit.content) for number, unit in enumerate(units, 1)]},
        separators=(",", ":"),
    )


def _mood(mood: MoodFacts | None) -> dict[str, Any] | None:
    if mood is None:
        return None
    return {
        "score": _number(mood.score), "news": _number(mood.news), "social": _number(mood.social),
        "news_items": mood.news_items, "social_items": mood.social_items, "events": dict(mood.events),
    }  # fmt: skip


def _horizon(item: HorizonFacts) -> dict[str, Any]:
    return {
        "horizon": item.horizon, "bars": item.bars, "p_down": _number(item.p_down), "p_flat": _number(item.p_flat),
        "p_up": _number(item.p_up), "skill": _number(item.skill, 3), "edge": item.edge,
    }  # fmt: skip


def _percent(fraction: float | None, digits: int = 2) -> float | None:
    return None if fraction is None else round(fraction * 100, digits) + 0.0


def _number(value: float | None, digits: int = 2) -> float | None:
    return None if value is None else round(value, digits) + 0.0
