"""The state of a book in the eyes of the risk rules, and what changed it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.records.deciding import RiskCheck, SystemState


class RiskEventKind(StrEnum):
    """What changes the state of a book and stays: the breaker trips by itself, a person halts and resets."""

    TRIP = "trip"
    HALT = "halt"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class RiskEvent:
    """One entry of a book's risk log; nothing in the log is ever changed."""

    book_id: str
    kind: RiskEventKind
    at: datetime
    """In the clock of the book's world."""
    made_at: datetime
    """When it was written."""
    who: str
    """A person's name, or the breaker."""
    reason: str
    """One sentence with its numbers."""
    before: SystemState
    after: SystemState
    equity: float
    """At that moment; after a reset the peak starts from it."""
    peak: float
    drawdown: float
    """Fraction of the peak, ≥ 0."""
    cycle_id: str = ""
    """The cycle in which the breaker tripped."""


@dataclass(frozen=True, slots=True)
class RiskState:
    """What a book may do at one moment, and why."""

    state: SystemState = SystemState.ACTIVE
    since: datetime | None = None
    """In the clock of the book's world; None while active."""
    reason: str = ""
    """One sentence; empty while active."""
    peak: float = 0.0
    """Highest equity since the book began or was reset."""
    drawdown: float = 0.0
    """Fraction of the peak, ≥ 0."""
    losing_streak: int = 0
    """Trades lost in a row up to now."""
    cooling_until: datetime | None = None
    """End of the pause after too many losses in a row; None where none is due."""
    moment: datetime | None = None
    """For which all this holds."""


@dataclass(frozen=True, slots=True)
class RiskStatus:
    """A book held against its limits, with nothing proposed."""

    book_id: str
    world: str
    as_of: datetime | None
    equity: float
    state: RiskState
    usage: tuple[RiskCheck, ...]
    """Every limit on the book as a whole with what is used of it."""
    profile: str
    """Name of the profile that the settings follow; empty for none."""
    events: tuple[RiskEvent, ...]
    """The risk log, newest first."""
