"""What a page shows of an endpoint."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class WireState:
    """How it stands with an endpoint at one moment."""

    endpoint: str
    model: str
    """Empty: not known yet."""
    mode: str
    """How answers are asked for: json_schema, json_object or text; empty before the first good one."""
    limit: float
    """Requests that may be under way at once now; the whole part counts."""
    most: int
    """The same by the settings; 1 for the server of this app, which answers one at a time."""
    in_flight: int
    latency: float | None
    """Median seconds of the last answers; None before the first."""
    breaker: str
    """closed, open or half-open."""
    failures: int
    """In a row, so far."""
    resting_until: datetime | None
    """None while it may be asked."""
    last_error: str
    """Empty: none, or good answers since."""
    requests: int
    """On the wire since the start."""
