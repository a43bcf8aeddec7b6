"""What a way of training is worth, found by doing it again and again on the past only."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.predict.boosting import CLASSES, fit_booster
from core.predict.calibration import (
    Temperatures,
    class_shares,
    fit_temperatures,
    log_opinion,
    tempered,
)
from core.predict.dataset import Dataset
from core.predict.labels import average_uniqueness
from core.predict.validation import Scores, Split, score, walk_forward
from core.settings import PredictSettings


@dataclass(frozen=True, slots=True)
class FoldForecast:
    """Uncalibrated forecasts of one test block by the model of its training part."""

    rows: np.ndarray
    """(n,) row numbers in the data set."""
    opinion: np.ndarray
    """(n, 3) see `log_opinion`."""
    base: np.ndarray
    """(n, 3) class shares of the training part."""


def score_walk_forward(data: Dataset, settings: PredictSettings) -> tuple[Scores, Temperatures]:
    """Score calibrated forecasts out of sample; fit the temperatures that the final model is given.

    Every fold is calibrated on the folds before it. The first has none, so it is not scored. The spans that are
    kept apart reach to the vertical barrier: purging by the touch alone would spare rows that were settled
    early and leave a training part in which the calm ones are missing.
    """
    past: list[FoldForecast] = []
    calibrated: list[np.ndarray] = []
    for split in walk_forward(data.start, data.end, settings.folds):
        fold = _forecast_fold(data, split, settings)
        if past:
            believed = _believed(data, past, before=int(data.start[split.test[0]]))
            calibrated.append(tempered(fold.opinion, fold.base, believed))
        past.append(fold)
    asked = np.concatenate([fold.rows for fold in past[1:]])
    base = np.concatenate([fold.base for fold in past[1:]])
    scores = score(data.outcome[asked], np.concatenate(calibrated), base)
    return scores, _believed(data, past, before=int(data.end[-1]) + 1)


def _forecast_fold(data: Dataset, split: Split, settings: PredictSettings) -> FoldForecast:
    outcome = data.outcome[split.train]
    weight = average_uniqueness(data.start[split.train], data.touch[split.train])
    booster = fit_booster(data.inputs[split.train], outcome, weight, settings)
    raw = booster.inplace_predict(data.inputs[split.test])
    opinion = log_opinion(np.asarray(raw), class_shares(outcome, CLASSES, weight))
    return FoldForecast(split.test, opinion, np.broadcast_to(class_shares(outcome, CLASSES), opinion.shape))


def _believed(data: Dataset, past: Sequence[FoldForecast], before: int) -> Temperatures:
    """Fitted on the forecasts so far whose labels had ended before that bar."""
    asked = np.concatenate([fold.rows for fold in past])
    known = data.end[asked] < before
    asked = asked[known]
    return fit_temperatures(
        np.concatenate([fold.opinion for fold in past])[known],
        np.concatenate([fold.base for fold in past])[known],
        data.outcome[asked],
        average_uniqueness(data.start[asked], data.touch[asked]),
    )
