"""What the market is: instruments, timeframes, calls to providers, and how far data can be trusted."""

import math
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

    def tick(self, price: float) -> float:
        """Smallest step of a price near `price`, in the quote currency.

        Stocks: 0.01, and 0.0001 below 1 (SEC rule 612, 17 CFR 242.612; other countries' tables are not modelled).
        Currencies: a tenth of a pip, 0.00001, or 0.001 where the quote is JPY (as interbank platforms quote). Indices:
        0.01 (as published). Crypto: five significant digits, at most a cent and at least 1e-8, which gives the five to
        eight digits that Binance, Kraken and Coinbase quote.
        """
        if self.asset_class is AssetClass.STOCK:
            return 0.01 if price >= 1 else 0.0001
        if self.asset_class is AssetClass.FX:
            return 0.001 if self.quote == "JPY" else 0.00001
        if self.asset_class is AssetClass.INDEX:
            return 0.01
        if not price > 0:
            return 1e-8
        return float(f"1e{min(max(math.floor(math.log10(price)) - 4, -8), -2)}")

    @property
    def lot(self) -> float:
        """Smallest step of a quantity: one share, one unit of a currency, 1e-8 coins (a satoshi, Coinbase's and
        Binance's finest step)."""
        return 1e-8 if self.asset_class is AssetClass.CRYPTO else 1.0


@dataclass(frozen=True, slots=True)
class SourceCall:
    """One question to a provider, and how it went; what health pages show and rate limits count."""

    source: str
    at: datetime
    seconds: float
    outcome: str
    """ok, or the kind of failure: RateLimited, NotFound, Unreachable, BadData, NeedsKey."""
    rows: int
    """Bars or items in the answer."""
    reason: str
    """Why it failed; empty when it did not."""
    rest_until: datetime | None
    """Until when the provider is left alone after this call."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """One bar that was not used as it was served."""

    time: datetime
    open: float
    high: float
    low: float
    close: float
    volume: float
    reason: str
    """Name of the check that it failed, e.g. high below low."""
    action: str
    """dropped, repaired (another value is used instead) or refused (the whole answer was not used)."""


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
