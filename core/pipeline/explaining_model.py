"""A stored model asked about values that no market has shown."""

import numpy as np

from core.predict import TrainedModel


def chances(
    model: TrainedModel, inputs: np.ndarray, before: np.ndarray, regime: np.ndarray | None
) -> np.ndarray:
    """Calibrated probabilities (n, 3) of n alternatives for one moment.

    Args:
        inputs: (n, f) values to ask about; each row is a moment of its own, not a sequence.
        before: (k, f) what really came before, oldest first; members that look back see it.
        regime: (R,) probabilities of the regimes at that moment, or None.
    """
    past = before[max(len(before) - model.window + 1, 0) :] if model.window > 1 else before[:0]
    step = len(past) + 1
    asked = np.empty((len(inputs), step, inputs.shape[1]), dtype=np.float32)
    asked[:, :-1], asked[:, -1] = past, inputs
    known = None if regime is None else np.tile(regime, (len(inputs) * step, 1))
    said = model.opinion(asked.reshape(-1, inputs.shape[1]), known)
    return model.meta.calibration.apply_opinion(said[step - 1 :: step])
