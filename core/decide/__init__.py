"""Decide: what the policy would like to do, and the decision in words once the risk checks have spoken."""

from core.decide.adjusting import Adjustment, adjustment, asks_for_care
from core.decide.kelly import chance_of_target, kelly_fraction
from core.decide.policy import Standing, propose
from core.decide.sizing import position_size
from core.decide.surroundings import UNKNOWN, Lean, Surroundings
from core.decide.verdict import conclude
from core.decide.volatility import ewma_variance, volatility_share, yearly_volatility

__all__ = [
    "UNKNOWN",
    "Adjustment",
    "Lean",
    "Standing",
    "Surroundings",
    "adjustment",
    "asks_for_care",
    "chance_of_target",
    "conclude",
    "ewma_variance",
    "kelly_fraction",
    "position_size",
    "propose",
    "volatility_share",
    "yearly_volatility",
]
