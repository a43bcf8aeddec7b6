"""Signals: strategies and forecasts as dated opinions, fused by weight. A strategy is one file, listed here."""

from core.signals.chart_patterns import CHART_PATTERNS, ChartPatterns, chart_patterns
from core.signals.donchian import DONCHIAN, Donchian, donchian
from core.signals.from_forecasts import forecast_signals
from core.signals.fusion import base_weights, followed, fuse, sentiment_signal
from core.signals.intraday import INTRADAY, Intraday, intraday
from core.signals.ml_driven import ML_DRIVEN, MlDriven, ml_driven
from core.signals.rsi_bollinger import RSI_BOLLINGER, RsiBollinger, rsi_bollinger
from core.signals.scalping import SCALPING, Scalping, scalping
from core.signals.sma_cross import SMA_CROSS, SmaCross, sma_cross
from core.signals.strategy import Opinion, Parameters, Strategy, latest, opinion
from core.signals.support_resistance import SUPPORT_RESISTANCE, SupportResistance, support_resistance
from core.signals.swing import SWING, Swing, swing

STRATEGIES: dict[str, Strategy] = {
    strategy.name: strategy
    for strategy in (
        SMA_CROSS, RSI_BOLLINGER, SCALPING, INTRADAY, SWING, DONCHIAN, CHART_PATTERNS, SUPPORT_RESISTANCE, ML_DRIVEN,
    )
}  # fmt: skip
"""By name; to add one, write its file and list it here. Its test for look-ahead finds it by itself."""

__all__ = [
    "STRATEGIES",
    "ChartPatterns",
    "Donchian",
    "Intraday",
    "MlDriven",
    "Opinion",
    "Parameters",
    "RsiBollinger",
    "Scalping",
    "SmaCross",
    "Strategy",
    "SupportResistance",
    "Swing",
    "base_weights",
    "chart_patterns",
    "donchian",
    "followed",
    "forecast_signals",
    "fuse",
    "intraday",
    "latest",
    "ml_driven",
    "opinion",
    "rsi_bollinger",
    "scalping",
    "sentiment_signal",
    "sma_cross",
    "support_resistance",
    "swing",
]
