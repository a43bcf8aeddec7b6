"""What the policy looks at beside the signal and the book: all of it known at the moment, and at any past bar."""

from dataclasses import dataclass

from core.records import Costs, Levels


@dataclass(frozen=True, slots=True)
class Lean:
    """A forecast that beats the base rate out of sample: which of two equally far levels comes first?"""

    source: str
    """forecast:HORIZON."""
    up: float
    """Probability of the upper level, among the cases in which one of the two is reached; 0 … 1."""
    distance: float
    """Of each level from the price, as a fraction."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Numbers around a decision. What is not known is None, and the bounds that need it say so."""

    volatility: float | None = None
    """Of the asset, as a fraction a year: exponentially weighted (λ = .94) over its last returns."""
    volatile: float | None = None
    """Probability, 0 … 1, that the market is in a volatile regime; filtered, so it has seen the past only."""
    trust: float | None = None
    """Of the bars, 0 … 1: their quality score over 100."""
    atr: float | None = None
    """Average true range of 14 bars over the last close."""
    leans: tuple[Lean, ...] = ()
    """Nearest horizon first."""
    levels: Levels | None = None
    """Stop and target that the past suggests, of the nearest horizon with skill; None while they are not asked for."""
    costs: Costs | None = None
    """What trading costs; None where nobody said."""


UNKNOWN = Surroundings()
"""Nothing is known but the signal and the book."""
