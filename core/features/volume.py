"""Volume: how much was traded, on which side, and at what price."""

import numpy as np
import talib

from core.features.feature import Family, Feature
from core.features.prices import ATR_WARMUP, Prices, in_units, positive


def _feature(
    name: str, warmup: int, unit: str, words: str, formula: str, source: str, model: bool = True
) -> Feature:
    return Feature(name, "volume", warmup, unit, words, formula, source, model)


FEATURES = (
    _feature("vwap_20", 19, "price", "price paid on average over 20 bars", "Σ close · volume / Σ volume over 20 bars", "TA-Lib VWMA", model=False),
    _feature("vwap_20_distance", ATR_WARMUP, "ATR", "close above the price paid on average over 20 bars", "(close − vwap_20) / ATR14", "TA-Lib VWMA, ATR"),
    _feature("volume_ratio", 19, "ratio", "volume against its 20-bar average", "volume / its mean over 20 bars", "TA-Lib SMA"),
    _feature("volume_z", 49, "standard deviations", "volume away from its 50-bar average", "(volume − mean) / standard deviation, over 50 bars", "TA-Lib SMA, STDDEV"),
    _feature("obv_share_20", 20, "−1 … 1", "volume of rising bars above that of falling bars", "Σ sign(change of close) · volume / Σ volume over 20 bars, −1…1", "on-balance volume in rolling form; Granville 1963"),
    _feature("money_flow_14", 14, "0 … 100", "money that came with rises, of all money", "100 · positive / (positive + negative) typical price · volume", "TA-Lib MFI; Quong & Soudack 1989"),
    _feature("chaikin_20", 19, "−1 … 1", "volume of closes near the high above that of closes near the low", "Σ close location · volume / Σ volume over 20 bars, −1…1", "TA-Lib CMF; Chaikin"),
    _feature("amihud_ratio", 100, "ratio", "price moved by each unit of money, 20 bars against 100", "(Σ |log return| / Σ close · volume over 20 bars) / the same over 100", "illiquidity; Amihud 2002, as a ratio of sums so that one empty bar does not drown the rest"),
)  # fmt: skip


def compute(p: Prices) -> dict[str, np.ndarray]:
    """All volume features; null where nothing was traded in the window (FX and some indices have no volume)."""
    volume = p.volume
    busy_20 = positive(talib.MAX(volume, 20))
    busy_20 /= busy_20  # 1 where something was traded, else null
    mean_20 = talib.SMA(volume, 20)
    mean_20 *= busy_20
    vwap = talib.VWMA(p.close, volume, 20)
    vwap *= busy_20
    signed = np.sign(p.log_return)
    signed *= volume
    money_flow = talib.MFI(p.high, p.low, p.close, volume, 14)
    money_flow[~(talib.MAX(volume, 14) > 0.0)] = np.nan
    # Of a volume that stands still the running sums leave dust instead of zero.
    spread_50 = talib.STDDEV(volume, 50)
    spread_50[talib.MAX(volume, 50) <= talib.MIN(volume, 50)] = np.nan
    return {
        "vwap_20": vwap,
        "vwap_20_distance": in_units(p.close - vwap, p.atr),
        "volume_ratio": volume / mean_20,
        "volume_z": in_units(volume - talib.SMA(volume, 50), positive(spread_50)),
        "obv_share_20": in_units(talib.SMA(signed, 20), mean_20),
        "money_flow_14": money_flow,
        "chaikin_20": talib.CMF(p.high, p.low, p.close, volume, 20) * busy_20,
        "amihud_ratio": _illiquidity(p) * busy_20,
    }


def _illiquidity(p: Prices) -> np.ndarray:
    """Price impact of the last 20 bars over that of the last 100; null where the price never moved."""
    moved, traded = np.abs(p.log_return), p.close * p.volume
    short = talib.SMA(moved, 20)
    short *= talib.SMA(traded, 100)
    return in_units(short, positive(talib.SMA(moved, 100) * talib.SMA(traded, 20)))


VOLUME = Family(
    "volume",
    FEATURES,
    compute,
    "Volume: how much was traded, on which side, and at what price.",
)
