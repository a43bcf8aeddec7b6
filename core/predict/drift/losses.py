"""Whether forecasts became worse at some point: change detectors over their losses."""

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from core.records import LossDrift

CONFIDENCE = 0.002
"""ADWIN's δ: bound on the chance of a false cut."""


def first_cut(values: np.ndarray, delta: float = CONFIDENCE) -> int | None:
    """Position of the value at which ADWIN first cuts its window; None when it never does (Bifet & Gavaldà 2007)."""
    detector = _adwin(delta)
    for place, value in enumerate(values.tolist()):
        detector.update(value)
        if detector.drift_detected:
            return place
    return None


def loss_drift(losses: np.ndarray, opened: pd.DatetimeIndex, horizon: int) -> LossDrift:
    """The newest change of the mean loss for the worse.

    ADWIN takes its values as independent, and the losses of overlapping labels are not; so it is shown their means over
    as many bars as a label spans.

    Args:
        losses: (n,) log losses in the order of time; no nulls.
        opened: (n,) open times of their bars.
        horizon: bars that a label spans.
    """
    whole = len(losses) // horizon * horizon
    means = losses[:whole].reshape(-1, horizon).mean(axis=1)
    detector = _adwin(CONFIDENCE)
    noticed = 0
    for number, value in enumerate(means.tolist(), start=1):
        past = detector.estimation
        detector.update(value)
        if detector.drift_detected:  # what a change for the worse took, a change for the better gives back
            noticed = number if detector.estimation > past else 0
    began = len(means) - int(detector.width)
    if not noticed or began <= 0:
        return LossDrift(len(losses), float(losses.mean()) if len(losses) else None, None, None)
    moment: datetime = opened[noticed * horizon - 1].to_pydatetime()
    return LossDrift(len(losses), float(means[:began].mean()), float(means[began:].mean()), moment)


def log_losses(probability: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """−ln of the probability that was given to what came, (n,)."""
    chosen = probability[np.arange(len(outcome)), outcome]
    return np.asarray(-np.log(np.maximum(chosen, 1e-9)))


def _adwin(delta: float) -> Any:
    from river import drift

    kind: Any = drift.ADWIN  # river carries no types
    return kind(delta=delta)
