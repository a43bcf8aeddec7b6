"""The analysis of one day: every asset, every book, every source, as they were known when the day ended."""

from dataclasses import dataclass
from datetime import date, datetime

from core.records.asset_day import AssetDay, DayHolding
from core.records.daily import BookDay, DayFacts
from core.records.deciding import RiskCheck, SystemState
from core.records.words import PlainWords


@dataclass(frozen=True, slots=True)
class DayBook:
    """One book at the end of the day, held against the limits."""

    lived: BookDay
    until: datetime
    held: tuple[DayHolding, ...]
    state: SystemState
    state_words: str
    peak: float
    drawdown: float
    """Fraction of the peak, ≥ 0."""
    checks: tuple[RiskCheck, ...]
    """Every limit on the book as a whole with what was used of it."""

    @property
    def exposure(self) -> float:
        """Σ |value held| / equity; 0 without equity."""
        equity = self.lived.equity_end
        return sum(abs(item.value) for item in self.held) / equity if equity > 0 else 0.0


@dataclass(frozen=True, slots=True)
class DaySource:
    """How often a provider was asked that day."""

    source: str
    calls: int
    failed: int
    last_success: datetime | None
    """Up to the end of the day; None where none is on record."""
    reason: str
    """Of its last failure that day; empty without one."""


@dataclass(frozen=True, slots=True)
class DailyReport:
    """One day (UTC) of the program, of its assets and of its books."""

    day: date
    written_at: datetime
    facts: DayFacts
    assets: tuple[AssetDay, ...]
    books: tuple[DayBook, ...]
    sources: tuple[DaySource, ...]
    told: PlainWords


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A stored report in a list."""

    day: date
    written_at: datetime
    assets: tuple[str, ...]
    words: str
    """Its summary."""
    by: str
    """The language model that wrote it; empty: the program's own template."""
