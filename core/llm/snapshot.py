"""What a language model may know when it is asked for a forecast: numbers that we computed, and nothing else.

No headline, no score of headlines, no date and no forecast of our own models stands in it: text may move a decision only
where its influence is capped, a date would help to remember, and an opinion that has read ours would be no second one.
Every number is rounded to what is shown, and
what the answer quotes is checked back against it (`unknown_numbers`).
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.instruments import resolve
from core.llm.quoting import unknown_numbers
from core.records import AssetClass, RegimeKind, Timeframe

__all__ = ["Ahead", "Snapshot", "span_words", "unknown_numbers"]


@dataclass(frozen=True, slots=True)
class Ahead:
    """One horizon that is asked about."""

    horizon: str
    """short, medium or long."""
    bars: int
    barrier: float
    """Log distance of both barriers from the price: width · σ · √bars."""
    base: tuple[float, float, float]
    """Shares of down, flat and up among past labels."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One asset at the close of its last bar. Fractions, not percentages; None or NaN is left out."""

    symbol: str
    timeframe: Timeframe
    price: float
    returns: tuple[tuple[int, float], ...]
    """Bars back and simple return since then."""
    volatility: float | None
    """Standard deviation of a bar's log return over the last 100."""
    atr: float | None
    """Average true range of 14 bars as a share of the price."""
    rsi: float | None
    """RSI of 14 bars, 0 … 100."""
    position: float | None
    """Where the close stands between the lowest low (0) and the highest high (1) of the last 100 bars."""
    distance: tuple[tuple[int, float], ...]
    """Bars of a simple moving average and the close's distance from it."""
    regime: RegimeKind | None
    regime_probability: float | None
    ahead: tuple[Ahead, ...]

    def content(self) -> str:
        """The snapshot as JSON: what the model sees, and what its words are checked against."""
        asset = resolve(self.symbol)
        crypto = asset.asset_class is AssetClass.CRYPTO
        found: dict[str, Any] = {
            "symbol": self.symbol,
            "asset_class": asset.asset_class.value,
            "bar": span_words(1, self.timeframe, crypto),
            "price": _significant(self.price),
            "return_percent": {f"{bars}_bars": _percent(change) for bars, change in self.returns},
            "volatility_of_a_bar_percent": _percent(self.volatility, 3),
            "atr_14_percent": _percent(self.atr, 3),
            "rsi_14": _rounded(self.rsi, 1),
            "place_in_range_of_100_bars_percent": _percent(self.position, 0),
            "distance_from_average_percent": {f"{bars}_bars": _percent(gap) for bars, gap in self.distance},
            "regime": self.regime.value if self.regime else None,
            "regime_probability_percent": _percent(self.regime_probability, 0),
            "horizons": [_ahead(item, self.timeframe, crypto) for item in self.ahead],
        }
        return json.dumps(_given(found), ensure_ascii=False)


def span_words(bars: int, timeframe: Timeframe, crypto: bool) -> str:
    """So many bars as people say it: 4 hours, 1 day; bars of a market that closes are counted, not timed."""
    if not crypto:
        if timeframe is Timeframe.D1:
            return _counted(bars, "trading day")
        length = _duration(timeframe.seconds)
        return f"{_counted(bars, 'bar')} of {length} in trading hours"
    return _duration(bars * timeframe.seconds)


def _duration(seconds: int) -> str:
    for name, length in (("day", 86400), ("hour", 3600)):
        if seconds % length == 0:
            return _counted(seconds // length, name)
    return _counted(seconds // 60, "minute")


def _counted(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"


def _ahead(item: Ahead, timeframe: Timeframe, crypto: bool) -> dict[str, Any]:
    return {
        "horizon": item.horizon,
        "bars": item.bars,
        "length": span_words(item.bars, timeframe, crypto),
        "barrier_percent": _percent(item.barrier),
        "base_rate_percent": _shares(item.base),
    }


def _shares(base: Sequence[float]) -> dict[str, float | int | None]:
    return {name: _percent(share, 0) for name, share in zip(("down", "flat", "up"), base, strict=True)}


def _given(found: dict[str, Any]) -> dict[str, Any]:
    """Without what is not known."""
    kept: dict[str, Any] = {}
    for name, value in found.items():
        inner = _given(value) if isinstance(value, dict) else value
        if inner is not None and inner != {} and inner != []:
            kept[name] = inner
    return kept


def _percent(value: float | None, digits: int = 2) -> float | int | None:
    return _rounded(None if value is None else 100.0 * value, digits)


def _rounded(value: float | None, digits: int) -> float | int | None:
    if value is None or not math.isfinite(value):
        return None
    rounded = round(float(value), digits) + 0.0  # no negative zero
    return int(rounded) if digits == 0 else rounded


def _significant(price: float, digits: int = 6) -> float | None:
    """A price with six digits, as boards show it."""
    if not math.isfinite(price) or price <= 0:
        return None
    return _rounded(price, max(0, digits - 1 - math.floor(math.log10(price))))
