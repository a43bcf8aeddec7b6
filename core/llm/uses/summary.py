"""Summary: what happened on one day, told in plain words from counts and amounts that we computed."""

from typing import Any

from core.llm.uses.prose import RULES, example, prose_use
from core.records import LlmUse

SYSTEM = f"""\
You write the daily summary of a paper-trading program. Say what was decided, what was traded and how the books moved, what the mood was, and what went wrong. Amounts are in the currency of the book.
{RULES}"""

_BUSY: dict[str, Any] = {
    "cycles": {"run": 6, "ordered": 2, "no_trade": 3, "denied": 1, "failed": 0},
    "assets": ["ABC", "XYZ-USD"],
    "books": [{"world": "live", "equity_start": 10000.0, "equity_end": 10041.5, "change": 41.5, "change_pct": 0.42,
               "orders": 2, "fills": 3, "trades_closed": 1, "profit_closed": 38.2}],
    "sentiment": [{"asset": "ABC", "score": 0.31}, {"asset": "XYZ-USD", "score": -0.12}],
    "sentiment_scale": "-1 bad to 1 good",
    "problems": [{"where": "collect/yfinance", "times": 2}],
    "language_model": {"calls": 4, "tokens": 5210, "cost_usd": 0.0021},
}  # fmt: skip
_QUIET: dict[str, Any] = {
    "cycles": {"run": 3, "ordered": 0, "no_trade": 3, "denied": 0, "failed": 0}, "assets": ["QRS"],
    "books": [{"world": "live", "equity_start": 9950.0, "equity_end": 9950.0, "change": 0.0, "change_pct": 0.0,
               "orders": 0, "fills": 0, "trades_closed": 0, "profit_closed": 0.0}],
    "sentiment": [], "sentiment_scale": "-1 bad to 1 good", "problems": [], "language_model": {"calls": 0, "tokens": 0, "cost_usd": 0.0},
}  # fmt: skip
_LOSING: dict[str, Any] = {
    "cycles": {"run": 4, "ordered": 1, "no_trade": 1, "denied": 1, "failed": 1}, "assets": ["ABC"],
    "books": [{"world": "live", "equity_start": 9950.0, "equity_end": 9871.3, "change": -78.7, "change_pct": -0.79,
               "orders": 2, "fills": 2, "trades_closed": 1, "profit_closed": -75.1}],
    "sentiment": [{"asset": "ABC", "score": -0.44}], "sentiment_scale": "-1 bad to 1 good", "problems": [{"where": "predict", "times": 1}],
    "language_model": {"calls": 2, "tokens": 2900, "cost_usd": None},
}  # fmt: skip
_EXAMPLES = (
    example(
        "", "2024-03-05", _BUSY,
        "On 2024-03-05 the program ran 6 cycles and ordered twice; 3 ended without a trade and 1 was denied. The live "
        "book rose by 41.5 to 10041.5, or 0.42 %. One trade was closed with a profit of 38.2. The mood was good for ABC "
        "(0.31) and slightly bad for XYZ-USD (-0.12). The source yfinance gave trouble 2 times. The language model took "
        "5210 tokens.",
    ),
    example(
        "", "2024-03-09", _QUIET,
        "2024-03-09 was quiet: all 3 cycles ended without a trade. The live book stayed at 9950. No mood was measured and "
        "nothing went wrong.",
    ),
    example(
        "", "2024-03-12", _LOSING,
        "On 2024-03-12 the program ran 4 cycles, of which 1 ordered, 1 was denied and 1 failed. The live book fell by 78.7 "
        "to 9871.3, or 0.79 %. The trade that was closed lost 75.1. The mood for ABC was bad at -0.44. The forecasts gave "
        "trouble once.",
    ),
)  # fmt: skip

SUMMARY = prose_use(LlmUse.SUMMARY, "summary-1", SYSTEM, _EXAMPLES)
