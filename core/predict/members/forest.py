"""A random forest by scikit-learn."""

import numpy as np

from core.predict.members.member import CLASSES, FittedMember
from core.predict.members.monotone import ways
from core.predict.members.weighting import level_absent, weighted
from core.settings import PredictSettings
from core.trees import from_sklearn

_TREES_SHARE = 0.5
"""Grown trees for each boosting round of the settings: each is deeper, and more change little."""
_DEPTH_MORE = 2
"""A forest averages instead of adding up, so its trees are deeper than boosted ones."""


def fit_forest(
    inputs: np.ndarray,
    outcome: np.ndarray,
    weight: np.ndarray,
    settings: PredictSettings,
    names: tuple[str, ...],
) -> FittedMember:
    """Fit; see `fit_xgboost` for the arguments. Nulls are split on as such.

    Its opinion is p / share − 1, the first-order ln(p / share): linear in the leaves, so that Shapley values of the
    leaves add up to it exactly. Monotone features cannot be had; the member says so.
    """
    from sklearn.ensemble import RandomForestClassifier

    part = weighted(outcome, weight, settings)
    remarks = (
        ("scikit-learn's forests of three outcomes know no monotone features, so this one ignores them.",)
        if any(ways(settings.monotone, names))
        else ()
    )
    library = RandomForestClassifier(
        n_estimators=max(round(settings.trees * _TREES_SHARE), 10),
        max_depth=settings.depth + _DEPTH_MORE,
        min_samples_leaf=max(20, len(outcome) // 100),
        max_features="sqrt",
        max_samples=max(len(outcome) // 2, 1),
        n_jobs=1,
        random_state=settings.seed,
    ).fit(inputs, outcome, sample_weight=part.even)
    forest = from_sklearn(library, 1.0 / part.share, CLASSES)
    score = forest.margin(inputs) if len(part.absent) else np.empty((0, CLASSES))
    shift = level_absent(np.full(CLASSES, -1.0), score, part)
    return FittedMember("forest", forest, None, None, shift, library, remarks=remarks)
