"""Made-up markets for agents, small enough to learn in a blink."""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.agent import Limits
from core.agent.arena import Arena, arena_of
from core.agent.committee import Agents, TreeMind
from core.agent.fitted_q import fit_q
from core.agent.transitions import gather_batch, rate_of
from core.instruments import resolve
from core.pipeline.agent_material import AgentCase, cut_case
from core.records import AgentMethod, Costs, Timeframe
from core.settings import Settings, load_settings

BTC = resolve("BTC-USD")
COSTS = Costs(fee=0.001, half_spread=0.0002, slippage=0.0003, borrow=0.03)
FREE = Costs(fee=0.0, half_spread=0.0, slippage=0.0, borrow=0.0)
QUICK: dict[str, Any] = {
    "seeds": 2,
    "iterations": 6,
    "trees": 10,
    "discount": 0.9,
    "features": ("x", "noise"),
}


def bars_of(returns: np.ndarray, wick: float = 0.001) -> pd.DataFrame:
    """Hourly bars whose closes follow log returns (n,) and whose opens are the closes before."""
    close = 100.0 * np.exp(np.cumsum(returns))
    opened = np.r_[100.0, close[:-1]]
    index = pd.date_range("2024-01-01", periods=len(close), freq="h", tz="UTC", name="date")
    high, low = np.maximum(opened, close) * (1 + wick), np.minimum(opened, close) * (1 - wick)
    return pd.DataFrame(
        {"open": opened, "high": high, "low": low, "close": close, "volume": 1.0}, index=index
    )


def foretold(n: int, pull: float, seed: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Bars whose next return leans by `pull` · x, and the features x (slow) and noise."""
    rng = np.random.default_rng(seed)
    x = np.zeros(n)
    for i in range(1, n):
        x[i] = 0.97 * x[i - 1] + rng.normal() * math.sqrt(1 - 0.97**2)
    bars = bars_of(np.r_[0.0, pull * x[:-1]] + rng.normal(0.0, 0.004, n))
    return bars, pd.DataFrame({"x": x, "noise": rng.normal(size=n)}, index=bars.index)


def arena(bars: pd.DataFrame, limits: Limits | None = None, costs: Costs = COSTS) -> Arena:
    return arena_of(bars, BTC, Timeframe.H1, costs, limits or Limits(0.1, 0.02, 0.04), 10_000.0)


@pytest.fixture
def case_of(home: Path) -> Callable[..., AgentCase]:
    """Cut a made-up market as a training would; returns the case (its settings: `settings_of`)."""

    def cut(bars: pd.DataFrame, known: pd.DataFrame, settings: Settings | None = None) -> AgentCase:
        return cut_case(
            (BTC, Timeframe.H1, "made"), datetime(2025, 1, 1, tzinfo=UTC), bars, known,
            settings or load_settings(home=home, agent=QUICK),
        )  # fmt: skip

    return cut


def learnt(
    case: AgentCase, seeds: int = 2, iterations: int = 6, trees: int = 10, discount: float = 0.9
) -> Agents:
    """Agents of fitted Q-iteration on a case."""
    part, rows = case.part(case.learn)
    forests, units = [], []
    for seed in range(seeds):
        batch = gather_batch(part, rows, case.observer, case.exposures, 0.0, np.random.default_rng([seed]))
        done = fit_q(batch, seed, iterations, trees, discount, 1, lambda state: None)
        assert done.forest is not None
        forests.append(done.forest)
        units.append(batch.typical)
    mind = TreeMind(tuple(forests), tuple(units), case.exposures, rate_of(case.arena))
    return Agents("made", AgentMethod.FQI, mind, case.observer, case.moment, case.trained_until)
