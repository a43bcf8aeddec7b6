"""Forecasts of many bars by one model, in one call."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np
import pandas as pd

from core.predict.backdrop import Backdrop
from core.predict.forecasting import forecast
from core.predict.members import CLASSES
from core.predict.model import TrainedModel
from core.records import Forecast, RegimeKind


@dataclass(frozen=True, slots=True, eq=False)
class BlockForecast:
    """What one model says about n consecutive bars."""

    probability: np.ndarray
    """(n, 3) float64: down, flat, up; null where the model cannot speak."""
    said: Forecast | None
    """The first forecast, with the record that backs all of them; without what is its alone (members, quantiles). None
    when there is none."""
    opened: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    """(p,) open times (µs) of the bars whose forecasts, made in training without knowing them, judged the model."""
    lead: np.ndarray = field(default_factory=lambda: np.zeros(0))
    """(p,) how much more likely than usual those found up than down."""
    volatile: np.ndarray | None = None
    """(n,) probability of the states of the volatile kind, null where it is not known; None where the model knows no
    regimes."""

    def at(self, row: int) -> Forecast | None:
        """The forecast of one row; None where too many features were null, where a cycle would fail."""
        down, flat, up = self.probability[row].tolist()
        if self.said is None or down != down:
            return None
        return replace(self.said, p_down=down, p_flat=flat, p_up=up)


def forecast_block(
    model: TrainedModel,
    rows: pd.DataFrame,
    as_of: datetime,
    regime: np.ndarray | None = None,
    before: int = 0,
) -> BlockForecast:
    """`forecast` for every row but the first `before`, probabilities only: the same numbers, bit for bit.

    Args:
        model: trained on data that had ended at `as_of`.
        rows: features by name, one row for each closed bar.
        as_of: the moment of the first row that is forecast.
        regime: (n − before, R) filtered probabilities of the rows that are forecast; None where the model knows none.
        before: leading rows that are only history, for members that read sequences.

    Raises:
        InputError: the model has seen later data, or a feature is missing.
    """
    count = len(rows) - before
    probability = np.full((count, CLASSES), np.nan)
    inputs = rows[list(model.features)].to_numpy(dtype=np.float32)
    spoken = np.flatnonzero(2 * np.isnan(inputs[before:]).sum(axis=1) <= inputs.shape[1])
    volatile = None if regime is None or model.regimes is None else _volatile(regime, model.regimes.kinds)
    if not len(spoken):
        return BlockForecast(probability, None, volatile=volatile)
    opinions = model.opinions(inputs)[:, before:]
    pooled = model.stack.pooled(opinions, regime)
    probability[spoken] = model.meta.calibration.apply_opinion(pooled)[spoken]
    first = int(spoken[0])
    known = None if regime is None else Backdrop(regime[first : first + 1], np.full(1, np.nan))
    history = rows.iloc[max(0, before + first + 1 - model.window) : before + first + 1]
    said = forecast(model, history, as_of, known)
    return BlockForecast(probability, replace(said, members=()), volatile=volatile)


def _volatile(regime: np.ndarray, kinds: Sequence[RegimeKind]) -> np.ndarray:
    """Summed state by state, as for one bar."""
    total = np.zeros(len(regime))
    for place, kind in enumerate(kinds):
        if kind is RegimeKind.VOLATILE:
            total = total + regime[:, place]
    return np.where(np.isnan(regime).any(axis=1), np.nan, total)
