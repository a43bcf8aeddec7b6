"""Retraining over past bars: when the live rule would have trained each model, and on whether there were enough rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd

from core.predict.labels import triple_barrier, volatility_barriers
from core.predict.model import Horizon
from core.predict.training import rows_needed
from core.settings import PredictSettings


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive bars that one model forecasts."""

    horizon: Horizon
    first: int
    """Row of the bar at whose close the model is trained, and whose forecast is its first."""
    stop: int
    """Row of the first bar that it is too old for."""


def retraining_blocks(
    opened: pd.DatetimeIndex, ready: np.ndarray, horizon: Horizon, first: int, stop: int, lifetime: timedelta
) -> Iterator[Block]:
    """The blocks of one horizon when a cycle runs at every bar: a model serves until it is `lifetime` old by the clock.

    Args:
        opened: (n,) open times of the bars, ascending; all bars have one length.
        ready: (n,) whether a model can be trained at the close of each bar.
        horizon: of the model.
        first, stop: rows first ≤ row < stop are forecast.
        lifetime: age from which a model is stale (see `is_stale`).

    Yields:
        Blocks in the order of time. Rows at which there is no model and none can be trained are in no block.
    """
    row = first
    while row < stop:
        waiting = np.flatnonzero(ready[row:stop])
        if not len(waiting):
            return
        row += int(waiting[0])
        end = min(int(opened.searchsorted(opened[row] + lifetime)), stop)
        yield Block(horizon, row, end)
        row = end


def trainable(
    bars: pd.DataFrame, features: pd.DataFrame, horizon: Horizon, settings: PredictSettings, train_bars: int
) -> np.ndarray:
    """Whether the history up to each bar's close has the labelled rows that `train` asks for, (n,) bool.

    Counts as `labelled_rows` does at every moment at once: rows among the last `train_bars` whose features have all
    had a value and whose vertical barrier has passed. Such a label no longer changes, so labels of all bars serve.
    """
    close = bars["close"].to_numpy()
    labels = triple_barrier(
        close, *volatility_barriers(close, horizon.bars, settings.barrier_width), horizon.bars
    )
    known = np.concatenate(([0], np.cumsum(~np.isnan(labels.direction))))
    closed = np.arange(1, len(close) + 1)
    passed = np.maximum(closed - horizon.bars, 0)
    begin = np.maximum(_warm_from(features), np.maximum(closed - train_bars, 0))
    rows = known[passed] - known[np.minimum(begin, passed)]
    return np.asarray(rows >= rows_needed(horizon, settings))


def _warm_from(features: pd.DataFrame) -> np.ndarray:
    """Row from which every feature that has had a value by each bar has had one, (n,)."""
    given = ~np.isnan(features.to_numpy(dtype=np.float32))
    warm = np.zeros(len(given), dtype=np.int64)
    first = given.argmax(axis=0)[given.any(axis=0)]
    warm[first] = first
    return np.maximum.accumulate(warm)
