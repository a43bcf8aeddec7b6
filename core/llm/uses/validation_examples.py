"""Three proposals and how they are to be judged: one that is sound, one that is too large, one that is not to be made."""

import json
from dataclasses import replace

from core.llm.uses.validation_facts import (
    HeldFacts,
    HorizonFacts,
    MoodFacts,
    ProposalFacts,
    ask,
    proposal_unit,
)

_SOUND = ProposalFacts(
    symbol="ABC", timeframe="1d", direction="buy", share=0.08, stop=0.03, target=0.06, reward_to_risk=1.78,
    confidence=0.41, disagreement=0.1, numbers_only=0.37, regime="trend", regime_probability=0.91,
    yearly_volatility=0.22, expected_move=0.021, returns=(("1 bar", 0.006), ("20 bars", 0.047)),
    last_return_sigmas=0.5, mood=MoodFacts(0.32, 0.32, None, 6, 0, (("earnings", 3),)),
    forecasts=(HorizonFacts("short", 6, 0.24, 0.31, 0.45, 0.021, True),), held=(), quality=99.0,
)  # fmt: skip
_TWIN = replace(
    _SOUND, symbol="XYZ-USD", timeframe="1h", share=0.1, stop=0.02, target=0.04, reward_to_risk=1.6, confidence=0.29,
    disagreement=0.35, regime="range", regime_probability=0.62, yearly_volatility=0.58,
    returns=(("1 bar", 0.002), ("24 bars", 0.011)), last_return_sigmas=0.3, mood=None,
    forecasts=(HorizonFacts("short", 6, 0.3, 0.36, 0.34, -0.004, False),), held=(HeldFacts("UVW-USD", 0.1, 0.91),),
    quality=96.0,
)  # fmt: skip
_ODD = replace(
    _SOUND, symbol="QRS-USD", timeframe="1h", direction="buy", share=0.1, stop=0.02, target=0.04, reward_to_risk=1.6,
    confidence=0.22, disagreement=0.6, numbers_only=0.04, regime="volatile", regime_probability=0.97,
    yearly_volatility=1.9, expected_move=0.035, returns=(("1 bar", -0.083), ("24 bars", -0.19)),
    last_return_sigmas=-7.4, mood=MoodFacts(-0.55, -0.6, -0.5, 4, 9, (("security", 4),)),
    forecasts=(HorizonFacts("short", 6, 0.46, 0.2, 0.34, -0.012, False),), quality=71.0,
)  # fmt: skip


def _answer(symbol: str, verdict: str, factor: float, topics: tuple[tuple[str, str, float], ...]) -> str:
    concerns = {topic: {"words": words, "score": score} for topic, words, score in topics}
    one = {"unit": 1, "symbol": symbol, "concerns": concerns, "verdict": verdict, "factor": factor}
    return json.dumps({"answers": [one]}, separators=(",", ":"))


EXAMPLES = (
    (
        ask([proposal_unit(_SOUND)]),
        _answer("ABC", "approve", 1.0, (
            ("context", "The sources agree and the data is clean.", 0.8),
            ("macro", "A calm trend.", 0.8),
            ("trend", "Recent returns go the same way.", 0.8),
            ("reward", "The target pays 1.78 times the risk, and the forecast has proven skill.", 0.8),
            ("correlation", "Nothing else is open.", 1.0),
            ("anomaly", "Nothing is odd.", 0.9),
            ("news", "Good news on earnings.", 0.7),
        )),
    ),
    (
        ask([proposal_unit(_TWIN)]),
        _answer("XYZ-USD", "shrink", 0.5, (
            ("context", "The sources disagree in part.", 0.5),
            ("macro", "A range at moderate volatility.", 0.5),
            ("trend", "Recent returns are slightly up.", 0.6),
            ("reward", "The reward is fair, but the forecast has no proven skill.", 0.5),
            ("correlation", "UVW-USD is held already and moves alike: correlation 0.91.", 0.1),
            ("anomaly", "Nothing is odd.", 0.9),
            ("news", "No sentiment is known.", 0.5),
        )),
    ),
    (
        ask([proposal_unit(_ODD)]),
        _answer("QRS-USD", "veto", 0.0, (
            ("context", "The sources disagree and the data is doubtful.", 0.1),
            ("macro", "Very volatile.", 0.1),
            ("trend", "It buys into a fall.", 0.1),
            ("reward", "The forecast leans down and has no proven skill.", 0.2),
            ("correlation", "Nothing else is open.", 0.9),
            ("anomaly", "The last return is -7.4 standard deviations.", 0.0),
            ("news", "Bad news about security.", 0.1),
        )),
    ),
)  # fmt: skip
"""What is asked and the answer, both as they go over the wire."""
