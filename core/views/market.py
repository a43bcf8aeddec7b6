"""Bars, indicators and quality of one series, and which series can be had at once."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from core.features import build_features
from core.instruments import CRYPTO, resolve
from core.pipeline import Workbench
from core.pipeline.collecting import sample_clock_span, stored_or_sample
from core.records import DataQuality, Instrument, Timeframe
from core.store.market import stored_series

STARTERS = ("BTC-USD", "ETH-USD", "NVDA", "AAPL", "EURUSD=X", "^GSPC")


@dataclass(frozen=True, slots=True)
class Market:
    """One series as the market page draws it."""

    instrument: Instrument
    source: str
    """Where the bars came from; empty when there are none yet."""
    sample: bool
    bars: pd.DataFrame
    features: pd.DataFrame
    quality: DataQuality | None
    fetched_at: datetime | None


def market(bench: Workbench, symbol: str, timeframe: Timeframe, source: str, bars: int) -> Market:
    """The last `bars` bars at hand without asking the network: what is stored, or the embedded sample."""
    instrument = resolve(symbol)
    held = stored_or_sample(bench, instrument, timeframe, source)
    features = (
        build_features(held.bars.iloc[-(bars + 400) :]).iloc[-bars:] if len(held.bars) else pd.DataFrame()
    )
    return Market(
        instrument,
        held.source,
        held.world.startswith("sample"),
        held.bars.iloc[-bars:],
        features,
        held.quality,
        held.fetched_at,
    )


def known_symbols(bench: Workbench) -> list[str]:
    """Symbols to offer: the starters, what is stored, then well-known crypto."""
    stored = stored_series(bench.store)["symbol"].tolist()
    return list(dict.fromkeys([*STARTERS, *stored, *(f"{base}-USD" for base in CRYPTO)]))


def sample_span(bench: Workbench, symbol: str, timeframe: Timeframe) -> tuple[datetime, datetime] | None:
    """First and last moment of the embedded sample for a series, or None when it has none."""
    return sample_clock_span(bench, resolve(symbol), timeframe)
