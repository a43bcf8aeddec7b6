"""Regimes: hidden states of a market, fitted to the past and read with probabilities that have seen the past only."""

from core.predict.regimes.changes import SEEN_AFTERWARDS, change_points
from core.predict.regimes.filtering import WINDOW, regime_probabilities
from core.predict.regimes.fitting import BARS_NEEDED, fit_regimes
from core.predict.regimes.model import RegimeModel
from core.predict.regimes.state import MANNERS, regime_state, state_names

__all__ = [
    "BARS_NEEDED",
    "MANNERS",
    "SEEN_AFTERWARDS",
    "WINDOW",
    "RegimeModel",
    "change_points",
    "fit_regimes",
    "regime_probabilities",
    "regime_state",
    "state_names",
]
