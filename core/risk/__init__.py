"""Risk: every limit as a check with its number, and the state that losses leave a book in."""

from core.risk.breaker import Breaker, follow, state_from, telling
from core.risk.context import RiskContext, Rule
from core.risk.limits import RULES, check
from core.risk.market import volatility_ratio
from core.risk.tail import correlation_of

__all__ = [
    "RULES",
    "Breaker",
    "RiskContext",
    "Rule",
    "check",
    "correlation_of",
    "follow",
    "state_from",
    "telling",
    "volatility_ratio",
]
