"""Explanation: why a cycle decided as it did, told in plain words from the numbers of its passport.

The words are for reading. They are made after the decision and never lead to one.
"""

from typing import Any

from core.llm.uses.prose import RULES, example, prose_use
from core.records import LlmUse

SYSTEM = f"""\
You explain decisions of a paper-trading program to its user, after they were made. Say first what was decided, then which sources spoke for and against it, what drove the forecast (its reasons are SHAP contributions: positive ones speak for the outcome named in "target"), whether the forecast has evidence of an edge, and which check stopped the trade or that all passed.
{RULES}"""

_ORDERED: dict[str, Any] = {
    "asset": "ABC", "timeframe": "1d", "verdict": "ordered", "action": "buy 12 ABC", "stop_pct": 3.0, "target_pct": 6.0,
    "confidence": 0.41,
    "sources": [
        {"source": "forecast:short", "says": "up", "contribution": 0.3},
        {"source": "sma_cross", "says": "up", "contribution": 0.11},
    ],
    "disagreement": 0.0,
    "forecasts": [{"horizon": "short", "p_down": 0.24, "p_flat": 0.31, "p_up": 0.45, "edge": True,
                   "target": "up", "reasons": [{"feature": "return over 5 bars", "contribution": 0.21},
                                               {"feature": "volume against its mean", "contribution": -0.06}]}],
    "checks_passed": 7, "checks_refused": [],
}  # fmt: skip
_DENIED: dict[str, Any] = {
    "asset": "XYZ-USD", "timeframe": "1h", "verdict": "denied", "action": "sell 0.5 XYZ-USD", "confidence": 0.33,
    "sources": [
        {"source": "rsi_bollinger", "says": "down", "contribution": -0.35},
        {"source": "sentiment", "says": "up", "contribution": 0.02},
    ],
    "disagreement": 0.11,
    "forecasts": [{"horizon": "short", "p_down": 0.36, "p_flat": 0.3, "p_up": 0.34, "edge": False}],
    "sentiment": {"score": 0.2, "items": 4, "scale": "-1 bad to 1 good"},
    "checks_passed": 6, "checks_refused": ["The book has lost 5.20% since 00:00 UTC; from 5.00% on nothing new is opened."],
}  # fmt: skip
_HELD: dict[str, Any] = {
    "asset": "QRS", "timeframe": "4h", "verdict": "no_trade", "confidence": 0.08, "threshold": 0.2,
    "sources": [{"source": "sma_cross", "says": "up", "contribution": 0.08}], "disagreement": 0.0,
    "forecasts": [], "checks_passed": 0, "checks_refused": [],
}  # fmt: skip
_EXAMPLES = (
    example(
        "ABC", "ABC 1d", _ORDERED,
        "The program ordered to buy 12 ABC, with a stop 3 % and a target 6 % away. The short forecast and the "
        "moving-average rule both said up, and together they reach a confidence of 0.41. The forecast gives up a "
        "probability of 45 %, and it has evidence of an edge. What spoke most for up was the return over 5 bars; the "
        "volume against its mean spoke a little against it. All 7 checks passed.",
    ),
    example(
        "XYZ-USD", "XYZ-USD 1h", _DENIED,
        "The program wanted to sell 0.5 XYZ-USD, but a risk check denied it. The book has lost 5.20 % since 00:00 UTC, "
        "and from 5.00 % on nothing new is opened. The RSI and Bollinger rule said down, while the news were slightly "
        "good. The short forecast had no evidence of an edge.",
    ),
    example(
        "QRS", "QRS 4h", _HELD,
        "Nothing was traded. Only the moving-average rule had an opinion, and it said up. Its confidence of 0.08 is "
        "below the threshold of 0.2 that a trade needs. No forecast was at hand.",
    ),
)  # fmt: skip

EXPLANATION = prose_use(LlmUse.EXPLANATION, "explanation-1", SYSTEM, _EXAMPLES)
