"""Calibration: how far a model's opinion is believed, learnt from forecasts it made out of sample.

With q the raw probabilities and m the class shares that the model was fitted to, its opinion is o = ln(q / m): what
it adds to knowing nothing. Every kind of calibration starts from the base rate and lets the opinion move it, so that
a model without skill ends at the base rate by itself; and in every kind a stronger opinion for an outcome never makes
that outcome less likely.
"""

from core.predict.calibration.choosing import KINDS, Calibrator, Trial, choose_calibration
from core.predict.calibration.isotonic import Isotonic, fit_isotonic
from core.predict.calibration.opinions import class_shares, lift, log_opinion
from core.predict.calibration.platt import Platt, fit_platt
from core.predict.calibration.record import Calibration
from core.predict.calibration.temperature import Temperatures, fit_temperatures, tempered

__all__ = [
    "KINDS",
    "Calibration",
    "Calibrator",
    "Isotonic",
    "Platt",
    "Temperatures",
    "Trial",
    "choose_calibration",
    "class_shares",
    "fit_isotonic",
    "fit_platt",
    "fit_temperatures",
    "lift",
    "log_opinion",
    "tempered",
]
