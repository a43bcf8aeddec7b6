"""One asset on one day, as it was known when the day ended."""

from dataclasses import dataclass
from datetime import datetime

from core.records.forecasting import RegimeState
from core.records.judgement import Forecast
from core.records.trading import Trade


@dataclass(frozen=True, slots=True)
class DayBars:
    """Bars as they are drawn: columns of one length, oldest first."""

    opens_at: tuple[datetime, ...]
    open: tuple[float, ...]
    high: tuple[float, ...]
    low: tuple[float, ...]
    close: tuple[float, ...]
    volume: tuple[float, ...]
    fast: tuple[float | None, ...]
    """Average close of 20 bars of the asset's timeframe."""
    slow: tuple[float | None, ...]
    """The same of 50."""
    seconds: int
    """Length of a drawn bar; short ones are joined."""


@dataclass(frozen=True, slots=True)
class DayMarket:
    """What the price did between 00:00 and 24:00 UTC, as far as the day had gone."""

    bars: int
    first: datetime
    """Open time of the first bar of the day."""
    last: datetime
    """Close of the last one."""
    open: float
    high: float
    low: float
    close: float
    before: float | None
    """Last close before the day; None where nothing older is known."""
    usual_range: float | None
    """Median of (high − low) / open over up to 20 days before; None with fewer than five."""
    volume: float
    """Units of the base."""
    usual_volume: float | None

    @property
    def change(self) -> float:
        """Fraction, against the last close before the day, else against the day's open."""
        return self.close / (self.open if self.before is None else self.before) - 1.0

    @property
    def range(self) -> float:
        """(high − low) / open."""
        return (self.high - self.low) / self.open


@dataclass(frozen=True, slots=True)
class Technical:
    """One feature at the last bar of the day."""

    name: str
    value: float
    unit: str
    meaning: str
    says: str
    """What the value means today, in a few words; may be empty."""


@dataclass(frozen=True, slots=True)
class Fundamental:
    """One figure about what stands behind the price."""

    name: str
    value: float | None
    """None where the words alone tell it."""
    source: str
    time: datetime
    """The moment that it speaks of."""
    unit: str = ""
    """What it is measured in; reports of earlier versions name none."""
    meaning: str = ""
    words: str = ""
    """Of the source, where it is no number."""


@dataclass(frozen=True, slots=True)
class DayLevel:
    """A price at which the market turned more than once, as known at the last bar of the day."""

    price: float
    kind: str
    """support or resistance."""
    touches: int
    strength: float
    """0 … 1."""
    first: datetime
    """Open time of the oldest touch."""
    last: datetime


@dataclass(frozen=True, slots=True)
class MoodDriver:
    """One text that moved the sentiment; its title was written by others."""

    title: str
    source: str
    published_at: datetime
    score: float
    """−1 … 1."""
    weight: float
    """Share in the aggregate of its kind."""


@dataclass(frozen=True, slots=True)
class DayMood:
    """The last sentiment that was read that day."""

    score: float | None
    news: float | None
    social: float | None
    read: int
    """Texts behind it."""
    as_of: datetime
    drivers: tuple[MoodDriver, ...]
    """Those that moved it most: by |score| × weight."""


@dataclass(frozen=True, slots=True)
class DayForecast:
    """The last forecasts of the day, and the closes that they stood on."""

    cycle_id: str
    as_of: datetime
    price: float
    """Close that the returns start from."""
    forecasts: tuple[Forecast, ...]
    opens_at: tuple[datetime, ...]
    """Open times of the last bars before them."""
    closes: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class DayDecision:
    """One decision that was more than «no trade», and what had become of it by the end of the day."""

    cycle_id: str
    as_of: datetime
    verdict: str
    action: str
    """open, close or adjust; empty where the cycle failed."""
    quantity: float
    """Signed units."""
    confidence: float | None
    words: str
    became: str
    """In one sentence."""
    profit: float | None
    """Of the round trip that it began, after costs; None while that is open or where there is none."""


@dataclass(frozen=True, slots=True)
class NoTrades:
    """Cycles of the day that ended without a trade for one reason."""

    gate: str
    """Which gate stopped them; empty where none was at stake."""
    times: int
    last: datetime
    cycle_id: str
    """Of the last one."""
    words: str
    """Its own, as an example."""


@dataclass(frozen=True, slots=True)
class DayHolding:
    """What was held of one asset when the day ended, put together from the fills."""

    symbol: str
    quantity: float
    """Signed."""
    entry_price: float
    """Average of the fills that built it."""
    opened_at: datetime
    last_price: float | None
    """Last close by then; None where none is known."""
    order_id: str
    """Of the fill that opened it."""

    @property
    def value(self) -> float:
        """Signed, in the quote currency; 0 where no price is known."""
        return self.quantity * (self.last_price or 0.0)

    @property
    def profit(self) -> float | None:
        """Unrealised, before costs."""
        return None if self.last_price is None else self.quantity * (self.last_price - self.entry_price)


@dataclass(frozen=True, slots=True)
class AssetDay:
    """One asset on one day."""

    symbol: str
    timeframe: str
    source: str
    """Where its bars come from; empty where none are stored."""
    world: str
    book_id: str
    start: datetime
    until: datetime
    """Nothing later than this was looked at: the end of the day, or the clock of a world in the past."""
    market: DayMarket | None
    bars: DayBars | None
    technicals: tuple[Technical, ...]
    fundamentals: tuple[Fundamental, ...]
    levels: tuple[DayLevel, ...]
    regime: RegimeState | None
    mood: DayMood | None
    forecast: DayForecast | None
    decisions: tuple[DayDecision, ...]
    no_trades: tuple[NoTrades, ...]
    trades: tuple[Trade, ...]
    """Round trips that ended that day."""
    held: DayHolding | None
    trust: float | None
    """Quality score of the bars at the last load, 0 … 100."""
    doubts: tuple[str, ...]
    """What took points from it."""
    notes: tuple[str, ...]
    """What is missing, and why."""
