"""Which kind of calibration, by what it would have been worth on the later half of the past."""

from dataclasses import dataclass

import numpy as np

from core.errors import SettingsError
from core.predict.calibration.isotonic import Isotonic, fit_isotonic, halves
from core.predict.calibration.platt import Platt, fit_platt
from core.predict.calibration.temperature import Temperatures, fit_temperatures, tempered
from core.predict.one_thread import one_thread

KINDS = ("temperature", "platt", "isotonic")
_LABELS_TO_CHOOSE = 50.0
_MARGIN = 2.0
"""Standard errors by which another kind must beat the temperatures: noise alone would pass in one of 40 cases each."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What one kind, fitted to the first half of the past, lost on the later half."""

    kind: str
    log_loss: float


@dataclass(frozen=True, slots=True)
class Calibrator:
    """One fitted kind of calibration."""

    kind: str
    """One of `KINDS`."""
    temperatures: Temperatures
    """Fitted in any case: how far the two parts of the opinion are believed, for whoever reads the model."""
    platt: Platt | None = None
    isotonic: Isotonic | None = None
    trials: tuple[Trial, ...] = ()
    """Of all kinds when the kind was chosen; empty when it was given or the past was too short to choose."""

    def apply(self, opinion: np.ndarray, base: np.ndarray) -> np.ndarray:
        """Calibrated probabilities (n, 3) of opinions (n, 3).

        Args:
            opinion: see `log_opinion`.
            base: (n, 3) or (3,) base rates.
        """
        if self.platt is not None:
            return self.platt.apply(opinion, base)
        if self.isotonic is not None:
            return self.isotonic.apply(opinion, base)
        return tempered(opinion, base, self.temperatures)


def choose_calibration(
    opinion: np.ndarray, base: np.ndarray, outcome: np.ndarray, weight: np.ndarray, kind: str = "auto"
) -> Calibrator:
    """Fit the kind asked for, or the one that did best.

    With "auto", each kind is fitted to the first half and scored on the later one; the temperatures are kept unless
    another kind lost less by two standard errors, counted in independent labels. The one that is kept is fitted again
    to all rows.

    Args:
        opinion: (n, 3) of forecasts made out of sample, in time order.
        base: (n, 3) base rates at their time.
        outcome: (n,) class numbers.
        weight: (n,) average uniqueness; its sum counts the independent labels.
        kind: auto, or one of `KINDS`.

    Raises:
        SettingsError: no such kind.
    """
    if kind not in ("auto", *KINDS):
        raise SettingsError(
            f"predict.calibration: there is no kind {kind!r}; choose auto, {', '.join(KINDS)}."
        )
    with one_thread():
        if kind == "auto":
            return _chosen(opinion, base, outcome, weight)
        return _fit(kind, opinion, base, outcome, weight)


def _chosen(opinion: np.ndarray, base: np.ndarray, outcome: np.ndarray, weight: np.ndarray) -> Calibrator:
    first, later = halves(weight)
    if weight[later].sum() < _LABELS_TO_CHOOSE:
        return _fit("temperature", opinion, base, outcome, weight)
    counted = weight[later]
    losses = {}
    for tried in KINDS:
        fitted = _fit(tried, opinion[first], base[first], outcome[first], weight[first])
        chance = fitted.apply(opinion[later], base[later])
        losses[tried] = -np.log(np.maximum(chance[np.arange(len(later)), outcome[later]], 1e-300))
    chosen = max(KINDS, key=lambda tried: _gain(losses["temperature"] - losses[tried], counted))
    fitted = _fit(chosen, opinion, base, outcome, weight)
    trials = tuple(Trial(tried, float(np.average(loss, weights=counted))) for tried, loss in losses.items())
    return Calibrator(fitted.kind, fitted.temperatures, fitted.platt, fitted.isotonic, trials)


def _gain(saved: np.ndarray, weight: np.ndarray) -> float:
    """Lower bound of the loss saved a label; 0 for the temperatures against themselves."""
    mean = np.average(saved, weights=weight)
    spread = np.sqrt(np.average((saved - mean) ** 2, weights=weight))
    return float(mean - _MARGIN * spread / np.sqrt(weight.sum()))


def _fit(
    kind: str, opinion: np.ndarray, base: np.ndarray, outcome: np.ndarray, weight: np.ndarray
) -> Calibrator:
    return Calibrator(
        kind,
        fit_temperatures(opinion, base, outcome, weight),
        fit_platt(opinion, base, outcome, weight) if kind == "platt" else None,
        fit_isotonic(opinion, base, outcome, weight) if kind == "isotonic" else None,
    )
