"""What happened on one day."""

from dataclasses import dataclass
from datetime import date, datetime

from core.records.llm import Spending
from core.records.words import PlainWords


@dataclass(frozen=True, slots=True)
class BookDay:
    """How one paper book fared."""

    book_id: str
    world: str
    """live, or the era of a data set, e.g. sample-crypto-2019."""
    start: datetime
    """Of the time that the book lived through: the day itself in the live world, the days decided on elsewhere."""
    stop: datetime
    equity_start: float
    equity_end: float
    orders: int
    fills: int
    trades: int
    """Round trips that ended."""
    profit: float
    """Of those, after all costs, in quote currency."""

    @property
    def change(self) -> float:
        """Of the equity, in quote currency."""
        return self.equity_end - self.equity_start


@dataclass(frozen=True, slots=True)
class MoodDay:
    """The last sentiment that was read of one asset."""

    symbol: str
    score: float
    """−1 … 1."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Expected trouble of one place, counted."""

    where: str
    times: int


@dataclass(frozen=True, slots=True)
class DayFacts:
    """One day of the program (UTC) in numbers."""

    day: date
    verdicts: tuple[tuple[str, int], ...]
    """Verdict → cycles that ended so; cycles that were interrupted are not counted."""
    assets: tuple[str, ...]
    books: tuple[BookDay, ...]
    moods: tuple[MoodDay, ...]
    troubles: tuple[Trouble, ...]
    """Most frequent first."""
    spending: Spending
    """On language models, without the summary itself."""

    @property
    def cycles(self) -> int:
        """Cycles that ended."""
        return sum(count for _, count in self.verdicts)


@dataclass(frozen=True, slots=True)
class DaySummary:
    """One day in numbers and in words."""

    facts: DayFacts
    told: PlainWords

    @property
    def words(self) -> str:
        """The sentences."""
        return self.told.words

    @property
    def by(self) -> str:
        """The language model that wrote them; empty: the program's own template."""
        return self.told.by
