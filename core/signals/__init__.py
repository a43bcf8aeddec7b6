"""Signals: strategies and forecasts as dated opinions, fused by weight. A strategy is one file, listed here."""

from core.signals.from_forecasts import forecast_signals
from core.signals.fusion import base_weights, fuse, sentiment_signal
from core.signals.rsi_bollinger import RSI_BOLLINGER, RsiBollinger, rsi_bollinger
from core.signals.sma_cross import SMA_CROSS, SmaCross, sma_cross
from core.signals.strategy import Opinion, Parameters, Strategy, latest, opinion

STRATEGIES: dict[str, Strategy] = {strategy.name: strategy for strategy in (SMA_CROSS, RSI_BOLLINGER)}
"""By name; to add one, write its file and list it here. Its test for look-ahead finds it by itself."""

__all__ = [
    "STRATEGIES",
    "Opinion",
    "Parameters",
    "RsiBollinger",
    "SmaCross",
    "Strategy",
    "base_weights",
    "forecast_signals",
    "fuse",
    "latest",
    "opinion",
    "rsi_bollinger",
    "sentiment_signal",
    "sma_cross",
]
