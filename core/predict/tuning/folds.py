"""What parameters are worth: calibrated log loss over that of the base rate, in purged folds of the past."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.predict.calibration import Temperatures, class_shares, fit_temperatures, tempered
from core.predict.dataset import Dataset
from core.predict.labels import average_uniqueness
from core.predict.members import fit_members
from core.predict.stacking import equal_stack
from core.predict.validation import Split, walk_forward
from core.settings import PredictSettings

_CLASSES = 3


@dataclass(frozen=True, slots=True, eq=False)
class _Forecast:
    """Uncalibrated forecasts of one test block."""

    rows: np.ndarray
    opinion: np.ndarray
    base: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class FoldSaid:
    """Calibrated forecasts of one test block, made without knowing it or what came after."""

    rows: np.ndarray
    """(n,) row numbers in the data set."""
    probability: np.ndarray
    """(n, 3) down, flat, up."""
    base: np.ndarray
    """(n, 3) class shares of the training part: knowing nothing."""


def tuning_splits(data: Dataset, settings: PredictSettings) -> tuple[tuple[Split, ...], Split]:
    """The splits that trials are scored on, and the last one, which judges the choice and is seen by no trial."""
    splits = tuple(walk_forward(data.start, data.end, settings.folds + 1, settings.embargo_bars))
    return splits[:-1], splits[-1]


def excess_by_fold(
    data: Dataset, splits: Sequence[Split], settings: PredictSettings
) -> Iterator[tuple[float, int]]:
    """Score one set of parameters fold by fold.

    Members count the same: their weights are learnt when a model is trained, and learning them in every trial would
    double its time. Each fold is calibrated on the folds before it, as in training; the first has none and is not
    scored.

    Yields:
        Mean log loss of the fold less that of its base rate (negative: better than knowing nothing), and its rows.
    """
    for said in said_by_fold(data, splits, settings):
        outcome, rows = data.outcome[said.rows], np.arange(len(said.rows))
        excess = np.log(said.base[rows, outcome]) - np.log(said.probability[rows, outcome])
        yield float(np.mean(excess)), len(rows)


def said_by_fold(data: Dataset, splits: Sequence[Split], settings: PredictSettings) -> Iterator[FoldSaid]:
    """The calibrated forecasts that such a score is made of, fold by fold; nothing of the first."""
    past: list[_Forecast] = []
    for split in splits:
        fold = _forecast(data, split, settings)
        if past:
            believed = _believed(data, past, int(data.start[split.test[0]]))
            yield FoldSaid(fold.rows, tempered(fold.opinion, fold.base, believed), fold.base)
        past.append(fold)


def held_out_excess(data: Dataset, splits: Sequence[Split], last: Split, settings: PredictSettings) -> float:
    """The same for the last block, calibrated on all folds before it."""
    past = [_forecast(data, split, settings) for split in splits]
    fold = _forecast(data, last, settings)
    return _excess(data, fold, _believed(data, past, int(data.start[last.test[0]])))


def _forecast(data: Dataset, split: Split, settings: PredictSettings) -> _Forecast:
    outcome = data.outcome[split.train]
    weight = average_uniqueness(data.start[split.train], data.touch[split.train])
    members = fit_members(data.inputs[split.train], outcome, weight, settings, data.features)
    opinions = np.stack([member.opinion(data.inputs[split.test]) for member in members])
    pooled = equal_stack(len(members)).pooled(opinions)
    return _Forecast(split.test, pooled, np.broadcast_to(class_shares(outcome, _CLASSES), pooled.shape))


def _believed(data: Dataset, past: Sequence[_Forecast], before: int) -> Temperatures:
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


def _excess(data: Dataset, fold: _Forecast, believed: Temperatures) -> float:
    outcome = data.outcome[fold.rows]
    rows = np.arange(len(outcome))
    said = tempered(fold.opinion, fold.base, believed)
    return float(np.mean(np.log(fold.base[rows, outcome]) - np.log(said[rows, outcome])))
