"""What the market is: instruments, timeframes, headlines, and how far data can be trusted."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class AssetClass(StrEnum):
    """Decides calendar and annualisation."""

    CRYPTO = "crypto"
    STOCK = "stock"
    FX = "fx"
    INDEX = "index"


class Timeframe(StrEnum):
    """Length of one bar."""

    M1 = "1m"
    M5 = "5m"
    M15 = "15m"
    M30 = "30m"
    H1 = "1h"
    H4 = "4h"
    D1 = "1d"

    @property
    def delta(self) -> timedelta:
        """Length as a duration."""
        return timedelta(seconds=self.seconds)

    @property
    def seconds(self) -> int:
        """Length in seconds."""
        return int(self.value[:-1]) * {"m": 60, "h": 3600, "d": 86400}[self.value[-1]]


@dataclass(frozen=True, slots=True)
class Instrument:
    """One tradable thing, named the way every page, command and table names it."""

    symbol: str
    """Canonical name, e.g. BTC-USD, AAPL, EURUSD=X."""
    asset_class: AssetClass
    base: str
    """What is bought: BTC, AAPL, EUR."""
    quote: str
    """What it is paid in: USD."""

    def bars_per_year(self, timeframe: Timeframe) -> float:
        """Bars in a year: 365 days of 24 h for crypto, 252 sessions (6.5 h; 24 h for FX) otherwise."""
        if self.asset_class is AssetClass.CRYPTO:
            return 365 * 86400 / timeframe.seconds
        session = 86400 if self.asset_class is AssetClass.FX else 6.5 * 3600
        return 252 * max(1.0, session / timeframe.seconds)


@dataclass(frozen=True, slots=True)
class Headline:
    """One dated piece of news."""

    id: str
    """Stable hash of source and link (or title)."""
    source: str
    title: str
    url: str
    symbols: tuple[str, ...]
    """Canonical symbols it speaks of."""
    published_at: datetime
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class QualityCheck:
    """One thing that was looked for in a set of bars."""

    name: str
    count: int
    penalty: float
    """Points taken from 100."""
    meaning: str


@dataclass(frozen=True, slots=True)
class DataQuality:
    """How far a set of bars can be trusted."""

    score: float
    """100 (nothing found) down to 0."""
    rows: int
    first: datetime | None
    last: datetime | None
    """Open time of the last bar."""
    checks: tuple[QualityCheck, ...]
