"""Regularised multinomial logistic regression by scikit-learn: the plain model that the others must beat."""

from typing import Any

import numpy as np

from core.predict.members.linear import Linear
from core.predict.members.member import CLASSES, FittedMember
from core.predict.members.monotone import ways
from core.predict.members.weighting import Weighted, shift_for, weighted
from core.predict.one_thread import one_thread
from core.settings import PredictSettings

_LIKELY = 0.1
"""Standard deviation that a coefficient per standardised input is thought to have beforehand."""
_ROUNDS = 200


def fit_logistic(
    inputs: np.ndarray,
    outcome: np.ndarray,
    weight: np.ndarray,
    settings: PredictSettings,
    names: tuple[str, ...],
) -> FittedMember:
    """Fit imputer, scaler and coefficients as one pipeline, on these rows only; see `fit_xgboost` for the arguments.

    The weights are taken as they are: their sum counts the independent labels, so that the fewer they are, the closer
    the coefficients stay to 0. Monotone features cannot be had; the member says so.
    """
    part = weighted(outcome, weight, settings)
    remarks = (
        ("scikit-learn's logistic regression knows no monotone features, so this one ignores them.",)
        if any(ways(settings.monotone, names))
        else ()
    )
    pipeline = _pipeline(settings.seed)
    _fit(pipeline, inputs, outcome, part)
    linear = _folded(pipeline)
    score = linear.score(inputs) if len(part.absent) else np.empty((0, CLASSES))
    return FittedMember("logistic", None, linear, None, shift_for(score, part), pipeline, remarks=remarks)


def _pipeline(seed: int) -> Any:
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    return Pipeline(
        [
            ("imputer", SimpleImputer(strategy="median", keep_empty_features=True)),
            ("scaler", StandardScaler()),
            ("logistic", LogisticRegression(C=_LIKELY**2, max_iter=_ROUNDS, random_state=seed)),
        ]
    )


def _fit(pipeline: Any, inputs: np.ndarray, outcome: np.ndarray, part: Weighted) -> None:
    """Fit on the rows, and on one empty row of no weight for each class that is absent, so that there are three."""
    nothing = np.full((len(part.absent), inputs.shape[1]), np.nan)
    counted = np.concatenate([part.weight, np.zeros(len(part.absent))])
    with one_thread():
        pipeline.fit(
            np.vstack([inputs.astype(np.float64), nothing]),
            np.concatenate([outcome, part.absent]),
            logistic__sample_weight=counted,
        )


def _folded(pipeline: Any) -> Linear:
    imputer, scaler, logistic = (step for _, step in pipeline.steps)
    weights = (logistic.coef_ / scaler.scale_).T
    return Linear(
        weights=weights,
        bias=logistic.intercept_ - scaler.mean_ @ weights,
        fill=imputer.statistics_.copy(),
        centre=scaler.mean_.copy(),
    )
