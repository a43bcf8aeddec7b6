"""Markets whose volatility is known."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from core.predict import Horizon


def bars_of_returns(returns: np.ndarray, wick: float = 0.0) -> pd.DataFrame:
    """Hourly bars with these log returns from close to close, the first one included; each opens where the last closed."""
    close = 100.0 * np.exp(np.cumsum(returns))
    opened = np.concatenate(([100.0], close[:-1]))
    index = pd.date_range("2019-01-01", periods=len(returns), freq="h", tz="UTC", unit="us", name="date")
    values = {
        "open": opened, "high": np.maximum(opened, close) * np.exp(wick), "low": np.minimum(opened, close) * np.exp(-wick),
        "close": close, "volume": np.ones(len(returns)),
    }  # fmt: skip
    return pd.DataFrame(values, index=index)


def garch_returns(
    rows: int, seed: int, alpha: float = 0.08, gamma: float = 0.0, beta: float = 0.9
) -> np.ndarray:
    """Returns of a GARCH process with a deviation of 1 %."""
    noise = np.random.default_rng(seed).normal(size=rows)
    level = 1e-4
    omega, variance = level * (1.0 - alpha - 0.5 * gamma - beta), level
    out = np.empty(rows)
    for row in range(rows):
        out[row] = np.sqrt(variance) * noise[row]
        variance = omega + (alpha + gamma * (out[row] < 0)) * out[row] ** 2 + beta * variance
    return out


@pytest.fixture(scope="session")
def make_returns_bars() -> Callable[..., pd.DataFrame]:
    """(returns, wick) → bars."""
    return bars_of_returns


@pytest.fixture(scope="session")
def horizons() -> tuple[Horizon, ...]:
    """As for hourly bars."""
    return (Horizon("short", 4), Horizon("medium", 24), Horizon("long", 96))
