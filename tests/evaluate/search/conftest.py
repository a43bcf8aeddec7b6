"""A small market and a small case that the tests of searching share."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from core.evaluate import Rules
from core.evaluate.search import Case, History, Terms
from core.features import build_features
from core.instruments import resolve
from core.pipeline.search_case import StrategyFactory
from core.records import Costs, Dimension, Objective, SearchMethod, Timeframe
from tests.seeded import seeded_bars

FAST, SLOW = Dimension("fast", 4, 20, 4), Dimension("slow", 12, 48, 12)
STOP = Dimension("stop", 0.0, 0.04, 0.02, whole=False)
TARGET = Dimension("target", 0.03, 0.03, 0.01, whole=False)


def case_of(
    bars: pd.DataFrame,
    space: tuple[Dimension, ...] = (FAST, SLOW, STOP, TARGET),
    objectives: tuple[Objective, ...] = (Objective.SHARPE,),
    method: SearchMethod = SearchMethod.GRID,
    first: int = 60,
    **limits: float,
) -> Case:
    instrument = resolve("BTC-USD")
    terms = Terms(Rules(0.5, 0.02, 0.04, True, lot=instrument.lot), Costs(0.001, 0.0002, 0.0003, 0.03), 10_000.0, instrument, Timeframe.H1)  # fmt: skip
    history = History(bars, build_features(bars), first, len(bars))
    return Case(history, StrategyFactory("sma_cross"), space, terms, objectives, method=method, **limits)


@pytest.fixture(scope="session")
def bars() -> pd.DataFrame:
    return seeded_bars(900, 5)


@pytest.fixture
def make_case() -> Callable[..., Case]:
    """(bars, space, objectives, method, limits) → a case of the moving-average cross."""
    return case_of


@pytest.fixture
def forget() -> Callable[..., None]:
    """Takes finished cells and keeps nothing."""
    return lambda position, found: np.testing.assert_array_equal(len(found) > 0, True)
