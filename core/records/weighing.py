"""What stands behind a fused signal: how each source has done, and what the second opinions say of the whole."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SourceTrack:
    """How a source's past opinions did out of sample, and what that makes of its weight."""

    source: str
    """Strategy name, forecast:HORIZON or sentiment."""
    opinions: int
    """Past opinions whose outcome was known at the moment."""
    effective: float
    """The same as independent observations: outcomes that overlap and old ones count less."""
    gain: float | None
    """Exponentially weighted mean of direction × confidence × net return over its horizon, in standard deviations of
    that return; None without a past opinion."""
    prior: float
    """Weight from the settings, scaled to sum to 1 over the sources."""
    weight: float
    """Weight after adaptation, scaled likewise."""
    note: str
    """Why, in one sentence."""


@dataclass(frozen=True, slots=True)
class MetaOpinion:
    """Meta-labelling (López de Prado 2018, ch. 3): is this signal worth taking?"""

    probability: float
    """That the trade which the signal asks for ends with a gain after all costs."""
    needed: float
    """Break-even probability p* = (L + c) / (W + L) of stop, target and costs."""
    skill: float
    """Brier skill score against the base rate, out of sample (purged walk-forward)."""
    rows: int
    """Rows behind that score."""
    earned: bool
    """Whether the score is good enough for a say; without it the opinion is shown and changes nothing."""
    model_id: str
    trained_until: datetime
    """Moment at which the last label that it has seen was complete."""
    words: str

    @property
    def refuses(self) -> bool:
        """Whether it has a say and says that the signal is not worth taking."""
        return self.earned and self.probability < self.needed


@dataclass(frozen=True, slots=True)
class AgentOpinion:
    """What the reinforcement-learning agent would hold."""

    exposure: float
    """Target position, −1 (largest short) … 1 (largest long)."""
    weight: float
    """Say in the size of a position, 0 … 1; 0 while it has not earned its place."""
    earned: bool
    """Whether its honest evaluation says that it earns its place."""
    model_id: str
    trained_until: datetime
    words: str
