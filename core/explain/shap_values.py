"""What drove a forecast: exact SHAP values of the trees, by xgboost's own implementation."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from core.errors import GlassboxError
from core.records import Attribution, Direction, Explanation

if TYPE_CHECKING:
    from xgboost import Booster

TOLERANCE = 1e-4
"""Largest additivity error that is accepted; METHOD.md §8."""


class TreeModel(Protocol):
    """What is explained: a booster for the classes down, flat, up, with the names of its inputs."""

    @property
    def booster(self) -> "Booster":
        """Of the objective multi:softprob."""

    @property
    def features(self) -> tuple[str, ...]:
        """Input columns in order."""

    @property
    def horizon(self) -> str:
        """Name of the horizon."""

    @property
    def model_id(self) -> str:
        """Name of the model."""


def explain(
    model: TreeModel, feature_row: "pd.Series | Mapping[str, float]", target: Direction
) -> Explanation:
    """Attribute one class's margin to the features.

    The margin is the class's log-odds score before the softmax and **before calibration**: calibration shrinks all
    margins towards the base rate, so it changes how far the answer goes, not which features spoke for it. Path-dependent
    TreeSHAP (Lundberg et al. 2020): base + Σ contributions = margin.

    Args:
        model: a trained model.
        feature_row: the row that was forecast, by name.
        target: class to explain, usually the forecast's direction.

    Raises:
        GlassboxError: base + contributions miss the margin by 1e-4 or more.
    """
    import xgboost

    given = feature_row.to_dict() if isinstance(feature_row, pd.Series) else feature_row
    values = np.array([[given[name] for name in model.features]], dtype=np.float32)
    matrix = xgboost.DMatrix(values, nthread=1)
    number = target - Direction.DOWN
    parts = model.booster.predict(matrix, pred_contribs=True)[0, number].astype(np.float64)
    margin = float(model.booster.inplace_predict(values, predict_type="margin")[0, number])
    error = abs(float(parts.sum()) - margin)
    if not error < TOLERANCE:
        raise GlassboxError(
            f"The explanation of model {model.model_id} does not add up (off by {error:.1e}), so it is not shown; train the model again."
        )
    shares = parts[:-1]
    order = np.argsort(-np.abs(shares), kind="stable")
    return Explanation(
        horizon=model.horizon,
        target=target.word,
        base=float(parts[-1]),
        margin=margin,
        additivity_error=error,
        attributions=tuple(_attribution(model.features[i], values[0, i], shares[i]) for i in order),
        model_id=model.model_id,
    )


def _attribution(name: str, value: np.float32, contribution: float) -> Attribution:
    return Attribution(name, None if np.isnan(value) else float(value), float(contribution))
