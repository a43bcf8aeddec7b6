"""What drove one forecast of an ensemble."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.explain.ensemble import Contributions, Ensemble, contributions
from core.records import Attribution, Direction, Explanation

NETWORKS = "networks together (not attributed)"
"""The bar of members that are not shared among features."""


def explain_pooled(
    model: Ensemble,
    feature_row: "pd.Series | pd.DataFrame | Mapping[str, float] | np.ndarray",
    regime: np.ndarray | None,
    target: Direction,
) -> Explanation:
    """Attribute one class's pooled opinion to the features, exactly.

    It is explained **before calibration**: calibration draws all opinions towards the base rate, so it changes how far
    the answer goes, not which features spoke for it.

    Args:
        model: a trained ensemble.
        feature_row: the row that was forecast, by name; more names than needed are fine. A frame is rows in time order
            of which the last is explained: what members need that look back; an array is the same, in the model's order.
        regime: (R,) or (1, R) regime probabilities at that moment; None for a model without regimes.
        target: class to explain, usually the one the forecast finds likelier than usual.

    Raises:
        GlassboxError: base + contributions miss the margin by 1e-4 or more.
    """
    if isinstance(feature_row, np.ndarray):
        inputs = feature_row
    elif isinstance(feature_row, pd.DataFrame):
        place = feature_row.columns.get_indexer(pd.Index(model.features))
        inputs = feature_row.to_numpy(dtype=np.float32)[:, place]
    else:
        given = feature_row.to_dict() if isinstance(feature_row, pd.Series) else feature_row
        inputs = np.array([[given[name] for name in model.features]], dtype=np.float32)
    known = None if regime is None else np.tile(np.atleast_2d(regime)[-1], (len(inputs), 1))
    return explanation(contributions(model, inputs, known), -1, target, model.horizon, model.model_id)


def explanation(of: Contributions, row: int, target: Direction, horizon: str, model_id: str) -> Explanation:
    """One row of explained rows as a record, strongest contribution first."""
    number = target - Direction.DOWN
    shares, values = of.shares[row, :, number].tolist(), of.values[row].tolist()
    told = [
        Attribution(name, None if value != value else value, share)  # a null differs from itself
        for name, value, share in zip(of.features, values, shares, strict=True)
    ]
    if of.networks:
        told.append(Attribution(NETWORKS, None, float(of.unattributed[row, number])))
    base, margin = float(of.base[row, number]), float(of.margin[row, number])
    return Explanation(
        horizon=horizon,
        target=target.word,
        base=base,
        margin=margin,
        additivity_error=abs(base + sum(item.contribution for item in told) - margin),
        attributions=tuple(sorted(told, key=lambda item: -abs(item.contribution))),
        model_id=model_id,
    )
