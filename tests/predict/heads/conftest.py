"""Rows whose width is foretold by one feature and whose middle by another."""

from collections.abc import Callable

import numpy as np
import pytest

from core.predict.heads import HeadData
from core.predict.labels import average_uniqueness
from core.predict.validation import walk_forward
from core.settings import PredictSettings

Splits = list[tuple[np.ndarray, np.ndarray]]


def data_of(
    rows: int = 1500, bars: int = 4, lean: float = 0.0, width: float = 0.0, seed: int = 3
) -> HeadData:
    """Overlapping horizons of a walk whose steps have a mean and a size told by two slow features."""
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(rows, 6)).astype(np.float32)
    for column in (0, 1):  # slow, so that what a row knows lasts over its horizon
        inputs[:, column] = np.convolve(rng.normal(size=rows + 39), np.ones(40) / 40**0.5, "valid")
    inputs[::17, 5] = np.nan
    start = np.arange(rows)
    end = start + bars
    ahead = rng.normal(size=(rows + bars, 3)) * 0.01
    size, way = np.exp(width * inputs[:, 0]), lean * inputs[:, 1] * 0.01
    steps = ahead[start[:, None] + np.arange(1, bars + 1)] * size[:, None, None] + way[:, None, None] / bars
    path = np.cumsum(steps.reshape(rows, -1), axis=1)
    return HeadData(
        inputs=inputs,
        sigma=np.full(rows, 0.01 * np.sqrt(3 * bars)),
        forward=path[:, -1],
        adverse=np.minimum(path.min(axis=1), 0.0),
        favourable=np.maximum(path.max(axis=1), 0.0),
        start=start,
        end=end,
        weight=average_uniqueness(start, end),
    )


def splits_of(data: HeadData, folds: int = 3) -> Splits:
    """Purged walk-forward, as training hands it over."""
    return [(split.train, split.test) for split in walk_forward(data.start, data.end, folds)]


@pytest.fixture(scope="session")
def make_data() -> Callable[..., HeadData]:
    """rows, bars, lean, width, seed → rows."""
    return data_of


@pytest.fixture(scope="session")
def make_splits() -> Callable[..., Splits]:
    """data, folds → splits."""
    return splits_of


@pytest.fixture(scope="session")
def settings() -> PredictSettings:
    """Small and quick."""
    return PredictSettings(folds=3, trees=60, depth=3, learning_rate=0.05, seed=7)
