"""Bars, indicators and quality of one series, and which series can be had at once."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from core.charts import Band, Panel, bollinger_band, macd_panel, rsi_panel
from core.collect import bar_flags, holes
from core.features import WARMUP, build_features
from core.instruments import CRYPTO, resolve
from core.patterns import ChartPattern, PriceLevel, levels_of, patterns_of
from core.pipeline import Workbench
from core.pipeline.at_hand import Held, sample_clock_span, stored_or_sample
from core.records import DataQuality, Instrument, Timeframe
from core.store.bars import stored_series
from core.store.quality import latest_quality, quality_history
from core.views.number import Number, change, percent, plain, price

OVERLAYS: dict[str, tuple[str | Band, ...]] = {
    "SMA 20 / 50": ("sma_20", "sma_50"),
    "SMA 200": ("sma_200",),
    "Bollinger bands": (bollinger_band(),),
    "VWAP 20": ("vwap_20",),
}
"""What can be drawn on the price."""

PANELS: dict[str, str | Panel] = {
    "RSI": rsi_panel(),
    "MACD": macd_panel(),
    "ATR (% of price)": "atr_close",
    "ADX": "adx_14",
}
"""What can be drawn below it."""

MOST_PATTERNS = 25
"""Chart patterns drawn at once; the newest."""
MOST_LEVELS = 12
"""Price levels drawn at once; the strongest."""

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
    forming: pd.DataFrame
    """Bars that had not closed when they were fetched."""
    flags: pd.DataFrame
    """Per bar: gap_before, spike, flat, no_volume, repaired, disagrees, trust (0 to 100), was (of repaired ones)."""
    missing: tuple[tuple[datetime, datetime], ...]
    """Times in which bars are missing though the market was open."""
    quality: DataQuality | None
    trust_history: pd.DataFrame
    """Trust at each load: as_of, score."""
    series: pd.DataFrame
    """Every stored source of this asset and timeframe: source, bars, first, last, fetched_at, trust."""
    rejected: pd.DataFrame
    """Bars that were not used as served: time, open … volume, reason, action."""
    numbers: tuple[Number, ...]
    provenance: str
    """Where the bars come from and how old they are, in a sentence."""


def market(bench: Workbench, symbol: str, timeframe: Timeframe, source: str, bars: int) -> Market:
    """The last `bars` bars at hand without asking the network: what is stored, or the embedded sample."""
    instrument = resolve(symbol)
    held = stored_or_sample(bench, instrument, timeframe, source, bars + WARMUP)
    features = build_features(held.bars).iloc[-bars:] if len(held.bars) else pd.DataFrame()
    shown = held.bars.iloc[-bars:]
    key = (instrument.symbol, timeframe, held.source)
    return Market(
        instrument=instrument,
        source=held.source,
        sample=held.world.startswith("sample"),
        bars=shown,
        features=features,
        forming=held.forming,
        flags=_flags(shown, instrument, timeframe, held),
        missing=holes(shown, instrument, timeframe) if len(shown) else (),
        quality=held.quality,
        trust_history=quality_history(bench.store, *key),
        series=_series(bench, instrument, timeframe),
        rejected=_rejected(held),
        numbers=_numbers(shown, features, held.quality) if len(shown) else (),
        provenance=_provenance(held),
    )


@dataclass(frozen=True, slots=True)
class Shapes:
    """What the shape of the price tells, for the chart."""

    patterns: tuple[ChartPattern, ...]
    """The newest chart patterns among the bars shown, oldest first."""
    levels: tuple[PriceLevel, ...]
    """Support and resistance known at the last bar, strongest first."""
    words: str
    """How many there are, and how many are shown."""


def market_shapes(bench: Workbench, symbol: str, timeframe: Timeframe, source: str, bars: int) -> Shapes:
    """Chart patterns and price levels of the same bars as `market` shows."""
    held = stored_or_sample(bench, resolve(symbol), timeframe, source, bars + WARMUP)
    if held.bars.empty:
        return Shapes((), (), "")
    shown = held.bars.index[-bars:]
    patterns = [
        pattern for pattern in patterns_of(held.bars)
        if pattern.time >= shown[0] and min(line.begin.time for line in pattern.lines) >= shown[0]
    ]  # fmt: skip
    levels = levels_of(held.bars)
    words = (
        f"{len(patterns)} chart patterns are confirmed in these bars, the newest {min(len(patterns), MOST_PATTERNS)} are "
        f"drawn when asked for; {len(levels)} price levels are known at the last bar, the strongest "
        f"{min(len(levels), MOST_LEVELS)} are drawn. Neither is evidence of an edge: test them on the Backtest page."
    )
    return Shapes(tuple(patterns[-MOST_PATTERNS:]), levels[:MOST_LEVELS], words)


def _flags(bars: pd.DataFrame, instrument: Instrument, timeframe: Timeframe, held: Held) -> pd.DataFrame:
    if bars.empty:
        return pd.DataFrame()
    flags = bar_flags(bars, instrument, timeframe, rejected=held.rejected, reference=held.reference)
    was = {r.time: f"{r.reason}: open {r.open:g}, high {r.high:g}, low {r.low:g}, close {r.close:g}" for r in held.rejected if r.action == "repaired"}  # fmt: skip
    return flags.assign(was=[was.get(moment.to_pydatetime(), "") for moment in flags.index]) if was else flags


def _series(bench: Workbench, instrument: Instrument, timeframe: Timeframe) -> pd.DataFrame:
    series = stored_series(bench.store)
    mine = series[(series["symbol"] == instrument.symbol) & (series["timeframe"] == timeframe.value)]
    scores = [latest_quality(bench.store, instrument.symbol, timeframe, name) for name in mine["source"]]
    return mine.drop(columns=["symbol", "timeframe"]).assign(
        trust=[found.score if found else float("nan") for found in scores]
    )


def _rejected(held: Held) -> pd.DataFrame:
    columns = ["time", "open", "high", "low", "close", "volume", "reason", "action"]
    return pd.DataFrame(
        [(r.time, r.open, r.high, r.low, r.close, r.volume, r.reason, r.action) for r in held.rejected],
        columns=columns,
    )


def _numbers(bars: pd.DataFrame, features: pd.DataFrame, quality: DataQuality | None) -> tuple[Number, ...]:
    close, last = float(bars["close"].iloc[-1]), features.iloc[-1]
    before = float(bars["close"].iloc[-2]) if len(bars) > 1 else close
    span = close / float(bars["open"].iloc[0]) - 1
    return (
        Number("Last close", price(close), f"Close of the bar that opened {bars.index[-1]:%Y-%m-%d %H:%M} UTC.", change(close / before - 1)),
        Number("Over the chart", percent(span), f"From the first open shown ({bars.index[0]:%Y-%m-%d}) to the last close."),
        Number("RSI 14", plain(_known(last["rsi_14"]), 0), "Relative strength: below 30 is called oversold, above 70 overbought."),
        Number("ATR 14", percent(_known(last['atr_close'])), "Average true range of 14 bars, as a share of the price."),
        Number("Data trust", f"{quality.score:.0f} / 100" if quality else "–", "100 when nothing odd was found in the bars; what took points away is shown below the chart."),
    )  # fmt: skip


def _known(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def _provenance(held: Held) -> str:
    if held.bars.empty:
        return ""
    last = f"the last bar opened {held.bars.index[-1]:%Y-%m-%d %H:%M} UTC"
    if held.world.startswith("sample"):
        return f"Embedded sample of real prices; {last}."
    fetched = f", fetched {held.fetched_at:%Y-%m-%d %H:%M} UTC" if held.fetched_at else ""
    return f"{len(held.bars):,} bars from {held.source}{fetched}; {last}."


def known_symbols(bench: Workbench) -> list[str]:
    """Symbols to offer: the starters, what is stored, then well-known crypto."""
    stored = stored_series(bench.store)["symbol"].tolist()
    return list(dict.fromkeys([*STARTERS, *stored, *(f"{base}-USD" for base in CRYPTO)]))


def sample_span(bench: Workbench, symbol: str, timeframe: Timeframe) -> tuple[datetime, datetime] | None:
    """First and last moment of the embedded sample for a series, or None when it has none."""
    return sample_clock_span(resolve(symbol), timeframe)
