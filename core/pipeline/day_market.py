"""What the price did on one day, and what its indicators and levels say at the end of it."""

import math
from datetime import datetime

import numpy as np
import pandas as pd

from core.features import FEATURES, WARMUP, build_features
from core.patterns import levels_of
from core.records import DayBars, DayLevel, DayMarket, Technical, Timeframe
from core.tables import BAR_COLUMNS, stamp

USUAL_DAYS = 20
FEWEST_DAYS = 5
MOST_LEVELS = 6
_WANTED = (
    "rsi_14", "adx_14", "di_difference_14", "macd_hist_atr", "sma_20", "sma_50", "sma_200", "atr_14", "atr_close",
    "bb_percent", "sigma_ratio", "volume_ratio", "money_flow_14",
)  # fmt: skip
"""Features that are told: momentum, trend, averages, width, volume."""
_DRAWN = {60: 900, 300: 900}
"""Short bars are joined into longer ones for the figure, in seconds."""
_MOST_DRAWN = 240


def day_market(bars: pd.DataFrame, timeframe: Timeframe, start: datetime) -> DayMarket | None:
    """Open to close of the day that begins at `start`; None where it has no bar.

    Args:
        bars: (n,) core.tables bars that had closed by the end of the day, oldest first.
    """
    today = bars[bars.index >= stamp(start)]
    if today.empty:
        return None
    before = bars[bars.index < stamp(start)]
    whole = {"open": "first", "high": "max", "low": "min", "volume": "sum"}
    days = before.groupby(pd.DatetimeIndex(before.index).floor("D")).agg(whole)[-USUAL_DAYS:]
    enough = len(days) >= FEWEST_DAYS
    ranges = (days["high"] - days["low"]) / days["open"]
    return DayMarket(
        bars=len(today),
        first=today.index[0].to_pydatetime(),
        last=today.index[-1].to_pydatetime() + timeframe.delta,
        open=float(today["open"].iloc[0]),
        high=float(today["high"].max()),
        low=float(today["low"].min()),
        close=float(today["close"].iloc[-1]),
        before=float(before["close"].iloc[-1]) if len(before) else None,
        usual_range=float(ranges.median()) if enough else None,
        volume=float(today["volume"].sum()),
        usual_volume=float(days["volume"].median()) if enough else None,
    )


def technicals(bars: pd.DataFrame) -> tuple[Technical, ...]:
    """The indicators at the last bar; those that need a longer history are left out."""
    if bars.empty:
        return ()
    row = build_features(bars.iloc[-(WARMUP + 2) :]).iloc[-1]
    close = float(bars["close"].iloc[-1])
    return tuple(
        Technical(name, float(row[name]), FEATURES[name].unit, FEATURES[name].words, _says(name, float(row[name]), close))
        for name in _WANTED
        if name in row.index and math.isfinite(float(row[name]))
    )  # fmt: skip


def _says(name: str, value: float, close: float) -> str:
    """What a value means, by the customary bounds (Wilder 1978; Bollinger 2001)."""
    if name == "rsi_14":
        return "overbought" if value > 70 else "oversold" if value < 30 else "neutral"
    if name == "adx_14":
        return "a trend" if value >= 25 else "no clear trend"
    if name in ("di_difference_14", "macd_hist_atr"):
        return "upward" if value > 0 else "downward"
    if name.startswith("sma_"):
        return f"the price is {abs(close / value - 1.0):.2%} {'above' if close >= value else 'below'} it"
    if name == "bb_percent":
        return "outside the bands" if not 0 <= value <= 1 else "inside the bands"
    if name == "sigma_ratio":
        return "rising" if value > 1.1 else "falling" if value < 0.9 else "steady"
    if name == "volume_ratio":
        return "busier than usual" if value > 1 else "quieter than usual"
    return ""


def day_levels(bars: pd.DataFrame) -> tuple[DayLevel, ...]:
    """Support and resistance as known at the last bar: the strongest, highest price first."""
    strongest = levels_of(bars)[:MOST_LEVELS] if len(bars) else ()
    return tuple(
        DayLevel(level.price, level.kind, level.touches, level.strength, level.first, level.last)
        for level in sorted(strongest, key=lambda level: -level.price)
    )


def drawn_bars(bars: pd.DataFrame, timeframe: Timeframe, start: datetime) -> DayBars | None:
    """The day and as much before it as a figure has room for; bars under 15 minutes are joined."""
    if bars.empty:
        return None
    averages = pd.DataFrame(
        {"fast": bars["close"].rolling(20).mean(), "slow": bars["close"].rolling(50).mean()}, bars.index
    )
    shown = pd.concat([bars, averages], axis=1)
    seconds = _DRAWN.get(timeframe.seconds, timeframe.seconds)
    if seconds != timeframe.seconds:
        begin = stamp(start) - pd.Timedelta(days=1)
        shown = shown[shown.index >= begin]
        shown = shown.resample(f"{seconds}s").agg(
            {"open": "first", "high": "max", "low": "min", "close": "last", "volume": "sum", "fast": "last", "slow": "last"}
        )  # fmt: skip
        shown = shown[shown["close"].notna()]
    today = int((shown.index >= stamp(start)).sum())
    shown = shown.iloc[-min(_MOST_DRAWN, max(120, 3 * today)) :]
    columns = {name: tuple(shown[name].tolist()) for name in BAR_COLUMNS}
    times = tuple(time.to_pydatetime() for time in shown.index)
    return DayBars(
        opens_at=times, seconds=seconds, fast=_known(shown["fast"]), slow=_known(shown["slow"]), **columns
    )


def _known(values: pd.Series) -> tuple[float | None, ...]:
    column = values.to_numpy("float64")
    return tuple(float(value) if np.isfinite(value) else None for value in column)
