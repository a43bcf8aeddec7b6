"""The calibration that a model carries."""

from dataclasses import dataclass

import numpy as np

from core.predict.calibration.choosing import Calibrator
from core.predict.calibration.opinions import log_opinion
from core.predict.calibration.temperature import Temperatures, tempered


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns opinions or raw probabilities of down, flat, up into believable probabilities."""

    temperatures: Temperatures
    base: tuple[float, ...]
    """Class shares of the training labels, each label counted once."""
    model_base: tuple[float, ...]
    """Class shares as the model saw them: weighted."""
    calibrator: Calibrator | None = None
    """The kind that was chosen; None: the temperatures."""

    @classmethod
    def of(cls, calibrator: Calibrator, base: np.ndarray, model_base: np.ndarray) -> "Calibration":
        """The calibrator with class shares (3,) of training."""
        return cls(calibrator.temperatures, tuple(base.tolist()), tuple(model_base.tolist()), calibrator)

    @property
    def kind(self) -> str:
        """temperature, platt or isotonic."""
        return "temperature" if self.calibrator is None else self.calibrator.kind

    def apply(self, raw: np.ndarray) -> np.ndarray:
        """Raw probabilities (n, 3) → calibrated (n, 3) float64; rows sum to 1."""
        return self.apply_opinion(log_opinion(raw, np.asarray(self.model_base)))

    def apply_opinion(self, opinion: np.ndarray) -> np.ndarray:
        """Opinions (n, 3), see `log_opinion` → calibrated probabilities (n, 3) float64; rows sum to 1."""
        base = np.asarray(self.base)
        if self.calibrator is None:
            return tempered(opinion, base, self.temperatures)
        return self.calibrator.apply(opinion, base)
