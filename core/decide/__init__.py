"""Decide: what the policy would like to do, and the decision in words once the risk checks have spoken."""

from core.decide.policy import position_size, propose
from core.decide.verdict import conclude

__all__ = ["conclude", "position_size", "propose"]
