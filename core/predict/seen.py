"""What models look at when they are asked about the last closed bar: made once for all that is asked of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from core.predict.backdrop import Backdrop, backdrops
from core.predict.forecasting import input_rows
from core.predict.model import TrainedModel


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Inputs and surroundings at the close of one bar."""

    as_of: datetime
    rows: Mapping[tuple[str, ...], np.ndarray]
    """Features a model takes → (n, features) float32, the last row the asked one; models of all horizons take the same."""
    around: tuple[Backdrop, ...]
    """Of each model."""


def seen_by(models: Sequence[TrainedModel], bars: pd.DataFrame, features: pd.DataFrame) -> Seen:
    """What the models look at; at least one.

    Raises:
        InputError: a feature is missing.
        NotEnoughHistory: most features of the last bar are null.
    """
    widest = {model.features: model for model in sorted(models, key=lambda model: model.window)}
    return Seen(
        bars.index[-1].to_pydatetime() + models[0].meta.timeframe.delta,
        {names: input_rows(model, features) for names, model in widest.items()},
        backdrops(models, bars, np.array([len(bars) - 1])),
    )
