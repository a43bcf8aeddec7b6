"""Markets whose hidden states are known."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from core.predict.regimes import RegimeModel, fit_regimes

CHAIN = np.array([[0.97, 0.02, 0.01], [0.02, 0.97, 0.01], [0.02, 0.02, 0.96]])


@dataclass(frozen=True)
class Switching:
    """Bars, and the state that made each of them: 0 range, 1 trend, 2 volatile."""

    bars: pd.DataFrame
    state: np.ndarray


def walk_chain(rng: np.random.Generator, chain: np.ndarray, rows: int) -> np.ndarray:
    """States of a Markov chain from state 0 on."""
    state, draws = np.zeros(rows, dtype=np.int64), rng.random(rows)
    for row in range(1, rows):
        state[row] = np.searchsorted(np.cumsum(chain[state[row - 1]]), draws[row])
    return state


def switching_bars(rows: int = 3000, seed: int = 3) -> Switching:
    """Hourly bars: a quiet range that leans back, a steady rise or fall, and wild times."""
    rng = np.random.default_rng(seed)
    state = walk_chain(rng, CHAIN, rows)
    way = np.where(rng.random(rows) < 0.5, 1.0, -1.0)[np.concatenate(([0], np.cumsum(np.diff(state) != 0)))]
    noise, step, offset = rng.normal(size=rows), np.zeros(rows), 0.0
    for row in range(1, rows):
        if state[row] == 0:
            step[row] = 0.003 * noise[row] - 0.5 * offset
            offset += step[row]
            continue
        offset = 0.0
        step[row] = way[row] * 0.004 + 0.003 * noise[row] if state[row] == 1 else 0.02 * noise[row]
    close = 100.0 * np.exp(np.cumsum(step))
    opened = np.concatenate(([100.0], close[:-1]))
    wick = np.array([0.002, 0.002, 0.012])[state]
    high = np.maximum(opened, close) * np.exp(wick * np.abs(rng.normal(size=rows)))
    low = np.minimum(opened, close) * np.exp(-wick * np.abs(rng.normal(size=rows)))
    index = pd.date_range("2019-01-01", periods=rows, freq="h", tz="UTC", unit="us", name="date")
    values = {"open": opened, "high": high, "low": low, "close": close, "volume": np.ones(rows)}
    return Switching(pd.DataFrame(values, index=index), state)


@pytest.fixture(scope="session")
def switching() -> Switching:
    """3,000 bars of known states."""
    return switching_bars()


@pytest.fixture(scope="session")
def fitted(switching: Switching) -> RegimeModel:
    """Fitted to the first 2,000 of them."""
    model = fit_regimes(switching.bars.iloc[:2000], 3, 10, 7)
    assert model is not None
    return model


@pytest.fixture(scope="session")
def make_switching() -> Callable[..., Switching]:
    """(rows, seed) → bars of known states."""
    return switching_bars
