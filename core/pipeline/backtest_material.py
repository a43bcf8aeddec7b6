"""All that the report of one backtest is made of."""

from dataclasses import dataclass

import pandas as pd

from core.evaluate import Backtest, Rules
from core.pipeline.backtest_request import BacktestRequest
from core.pipeline.gathering import Gathered
from core.records import Costs, Neighbour, Problem
from core.signals import Strategy

SEED = 20_240_601
"""Of everything that is drawn for a report, so that it can be drawn again."""


@dataclass(frozen=True, slots=True)
class Material:
    """All that a report is made of."""

    id: str
    asked: BacktestRequest
    found: Gathered
    wanted: pd.DataFrame
    """The bars that were traded."""
    strategy: Strategy | None
    """None for the whole cycle."""
    rules: Rules
    costs: Costs
    result: Backtest
    leak: str
    neighbours: tuple[Neighbour, ...]
    problems: tuple[Problem, ...]
    begun: float
    """Of the job, by time.perf_counter."""

    @property
    def yearly(self) -> float:
        """Bars in a year."""
        return self.asked.instrument.bars_per_year(self.asked.timeframe)
