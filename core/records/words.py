"""What is told in plain words, and by whom."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PlainWords:
    """A few sentences about a decision or a day."""

    kind: str
    """explanation (of a cycle) or summary (of a day)."""
    subject: str
    """Id of the cycle, or the day as YYYY-MM-DD."""
    words: str
    by: str
    """The language model that wrote them; empty: the program's own template."""
    note: str
    """Why no language model wrote them; empty when one did."""
    written_at: datetime
