"""The rows that a model may learn from: features of a bar, and the label that followed."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from core.predict.labels import (
    class_index,
    excursions,
    horizon_sigma,
    triple_barrier,
    volatility_barriers,
)
from core.records import Timeframe
from core.tables import closed_bars


@dataclass(frozen=True, slots=True)
class Dataset:
    """Labelled rows in time order; positions count closed bars."""

    features: tuple[str, ...]
    inputs: np.ndarray
    """(n, features) float32; nulls where a feature is undefined."""
    outcome: np.ndarray
    """(n,) class numbers: 0 down, 1 flat, 2 up."""
    start: np.ndarray
    """(n,) position of each row's bar."""
    touch: np.ndarray
    """(n,) position of the bar that settled its label."""
    end: np.ndarray
    """(n,) position of its vertical barrier; touch ≤ end."""
    opened: pd.DatetimeIndex
    """(n,) open times of the rows' bars."""
    settled: pd.DatetimeIndex
    """(n,) close times of the bars of their vertical barriers."""
    forward: np.ndarray
    """(n,) log return from the row's close to the close at the vertical barrier."""
    path_return: np.ndarray
    """(n,) log return from the row's close to the close that settled its label."""
    sigma: np.ndarray
    """(n,) standard deviation of the log return over the horizon, as known at the row; barriers are scaled by it."""
    adverse: np.ndarray
    """(n,) deepest fall within the horizon, as a log distance ≤ 0."""
    favourable: np.ndarray
    """(n,) highest rise within the horizon, as a log distance ≥ 0."""

    def sha256(self) -> str:
        """Hash of everything that the model learns from."""
        digest = hashlib.sha256("|".join(self.features).encode())
        for part in (self.inputs, self.outcome, self.touch - self.start, self.opened.as_unit("us").asi8):
            digest.update(np.ascontiguousarray(part).tobytes())
        return digest.hexdigest()


def labelled_rows(
    bars: pd.DataFrame,
    features: pd.DataFrame,
    horizon: int,
    width: float,
    timeframe: Timeframe,
    as_of: datetime,
    train_bars: int,
) -> Dataset:
    """Rows among the last `train_bars` closed bars that are warmed up and whose whole horizon has passed.

    A label may be settled early by a touch. Near the end only such labels would be known, and calm bars would
    be missing; so a row counts once its vertical barrier has passed, whatever happened before.
    """
    closed = closed_bars(bars, timeframe, as_of)
    known = features.loc[closed.index]
    high, low, close = (np.ascontiguousarray(closed[name].to_numpy()) for name in ("high", "low", "close"))
    labels = triple_barrier(close, *volatility_barriers(close, horizon, width), horizon)
    inputs = known.to_numpy(dtype=np.float32)
    position = np.arange(len(closed))
    usable = (
        (position >= max(_warm_from(inputs), len(closed) - train_bars))
        & (position + horizon < len(closed))
        & ~np.isnan(labels.direction)
    )
    start = np.flatnonzero(usable)
    dates = pd.DatetimeIndex(closed.index)
    log_close = np.log(close)
    adverse, favourable = excursions(high, low, close, horizon)
    return Dataset(
        features=tuple(str(name) for name in known.columns),
        inputs=inputs[start],
        outcome=class_index(labels.direction[start]),
        start=start,
        touch=labels.end[start],
        end=start + horizon,
        opened=dates[start],
        settled=dates[start + horizon] + timeframe.delta,
        forward=log_close[start + horizon] - log_close[start],
        path_return=log_close[labels.end[start]] - log_close[start],
        sigma=horizon_sigma(close, horizon)[start],
        adverse=adverse[start],
        favourable=favourable[start],
    )


def _warm_from(inputs: np.ndarray) -> int:
    """First row by which every feature has had a value; features that never have one do not count."""
    given = ~np.isnan(inputs)
    ever = given.any(axis=0) if len(inputs) else np.zeros(0, dtype=bool)
    return int(given[:, ever].argmax(axis=0).max()) if ever.any() else 0
