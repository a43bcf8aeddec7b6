"""A small model with skill, and what it was trained on."""

from collections.abc import Callable
from datetime import datetime

import numpy as np
import pandas as pd
import pytest

from core.predict import Horizon, Series, TrainedModel, Training, train
from core.records import Timeframe
from core.settings import PredictSettings
from tests.forecast_frames import foretold_bars


@pytest.fixture(scope="session")
def quick() -> PredictSettings:
    """Settings with short horizons and few trees."""
    return PredictSettings(
        short_bars=4,
        medium_bars=8,
        long_bars=16,
        folds=3,
        trees=40,
        learning_rate=0.05,
        barrier_width=0.5,
        members=("xgboost", "logistic"),
    )


def _columns(bars: pd.DataFrame) -> pd.DataFrame:
    """A few causal inputs; training takes whatever columns it is handed."""
    change = np.log(bars["close"]).diff()
    scale = change.rolling(40).std()
    return pd.DataFrame(
        {
            "r1": change / scale,
            "r5": change.rolling(5).sum() / scale,
            "calm": change.rolling(10).std() / scale,
            "volume": np.log(bars["volume"]).diff(),
        }
    )


@pytest.fixture(scope="session")
def make_columns() -> Callable[[pd.DataFrame], pd.DataFrame]:
    """bars → inputs of a model."""
    return _columns


@pytest.fixture(scope="session")
def known_bars() -> pd.DataFrame:
    """Bars whose returns are half foretold: each step leans against the last two."""
    return foretold_bars(2500)


def _series(as_of: datetime, train_bars: int = 3000) -> Series:
    return Series("BTC-USD", Timeframe.H1, "sample", as_of, train_bars)


@pytest.fixture(scope="session")
def series() -> Callable[..., Series]:
    """Moment of training → whose bars the model is about."""
    return _series


@pytest.fixture(scope="session")
def training(known_bars: pd.DataFrame, quick: PredictSettings) -> Training:
    """One model with skill, and its forecasts of the past."""
    as_of = known_bars.index[-1].to_pydatetime() + Timeframe.H1.delta
    return train(known_bars, _columns(known_bars), Horizon("short", 4), quick, _series(as_of))


@pytest.fixture(scope="session")
def trained(training: Training) -> TrainedModel:
    """One model with skill."""
    return training.model


def assert_same_model(one: TrainedModel, two: TrainedModel, rows: pd.DataFrame) -> None:
    """The same description, and the same answers to the last bit."""
    assert one.meta == two.meta
    inputs = rows[list(one.features)].to_numpy(dtype=np.float32)
    assert np.array_equal(one.opinions(inputs), two.opinions(inputs))
    assert np.array_equal(one.stack.weights, two.stack.weights)
    sigma = np.full(len(inputs), 0.01)
    for left, right in ((one, two), (two, one)):
        if left.heads is not None:
            assert right.heads is not None
            assert np.array_equal(left.heads.quantiles(inputs, sigma), right.heads.quantiles(inputs, sigma))
        if left.regimes is not None:
            assert right.regimes is not None
            assert np.array_equal(left.regimes.transition, right.regimes.transition)
