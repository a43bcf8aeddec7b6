"""Fit the heads, and find what they are worth by doing it again and again on the past only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.errors import NotEnoughHistory
from core.predict.heads.boosted import fit_quantiles
from core.predict.heads.conformal import Adapted, adapt, half_width_score
from core.predict.heads.data import HeadData
from core.predict.heads.excursions import fit_excursions
from core.predict.heads.heads import Heads, relative_width, stretched
from core.predict.heads.shrinkage import Shrinkage, fit_shrinkage
from core.settings import PredictSettings

_INDEPENDENT = 40
"""Independent labels that an adapted band remembers …"""
_LEAST = 500
"""… and rows, if those are more."""


@dataclass(frozen=True, slots=True)
class HeadOutOfSample:
    """What the heads would have said, row by row, from what was known before each."""

    rows: np.ndarray
    """(k,) row numbers in the data: the tests of all splits but the first, which only calibrates."""
    quantiles: np.ndarray
    """(k, 5) log returns at QUANTILE_LEVELS, shrunk and adapted."""
    base: np.ndarray
    """(k, 5) the training part's own quantiles, times the row's σ."""


@dataclass(frozen=True, slots=True)
class _Fold:
    rows: np.ndarray
    raw: np.ndarray
    base: np.ndarray


def fit_heads(
    data: HeadData, splits: Sequence[tuple[np.ndarray, np.ndarray]], settings: PredictSettings
) -> tuple[Heads, HeadOutOfSample]:
    """Fit on all rows; learn how far to believe it, and how to adapt its intervals, from the splits.

    Args:
        data: labelled rows in time order.
        splits: (training rows, test rows) in time order, purged by label end; each test lies after its training.
        settings: trees, depth, learning rate, seed.

    Returns:
        The heads, and what they would have said out of sample.

    Raises:
        NotEnoughHistory: fewer than two splits.
    """
    if len(splits) < 2:
        raise NotEnoughHistory(
            f"Return quantiles need two test blocks, one to calibrate and one to score, and there are {len(splits)}; "
            "fetch a longer history."
        )
    folds = [_forecast_fold(data, train, test, settings) for train, test in splits]
    said = [_adapted_fold(data, folds[: number + 1]) for number in range(1, len(folds))]
    rows = np.concatenate([fold.rows for fold in folds[1:]])
    sigma = data.sigma[rows][:, None]
    scored = HeadOutOfSample(
        rows, np.concatenate(said) * sigma, np.concatenate([fold.base for fold in folds[1:]]) * sigma
    )
    return _fit_final(data, folds, scored, settings), scored


def _forecast_fold(data: HeadData, train: np.ndarray, test: np.ndarray, settings: PredictSettings) -> _Fold:
    model = fit_quantiles(data.inputs[train], data.scaled[train], data.weight[train], settings)
    raw = model.raw(data.inputs[test])
    return _Fold(test, raw, np.broadcast_to(model.base, raw.shape))


def _adapted_fold(data: HeadData, folds: Sequence[_Fold]) -> np.ndarray:
    """Scaled quantiles of the last fold, (n, 5): shrunk as the folds before it taught, adapted row by row."""
    asked, last = _joined(folds), folds[-1]
    before = _joined(folds[:-1])
    known = data.end[before.rows] < data.start[last.rows[0]]
    shrinkage = _believed(data, before, known)
    shrunk = shrinkage.apply(asked.raw, asked.base)
    outer, inner = _adapted(data, asked.rows, shrunk)
    adapted = stretched(shrunk, outer.factor, inner.factor)
    return adapted[len(before.rows) :]


def _fit_final(
    data: HeadData, folds: Sequence[_Fold], scored: HeadOutOfSample, settings: PredictSettings
) -> Heads:
    asked = _joined(folds)
    shrinkage = _believed(data, asked, np.ones(len(asked.rows), dtype=bool))
    shrunk = shrinkage.apply(asked.raw, asked.base)
    outer, inner = _adapted(data, asked.rows, shrunk)
    model = fit_quantiles(data.inputs, data.scaled, data.weight, settings)
    happened = data.forward[scored.rows]
    held = (happened >= scored.quantiles[:, 0]) & (happened <= scored.quantiles[:, -1])
    return Heads(
        model=replace(model, forest=None) if shrinkage.silent else model,
        shrinkage=shrinkage,
        outer=outer.state,
        inner=inner.state,
        excursions=fit_excursions(data, asked.rows, relative_width(shrunk, asked.base)),
        coverage=float(held.mean()),
        rows=len(held),
    )


def _joined(folds: Sequence[_Fold]) -> _Fold:
    return _Fold(
        np.concatenate([fold.rows for fold in folds]),
        np.concatenate([fold.raw for fold in folds]),
        np.concatenate([fold.base for fold in folds]),
    )


def _believed(data: HeadData, asked: _Fold, known: np.ndarray) -> Shrinkage:
    """From the forecasts whose labels are known."""
    rows = asked.rows[known]
    return fit_shrinkage(asked.raw[known], asked.base[known], data.scaled[rows], data.weight[rows])


def _adapted(data: HeadData, rows: np.ndarray, quantiles: np.ndarray) -> tuple[Adapted, Adapted]:
    """The outer and the inner band followed through the rows."""
    weight, happened, middle = data.weight[rows], data.scaled[rows], quantiles[:, 2]
    window = max(_LEAST, round(_INDEPENDENT / float(weight.mean())))

    def band(edge: int, target: float) -> Adapted:
        score = half_width_score(quantiles[:, edge], middle, quantiles[:, -1 - edge], happened)
        return adapt(score, data.start[rows], data.end[rows], weight, target, window)

    return band(0, 0.10), band(1, 0.50)
