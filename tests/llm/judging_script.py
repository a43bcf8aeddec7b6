"""A server's side of validations, and the facts of a proposal to ask about."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from core.llm.uses.validation import TOPICS
from core.llm.uses.validation_facts import HorizonFacts, MoodFacts, ProposalFacts
from tests.llm.server import Says

FACTS = ProposalFacts(
    symbol="BTC-USD", timeframe="1h", direction="buy", share=0.1, stop=0.02, target=0.04, reward_to_risk=1.6,
    confidence=0.4, disagreement=0.2, numbers_only=0.35, regime="trend", regime_probability=0.9,
    yearly_volatility=0.6, expected_move=0.012, returns=(("1 bar", 0.001), ("24 bars", 0.02)), last_return_sigmas=0.4,
    mood=MoodFacts(0.2, 0.2, None, 5, 0, (("security", 1),)),
    forecasts=(HorizonFacts("short", 6, 0.3, 0.3, 0.4, 0.01, True),), held=(), quality=98.0,
)  # fmt: skip


def other(**changes: Any) -> ProposalFacts:
    """The same proposal with some facts changed."""
    return replace(FACTS, **changes)


def review(
    verdict: str = "approve", factor: float = 1.0, symbol: str = "BTC-USD", score: float = 0.6,
    words: str = "Nothing is odd.", unit: int = 1,
) -> dict[str, Any]:  # fmt: skip
    """One answer in which every topic scores the same."""
    return {
        "unit": unit, "symbol": symbol, "concerns": {topic: {"words": words, "score": score} for topic in TOPICS},
        "verdict": verdict, "factor": factor,
    }  # fmt: skip


def reviewing(verdict: str = "approve", factor: float = 1.0, **more: Any) -> Callable[[dict[str, Any]], Says]:
    """A script that says the same of every proposal."""
    return lambda asked: Says(json.dumps({"answers": [review(verdict, factor, **more)]}))
