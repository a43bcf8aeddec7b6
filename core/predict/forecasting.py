"""From one row of features to a forecast; the hot path."""

from collections.abc import Mapping
from datetime import datetime

import numpy as np
import pandas as pd

from core.errors import InputError, NotEnoughHistory
from core.predict.model import TrainedModel
from core.records import Forecast


def forecast(
    model: TrainedModel, feature_row: "pd.Series | Mapping[str, float]", as_of: datetime
) -> Forecast:
    """Calibrated probabilities of the three outcomes over the model's horizon.

    Args:
        model: trained on data that had ended at `as_of`.
        feature_row: features of the last closed bar by name; nulls where undefined, more names than needed are fine.
        as_of: the moment the forecast is made.

    Raises:
        InputError: the model has seen later data, or the row lacks a feature.
        NotEnoughHistory: most features of the row are null.
    """
    meta = model.meta
    if meta.trained_until > as_of:
        raise InputError(
            f"Model {meta.model_id} was trained on data until {meta.trained_until:%Y-%m-%d %H:%M}, after the moment "
            f"{as_of:%Y-%m-%d %H:%M} it is asked about; train one as of that moment."
        )
    raw = model.booster.inplace_predict(input_row(model, feature_row))
    p_down, p_flat, p_up = meta.calibration.apply(raw)[0].tolist()
    base_down, base_flat, base_up = meta.calibration.base
    return Forecast(
        horizon=meta.horizon.name,
        bars=meta.horizon.bars,
        p_down=p_down,
        p_flat=p_flat,
        p_up=p_up,
        base_down=base_down,
        base_flat=base_flat,
        base_up=base_up,
        skill=meta.scores.skill,
        skill_rows=meta.scores.rows,
        calibrated=meta.scores.beats_base,
        model_id=meta.model_id,
        trained_until=meta.trained_until,
    )


def input_row(model: TrainedModel, feature_row: "pd.Series | Mapping[str, float]") -> np.ndarray:
    """The model's features in its order, (1, n) float32."""
    given = feature_row.to_dict() if isinstance(feature_row, pd.Series) else feature_row
    missing = [name for name in model.features if name not in given]
    if missing:
        raise InputError(
            f"Model {model.model_id} needs the features {', '.join(missing[:5])}, which are not in the row; train it again."
        )
    row = np.array([[given[name] for name in model.features]], dtype=np.float32)
    empty = int(np.isnan(row).sum())
    if 2 * empty > row.size:
        raise NotEnoughHistory(
            f"{empty} of {row.size} features of {model.meta.symbol} are still warming up; fetch a longer history."
        )
    return row
