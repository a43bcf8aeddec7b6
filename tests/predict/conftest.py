"""A small model with skill, and what it was trained on."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from core.predict import Horizon, TrainedModel, train
from core.records import Timeframe
from core.settings import PredictSettings
from tests.seeded import seeded_bars


@pytest.fixture(scope="session")
def quick() -> PredictSettings:
    """Settings with short horizons and few trees."""
    return PredictSettings(short_bars=4, medium_bars=8, long_bars=16, folds=3, trees=40, barrier_width=0.5)


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
    rng = np.random.default_rng(11)
    noise = rng.normal(0.0, 0.01, 2500)
    step = np.zeros(2500)
    for t in range(2, 2500):
        step[t] = noise[t] - 0.6 * step[t - 1] - 0.3 * step[t - 2]
    bars = seeded_bars(2500, seed=5)
    ratio = 100.0 * np.exp(np.cumsum(step)) / bars["close"]
    return bars.assign(**{name: bars[name] * ratio for name in ("open", "high", "low", "close")})


@pytest.fixture(scope="session")
def arguments() -> dict[str, object]:
    """Who the model is about; as_of is added by the test."""
    return {"symbol": "BTC-USD", "timeframe": Timeframe.H1, "source": "sample", "train_bars": 3000}


@pytest.fixture(scope="session")
def trained(known_bars, quick, arguments) -> TrainedModel:
    """One model with skill."""
    as_of = known_bars.index[-1].to_pydatetime() + Timeframe.H1.delta
    return train(known_bars, _columns(known_bars), Horizon("short", 4), quick, as_of=as_of, **arguments)
