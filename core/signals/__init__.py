"""Signals: strategies and forecasts as dated opinions, fused by weight. A strategy is one file, listed here."""

from core.signals.from_forecasts import forecast_signals
from core.signals.fusion import base_weights, fuse, sentiment_signal
from core.signals.rsi_bollinger import RSI_BOLLINGER
from core.signals.sma_cross import SMA_CROSS
from core.signals.strategy import Opinion, Strategy, latest, opinion

STRATEGIES: dict[str, Strategy] = {strategy.name: strategy for strategy in (SMA_CROSS, RSI_BOLLINGER)}
"""By name; to add one, write its file and list it here. Its test for look-ahead finds it by itself."""

__all__ = [
    "STRATEGIES",
    "Opinion",
    "Strategy",
    "base_weights",
    "forecast_signals",
    "fuse",
    "latest",
    "opinion",
    "sentiment_signal",
]
