"""What a person should hear of."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Severity(StrEnum):
    """How much it matters."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for the least."""
        return list(Severity).index(self)


class AlertKind(StrEnum):
    """What happened."""

    OPENED = "trade opened"
    CLOSED = "trade closed"
    STOPPED = "stop hit"
    BREAKER = "breaker tripped"
    HALTED = "halted by hand"
    RESET = "reset by hand"
    DAILY_LOSS = "daily loss near its limit"
    SOURCE_DOWN = "source down"
    STALE = "stale data"
    DRIFT = "drift"
    PROMOTED = "model promoted"
    DROPPED = "challenger dropped"
    OPTIMISED = "daily optimisation"
    JOB_FAILED = "job failed"
    ANOMALY = "anomaly"


@dataclass(frozen=True, slots=True)
class Alert:
    """One event; its key is made from what happened, so the same event is told once."""

    key: str
    kind: AlertKind
    severity: Severity
    at: datetime
    """When it happened, in the clock of its world."""
    subject: str
    """Asset, book, source or job."""
    words: str
    """One sentence."""
    live: bool = True
    """False for what happened in the sample's or a file's world: kept in the inbox, sent to nobody."""


@dataclass(frozen=True, slots=True)
class InboxItem:
    """An alert in the inbox."""

    alert: Alert
    noticed_at: datetime
    read: bool
    told_at: datetime | None
    """When it was sent; None where it was not, yet or at all."""
    attempts: int
    """Failed ones."""
