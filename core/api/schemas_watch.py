"""What goes in and comes out over REST of risk and alerts."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class RiskAsked(BaseModel):
    """A book to halt or release."""

    model_config = ConfigDict(extra="forbid")

    book: str = Field("", max_length=120, description="Id; empty: the one that was used last.")
    world: str = Field("", max_length=120, description="The book of this world, e.g. live.")
    why: str = Field("", max_length=500, description="The reason, kept with it.")


class RiskStateNow(BaseModel):
    """What a book may do."""

    state: str
    """ACTIVE, REDUCING or HALTED."""
    since: datetime | None
    reason: str
    peak: float
    drawdown: float
    """Fraction of the peak."""
    losing_streak: int
    cooling_until: datetime | None
    moment: datetime | None


class RiskStateOut(RiskStateNow):
    """What a book may do, with its id."""

    book_id: str


class RiskOut(BaseModel):
    """A book against its limits."""

    book_id: str
    world: str
    as_of: datetime | None
    equity: float
    state: RiskStateNow
    usage: list[dict[str, Any]]
    """Each limit with what is used of it."""
    profile: str
    events: list[dict[str, Any]]
    """What tripped or was done by hand, newest first."""


class AlertOut(BaseModel):
    """One alert of the inbox."""

    key: str
    kind: str
    severity: str
    happened_at: datetime
    subject: str
    words: str
    live: bool
    noticed_at: datetime
    read: bool
    told_at: datetime | None
    """When it was sent; null: not, or not yet."""


class ReadOut(BaseModel):
    """How many alerts were marked as read."""

    marked: int
