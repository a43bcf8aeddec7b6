"""What the user looks at."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Visit:
    """An asset was chosen on a page, or a cycle was run for it."""

    symbol: str
    at: datetime
    """Start of the minute, UTC."""
