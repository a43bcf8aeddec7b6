"""What a model said of bars that it had not seen, beside what came."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from core.errors import InputError
from core.pipeline.model_material import Material
from core.predict import TrainedModel, labelled_rows, regime_at
from core.predict.block_forecast import forecast_block
from core.predict.drift import Scored
from core.records import Timeframe


@dataclass(frozen=True, slots=True, eq=False)
class Since:
    """Forecasts by one model of the bars that closed after a moment, whose outcome is known."""

    scored: Scored
    settled: pd.DatetimeIndex
    """(n,) close of the bar of each vertical barrier."""
    path_return: np.ndarray
    """(n,) log return from the close to the touch."""


def forecasts_since(material: Material, model: TrainedModel, moment: datetime) -> Since:
    """What the model says of the bars that closed after `moment`, as far as their labels are settled at the material's."""
    meta = model.meta
    data = labelled_rows(
        material.bars, material.features, meta.horizon.bars, meta.settings.barrier_width, material.timeframe,
        material.moment, len(material.bars),
    )  # fmt: skip
    rows = np.flatnonzero(closed_after(data.opened, material.timeframe, moment))
    opened = data.opened[rows]
    if not len(rows):
        return Since(
            Scored(opened, np.zeros((0, 3)), np.zeros(0, dtype=int)), data.settled[rows], np.zeros(0)
        )
    first, stop = int(data.start[rows[0]]), int(data.start[rows[-1]]) + 1
    before = min(first, model.window - 1)
    asked = features_of_model(material, model).iloc[first - before : stop]
    regime = regime_at(model.regimes, material.bars, np.arange(first, stop))
    said = forecast_block(model, asked, opened[0].to_pydatetime() + material.timeframe.delta, regime, before)
    probability = said.probability[data.start[rows] - first]
    spoken = ~np.isnan(probability).any(axis=1)
    return Since(
        Scored(opened[spoken], probability[spoken], data.outcome[rows][spoken]),
        data.settled[rows][spoken],
        data.path_return[rows][spoken],
    )


def features_of_model(material: Material, model: TrainedModel) -> pd.DataFrame:
    """The columns that the model takes, in its order.

    Raises:
        InputError: one of them no longer exists.
    """
    missing = [name for name in model.features if name not in material.features]
    if missing:
        raise InputError(
            f"Model {model.model_id} learnt from features that no longer exist ({', '.join(missing[:3])}): train it again."
        )
    return material.features[list(model.features)]


def scored_in_training(frame: pd.DataFrame) -> Scored:
    """Out-of-sample forecasts of the training; none where an older version did not keep them."""
    opened = pd.DatetimeIndex(frame.index)
    if frame.empty:
        return Scored(opened, np.zeros((0, 3)), np.zeros(0, dtype=int))
    probability = frame[["p_down", "p_flat", "p_up"]].to_numpy(dtype=float)
    return Scored(opened, probability, frame["outcome"].to_numpy(dtype=int))


def closed_after(opened: pd.Index, timeframe: Timeframe, moment: datetime) -> np.ndarray:
    """(n,) whether each bar closed after a moment."""
    return np.asarray(pd.DatetimeIndex(opened) > pd.Timestamp(moment) - timeframe.delta)
