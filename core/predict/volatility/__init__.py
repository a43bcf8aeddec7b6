"""Volatility: EWMA, GARCH, GJR and HAR, each judged by how well it forecast the past; the best one speaks."""

from core.predict.volatility.forecasting import BARS_NEEDED, READ_BARS, fit_volatility, volatility_forecasts
from core.predict.volatility.model import VolatilityModel
from core.predict.volatility.record import past_forecasts

__all__ = [
    "BARS_NEEDED",
    "READ_BARS",
    "VolatilityModel",
    "fit_volatility",
    "past_forecasts",
    "volatility_forecasts",
]
