"""Forecasts of many bars by one model, in one call."""

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import pandas as pd

from core.predict.forecasting import forecast
from core.predict.model import TrainedModel
from core.records import Forecast


@dataclass(frozen=True, slots=True, eq=False)
class BlockForecast:
    """What one model says about n consecutive bars."""

    probability: np.ndarray
    """(n, 3) float64: down, flat, up; null where the model cannot speak."""
    said: Forecast | None
    """The first forecast whole, with the record that backs all of them; None when there is none."""

    def at(self, row: int) -> Forecast | None:
        """The forecast of one row; None where too many features were null, where a cycle would fail."""
        down, flat, up = self.probability[row].tolist()
        if self.said is None or down != down:
            return None
        return replace(self.said, p_down=down, p_flat=flat, p_up=up)


def forecast_block(model: TrainedModel, rows: pd.DataFrame, as_of: datetime) -> BlockForecast:
    """`forecast` for every row: the same numbers, bit for bit.

    Args:
        model: trained on data that had ended at `as_of`.
        rows: features by name, one row for each closed bar.
        as_of: the moment of the first row.

    Raises:
        InputError: the model has seen later data, or a feature is missing.
    """
    probability = np.full((len(rows), len(model.meta.calibration.base)), np.nan)
    inputs = rows[list(model.features)].to_numpy(dtype=np.float32)
    spoken = np.flatnonzero(2 * np.isnan(inputs).sum(axis=1) <= inputs.shape[1])
    if not len(spoken):
        return BlockForecast(probability, None)
    probability[spoken] = model.meta.calibration.apply(model.booster.inplace_predict(inputs[spoken]))
    return BlockForecast(probability, forecast(model, rows.iloc[spoken[0]], as_of))
