"""The autopilot: whether it runs, and how each of its steps went."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Step(StrEnum):
    """What the autopilot does again and again, in the order of a round."""

    COLLECT = "collect"
    """Bars and news of an asset."""
    PREDICT = "predict"
    """Models of an asset: trained again when stale, its forecasts made."""
    SIGNALS = "signals"
    """A whole cycle of an asset: signals, decision, risk, order."""
    TRADE = "trade"
    """Open orders, stops and targets of the book."""


@dataclass(frozen=True, slots=True)
class AutopilotState:
    """Whether it runs, and on what."""

    running: bool
    since: datetime
    who: str
    """Who switched it."""
    assets: tuple[str, ...]
    timeframe: str
    source: str


@dataclass(frozen=True, slots=True)
class StepRun:
    """The last run of one step for one asset (or, of trades, for one world)."""

    step: Step
    subject: str
    """Symbol, or the world of the book."""
    started_at: datetime
    seconds: float
    ok: bool
    words: str
    """The result or the error, in one sentence."""
    failures: int
    """In a row, up to now."""
    rests_until: datetime | None
    """After a failure: not before then; None when it may run at its next turn."""


@dataclass(frozen=True, slots=True)
class Night:
    """The work that is done once a day at 00:00 UTC."""

    day: date
    """The day that began with it."""
    begun_at: datetime
    """Later than midnight where nobody was awake then."""
