"""Risk: every limit as a check with its number."""

from core.risk.limits import RULES, RiskContext, Rule, check

__all__ = ["RULES", "RiskContext", "Rule", "check"]
