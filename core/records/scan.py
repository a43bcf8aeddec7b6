"""Signals of many assets at one time, and which of them would get the free slots."""

from dataclasses import dataclass
from datetime import datetime

from core.records.judgement import FusedSignal
from core.records.market import Timeframe


@dataclass(frozen=True, slots=True)
class Ranked:
    """One asset's place among the signals."""

    symbol: str
    place: int
    """1 is the best."""
    taken: bool
    """Whether it would get a slot."""
    worth: float
    """What it is ranked by, 0 … 1."""
    reason: str
    """Why it is taken or left out, in one sentence."""


@dataclass(frozen=True, slots=True)
class AssetSignal:
    """What the sources say of one asset at the close of its last bar."""

    symbol: str
    as_of: datetime
    world: str
    source: str
    price: float
    volatility: float
    """Yearly standard deviation of returns, a fraction; of the last 100 bars."""
    fused: FusedSignal
    held: float
    """Units in the book of its world."""


@dataclass(frozen=True, slots=True)
class SignalScan:
    """One look at many assets; nothing was ordered."""

    id: str
    made_at: datetime
    timeframe: Timeframe
    source: str
    slots: int
    """Positions that the books may still open."""
    threshold: float
    signals: tuple[AssetSignal, ...]
    """In order of their place."""
    ranked: tuple[Ranked, ...]
    """Likewise."""
    silent: tuple[str, ...]
    """Assets without a signal, and why."""
    seconds: float
